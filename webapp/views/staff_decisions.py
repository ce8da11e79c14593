"""Staff: decisions about one statement. Every form names the version looked at; a stale one changes nothing."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobState
from pipeline.records.tables import Job, Statement
from pipeline.services import links, statements
from pipeline.services.attempts import give_more_time
from pipeline.services.board_panels import RECORDING_KINDS
from pipeline.services.board_rows import find_newest_jobs
from pipeline.services.events import Actor
from pipeline.services.jobs import retry_job
from pipeline.services.releases import take_down_statement
from pipeline.services.reviews import find_statement
from pipeline.services.undoing import undo_decision
from webapp.access import current_staff, staff
from webapp.database import current_db, roll_back_request
from webapp.forms import MoreTimeForm, SendBackForm, VersionedForm
from webapp.review_parts import reason_for_speaker
from webapp.views.staff import blueprint
from webapp.views.staff_statement import show_review

Change = Callable[[Session, Statement, Actor, datetime], object]
Keep = Callable[[int], dict[str, FlaskForm]]
"""Forms with what a person had typed, for the version of the statement that is shown next."""


@blueprint.post("/statements/<int:statement_id>/approve")
@staff
def approve(statement_id: int) -> ResponseReturnValue:
    """Approve the recording that was watched, with all that was shown beside it."""
    recording_id, seen = request.form.get("recording_id", type=int), request.form.get("seen")
    if recording_id is None or not seen:
        abort(400)
    return _decide(
        statement_id,
        lambda db, statement, actor, now: statements.approve_recording(
            db, statement, recording_id, seen=seen, actor=actor, now=now
        ),
        done=_("Your approval is kept."),
    )


@blueprint.post("/statements/<int:statement_id>/send-back")
@staff
def send_back(statement_id: int) -> ResponseReturnValue:
    """Ask the speaker for another recording."""
    form = SendBackForm()
    if not form.validate_on_submit():
        return show_review(statement_id, send_back_form=form), 422
    typed = {"reason": form.reason.data, "picked": form.picked.data}
    return _decide(
        statement_id,
        lambda db, statement, actor, now: statements.send_back(
            db, statement, reason=reason_for_speaker(statement, form), actor=actor, now=now
        ),
        done=_("Sent back. The speaker reads your reason on their page."),
        keep=lambda version: {"send_back_form": SendBackForm(formdata=None, version=version, **typed)},
    )


@blueprint.post("/statements/<int:statement_id>/reopen")
@staff
def reopen(statement_id: int) -> ResponseReturnValue:
    """Take the last decision back."""
    return _decide(
        statement_id,
        lambda db, statement, actor, now: statements.reopen(db, statement, actor=actor, now=now),
        done=_("Reopened. The statement is to be reviewed again."),
    )


@blueprint.post("/statements/<int:statement_id>/undo")
@staff
def undo(statement_id: int) -> ResponseReturnValue:
    """Undo the last decision, as if it had not been."""
    event_id = request.form.get("event_id", type=int)
    if event_id is None:
        abort(400)
    return _decide(
        statement_id,
        lambda db, statement, actor, now: undo_decision(db, statement, event_id, actor=actor, now=now),
        done=_("Undone. Everything is as it was before."),
    )


@blueprint.post("/statements/<int:statement_id>/take-down")
@staff
def take_down(statement_id: int) -> ResponseReturnValue:
    """Remove what is published of the statement."""
    return _decide(
        statement_id,
        lambda db, statement, actor, now: take_down_statement(db, statement, actor=actor, now=now),
        done=_("Taken down. The published page is being made anew without this statement."),
    )


@blueprint.post("/statements/<int:statement_id>/invite-again")
@staff
def invite_again(statement_id: int) -> ResponseReturnValue:
    """Let a speaker who withdrew take part after all."""
    return _decide(
        statement_id,
        lambda db, statement, actor, now: statements.invite_again(db, statement, actor=actor, now=now),
        done=_("Invited again. Issue a new personal link for the speaker."),
    )


@blueprint.post("/statements/<int:statement_id>/give-time")
@staff
def give_time(statement_id: int) -> ResponseReturnValue:
    """Let this speaker hand in until a later day than the country's."""
    form = MoreTimeForm()
    if not form.validate_on_submit():
        return show_review(statement_id, more_time_form=form), 422
    until = form.until.data
    return _decide(
        statement_id,
        lambda db, statement, actor, now: give_more_time(db, statement, until, actor=actor, now=now),
        done=_("Saved. The speaker’s page says until when recordings are taken."),
        keep=lambda version: {"more_time_form": MoreTimeForm(formdata=None, version=version, until=until)},
    )


@blueprint.post("/statements/<int:statement_id>/retry")
@staff
def retry(statement_id: int) -> ResponseReturnValue:
    """Try failed work on the current recording again."""
    return _decide(statement_id, _retry_newest_job, done=_("It is being tried again."))


@blueprint.post("/statements/<int:statement_id>/revoke-link")
@staff
def revoke_link(statement_id: int) -> ResponseReturnValue:
    """Close every personal link of the statement."""
    return _decide(
        statement_id,
        lambda db, statement, actor, now: links.revoke_links(db, statement=statement, actor=actor, now=now),
        done=_("The personal link no longer works."),
    )


def _decide(statement_id: int, change: Change, *, done: str, keep: Keep = lambda _version: {}) -> ResponseReturnValue:
    form = VersionedForm()
    if not form.validate_on_submit():
        abort(400)
    db = current_db()
    statement = find_statement(db, statement_id) or abort(404)
    try:
        statements.check_version(statement, form.version.data)
        change(db, statement, current_staff().actor, datetime.now(UTC))
        db.flush()
    except (ChangeNotAllowed, StaleDataError):
        return _say_changed(statement_id, keep)
    flash(done, "good")
    return redirect(url_for("staff.review", statement_id=statement_id), 303)


def _say_changed(statement_id: int, keep: Keep) -> ResponseReturnValue:
    """The screen as things stand now, with what was typed still in its field."""
    roll_back_request()
    flash(_("This changed while you looked. Nothing was done; look again and decide anew."), "bad")
    statement = find_statement(current_db(), statement_id) or abort(404)
    return show_review(statement_id, **keep(statement.version)), 409


def _retry_newest_job(db: Session, statement: Statement, actor: Actor, now: datetime) -> None:
    newest = find_newest_jobs(db, RECORDING_KINDS, [statement.current_recording_id or 0])
    for row in newest.values():
        if row.state in {JobState.FAILED, JobState.CANCELLED}:
            retry_job(db, db.get_one(Job, row.id), actor=actor, now=now)
            return
    raise ChangeNotAllowed("Nothing has failed. Reload the page to see what changed.")
