"""Staff: comments on a statement: written, shown to the speaker or kept internal, dealt with, taken back."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.desk import CommentReader
from pipeline.domain.moments import parse_moment
from pipeline.services import comments
from pipeline.services.comments import CommentWish
from webapp.access import staff
from webapp.review_forms import CommentForm
from webapp.views.staff import blueprint
from webapp.views.staff_changes import Change, change_statement
from webapp.views.staff_statement import show_review

_ANCHOR = "comments"


@blueprint.post("/statements/<int:statement_id>/comments")
@staff
def comment(statement_id: int) -> ResponseReturnValue:
    """Keep a comment."""
    form = CommentForm()
    if not form.validate_on_submit():
        return show_review(statement_id, comment_form=form), 422
    wish = CommentWish(
        text=str(form.text.data),
        reader=CommentReader.SPEAKER if form.for_speaker.data else CommentReader.STAFF,
        at_seconds=parse_moment(form.at.data) if form.at.data else None,
    )
    typed = {"text": wish.text, "at": form.at.data, "for_speaker": form.for_speaker.data}
    return change_statement(
        statement_id,
        lambda db, statement, actor, now: comments.add_comment(db, statement, wish, actor=actor, now=now),
        done=_("Your comment is kept."),
        anchor=_ANCHOR,
        keep=lambda version: {"comment_form": CommentForm(formdata=None, version=version, **typed)},
    )


@blueprint.post("/statements/<int:statement_id>/comments/<int:comment_id>/<deed>")
@staff
def change_comment(statement_id: int, comment_id: int, deed: str) -> ResponseReturnValue:
    """Deal with a comment, open it again, show it to the speaker, keep it internal, or take it back."""
    request.form.get("version", type=int) or abort(400)
    change, done = _deeds(comment_id).get(deed) or abort(404)
    return change_statement(statement_id, change, done=done, anchor=_ANCHOR)


def _deeds(comment_id: int) -> dict[str, tuple[Change, str]]:
    return {
        "resolve": (
            lambda db, statement, actor, now: comments.resolve_comment(db, statement, comment_id, actor=actor, now=now),
            _("Dealt with. You can open it again."),
        ),
        "reopen": (
            lambda db, statement, actor, now: comments.reopen_comment(db, statement, comment_id, actor=actor, now=now),
            _("The comment is open again."),
        ),
        "show": (
            lambda db, statement, actor, now: comments.change_comment_reader(
                db, statement, comment_id, CommentReader.SPEAKER, actor=actor, now=now
            ),
            _("The speaker reads this comment from now on."),
        ),
        "hide": (
            lambda db, statement, actor, now: comments.change_comment_reader(
                db, statement, comment_id, CommentReader.STAFF, actor=actor, now=now
            ),
            _("The comment is for staff alone again."),
        ),
        "take-back": (
            lambda db, statement, actor, now: comments.take_back_comment(
                db, statement, comment_id, actor=actor, now=now
            ),
            _("Your comment is taken back."),
        ),
    }
