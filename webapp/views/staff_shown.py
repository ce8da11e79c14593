"""Staff: which part of a recording is shown, and which picture stands for it until it is played."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.moments import parse_moment
from pipeline.domain.trims import Trim
from pipeline.services.hand_ins import limit_of
from pipeline.services.narrowing import narrow_recording, undo_narrowing
from pipeline.services.posters import choose_poster
from pipeline.services.proxies import ask_for_proxy, may_staff_watch_proxy
from pipeline.services.reviews import find_statement
from pipeline.services.trims import TrimRefused
from webapp.access import staff
from webapp.database import current_db, roll_back_request
from webapp.review_forms import ShownPartForm, StillForm
from webapp.views.staff import blueprint
from webapp.views.staff_changes import change_statement
from webapp.views.staff_statement import show_review
from webapp.wording.staff_shown import refused_part_words

_ANCHOR = "shown"


@blueprint.post("/statements/<int:statement_id>/shown-part")
@staff
def show_part(statement_id: int) -> ResponseReturnValue:
    """Leave out what lies before and behind."""
    form = ShownPartForm()
    if not form.validate_on_submit():
        return show_review(statement_id, shown_part_form=form), 422
    recording_id, part = form.recording_id.data, Trim(parse_moment(form.start.data), parse_moment(form.end.data))
    typed = {"start": form.start.data, "end": form.end.data, "recording_id": recording_id}
    try:
        return change_statement(
            statement_id,
            lambda db, statement, actor, now: narrow_recording(
                db,
                statement,
                recording_id,
                part,
                limit=limit_of(statement.speaker.country.pre_session),
                actor=actor,
                now=now,
            ),
            done=_("Only this part is shown. It is being prepared now; you can undo it."),
            anchor=_ANCHOR,
            keep=lambda version: {"shown_part_form": ShownPartForm(formdata=None, version=version, **typed)},
        )
    except TrimRefused as refused:
        roll_back_request()
        form.end.errors = [refused_part_words(refused.problem)]
        return show_review(statement_id, shown_part_form=form), 422


@blueprint.post("/statements/<int:statement_id>/shown-part/undo")
@staff
def undo_part(statement_id: int) -> ResponseReturnValue:
    """Show again what was shown before."""
    event_id = request.form.get("event_id", type=int) or abort(400)
    return change_statement(
        statement_id,
        lambda db, statement, actor, now: undo_narrowing(
            db, statement, event_id, limit=limit_of(statement.speaker.country.pre_session), actor=actor, now=now
        ),
        done=_("Undone. What was shown before is shown again; it is being prepared now."),
        anchor=_ANCHOR,
    )


@blueprint.post("/statements/<int:statement_id>/still")
@staff
def choose_still(statement_id: int) -> ResponseReturnValue:
    """Choose the still picture, or leave it to the machine."""
    form = StillForm()
    if not form.validate_on_submit():
        return show_review(statement_id, still_form=form), 422
    recording_id = form.recording_id.data
    at_seconds = parse_moment(form.still_at.data) if form.still_at.data else None
    typed = {"still_at": form.still_at.data, "recording_id": recording_id}
    return change_statement(
        statement_id,
        lambda db, statement, actor, now: choose_poster(db, statement, recording_id, at_seconds, actor=actor, now=now),
        done=_("Saved. The still picture is being made now."),
        anchor=_ANCHOR,
        keep=lambda version: {"still_form": StillForm(formdata=None, version=version, **typed)},
    )


@blueprint.post("/statements/<int:statement_id>/quick-preview")
@staff
def prepare_quick_preview(statement_id: int) -> ResponseReturnValue:
    """Have the small copy made, to watch before the whole encode is done."""
    statement = find_statement(current_db(), statement_id) or abort(404)
    if not may_staff_watch_proxy(statement):
        abort(404)
    return change_statement(
        statement_id,
        lambda db, held, _actor, now: ask_for_proxy(db, held.current_recording or abort(409), now=now),
        done=_("The quick preview is being made. It takes a moment."),
    )
