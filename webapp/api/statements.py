"""One statement for scripts: how it stands, and what is decided about it. Each decision names the version seen."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import abort
from sqlalchemy.orm import Session

from pipeline.domain.scopes import Scope
from pipeline.records.tables import Statement as StatementRow
from pipeline.services import statements
from pipeline.services.attempts import give_more_time
from pipeline.services.deciding import read_deciding
from pipeline.services.events import Actor
from pipeline.services.narrowing import find_undoable_trim
from pipeline.services.releases import lock_country, take_down_statement
from pipeline.services.reviews import load_review
from pipeline.services.undoing import undo_decision
from webapp.access import current_staff
from webapp.api.door import ID, Answer, blueprint, endpoint, etag
from webapp.api.panels import statement_as_seen, statement_there
from webapp.api.shapes_statements import (
    ApprovalSent,
    ReasonSent,
    Recording,
    Recordings,
    Statement,
    TimeSent,
    UndoSent,
)
from webapp.database import current_db

_TAG = "statements"
_ONE = f"/statements/<{ID}:statement_id>"

Change = Callable[[Session, StatementRow, Actor, datetime], object]


@blueprint.get(_ONE)
@endpoint(Scope.READ, Statement, tag=_TAG)
def read_statement(statement_id: int) -> Answer:
    """One statement with all that is decided about; its ETag is the version that decisions name."""
    return _shown(statement_id)


@blueprint.get(f"{_ONE}/recordings")
@endpoint(Scope.READ, Recordings, tag=_TAG)
def list_recordings(statement_id: int) -> Answer:
    """All attempts, the newest first."""
    attempts = reversed(statement_there(statement_id).recordings)
    return Recordings(items=[Recording.of(attempt) for attempt in attempts])


@blueprint.post(f"{_ONE}/approval")
@endpoint(Scope.REVIEW, Statement, tag=_TAG, changes=True)
def approve(statement_id: int, json: ApprovalSent) -> Answer:
    """Approve exactly this recording with all that was read beside it."""
    return decide(
        statement_id,
        lambda db, statement, actor, now: statements.approve_recording(
            db, statement, json.recording_id, seen=json.seen, actor=actor, now=now
        ),
    )


@blueprint.post(f"{_ONE}/send-back")
@endpoint(Scope.REVIEW, Statement, tag=_TAG, changes=True)
def send_back(statement_id: int, json: ReasonSent) -> Answer:
    """Ask the speaker for another recording; the reason is mailed to them as it is written."""
    return decide(
        statement_id,
        lambda db, statement, actor, now: statements.send_back(db, statement, reason=json.reason, actor=actor, now=now),
    )


@blueprint.post(f"{_ONE}/reopening")
@endpoint(Scope.REVIEW, Statement, tag=_TAG, changes=True)
def reopen(statement_id: int) -> Answer:
    """Have a statement reviewed again; nobody's approval counts any more."""
    return decide(
        statement_id, lambda db, statement, actor, now: statements.reopen(db, statement, actor=actor, now=now)
    )


@blueprint.post(f"{_ONE}/undo")
@endpoint(Scope.REVIEW, Statement, tag=_TAG, changes=True)
def undo(statement_id: int, json: UndoSent) -> Answer:
    """Undo the last decision, as if it had not been."""
    return decide(
        statement_id,
        lambda db, statement, actor, now: undo_decision(db, statement, json.event_id, actor=actor, now=now),
    )


@blueprint.post(f"{_ONE}/time")
@endpoint(Scope.SPEAKERS, Statement, tag=_TAG, changes=True)
def give_time(statement_id: int, json: TimeSent) -> Answer:
    """Let this speaker hand in until a later day than the country's."""
    return decide(
        statement_id, lambda db, statement, actor, now: give_more_time(db, statement, json.until, actor=actor, now=now)
    )


@blueprint.post(f"{_ONE}/second-invitation")
@endpoint(Scope.SPEAKERS, Statement, tag=_TAG, changes=True)
def invite_again(statement_id: int) -> Answer:
    """Let a speaker who withdrew take part after all."""
    return decide(
        statement_id, lambda db, statement, actor, now: statements.invite_again(db, statement, actor=actor, now=now)
    )


@blueprint.post(f"{_ONE}/take-down")
@endpoint(Scope.PUBLISH, Statement, tag=_TAG, changes=True)
def take_down(statement_id: int) -> Answer:
    """Remove what is published of a statement."""
    lock_country(current_db(), statement_there(statement_id).speaker.country_id)
    return decide(
        statement_id, lambda db, statement, actor, now: take_down_statement(db, statement, actor=actor, now=now)
    )


def decide(statement_id: int, change: Change) -> Answer:
    """Change a statement that is still as the script saw it, and show how it stands then."""
    statement = statement_as_seen(statement_id)
    change(current_db(), statement, current_staff().actor, datetime.now(UTC))
    current_db().flush()
    return _shown(statement_id)


def _shown(statement_id: int) -> Answer:
    db = current_db()
    review = load_review(db, statement_id, now=datetime.now(UTC)) or abort(404)
    deciding = read_deciding(db, review.statement, current_staff().account_id)
    part = find_undoable_trim(db, review.statement)
    shown = Statement.from_review(
        review,
        may_approve=deciding.may_approve,
        undoable_event_id=deciding.undoable.event_id if deciding.undoable else None,
        undoable_part_event_id=part.event_id if part else None,
    )
    return shown, 200, etag(review.statement.version)
