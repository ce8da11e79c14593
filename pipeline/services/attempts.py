"""Attempts of a statement: until when new ones are taken, and choosing an earlier one again."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.findings import Verdict
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Recording, Statement
from pipeline.services.alignments import follow_text
from pipeline.services.deadlines import end_of_day, last_day_of
from pipeline.services.events import Actor, record_event
from pipeline.services.recordings import lock_statement, take_up_recording


class HandInClosed(ChangeNotAllowed):
    """The last day for recordings is over."""

    def __init__(self) -> None:
        super().__init__(
            "The last day to hand in a recording is over. Write to the organiser if you still need to send one."
        )


def may_hand_in(statement: Statement, *, now: datetime) -> bool:
    """Whether a recording is taken now, as far as time decides: before the deadline, or because staff asked for it.

    Staff ask by sending a statement back, or by giving a speaker more time.
    """
    is_asked_for = statement.state is StatementState.SENT_BACK and bool(statement.sent_back_reason)
    day = last_day_of(statement)
    return is_asked_for or day is None or now < end_of_day(day)


def check_may_hand_in(statement: Statement, *, now: datetime) -> None:
    """Raises `HandInClosed` when no recording is taken any more."""
    if not may_hand_in(statement, now=now):
        raise HandInClosed


def give_more_time(db: Session, statement: Statement, until: date | None, *, actor: Actor, now: datetime) -> None:
    """Let a speaker hand in until another day than the country's; None takes that back."""
    statement.hand_in_until = until
    db.flush()
    day = until.isoformat() if until else ""
    record_event(
        db, "statement.given_time", subject_kind="statement", subject_id=statement.id, actor=actor, now=now, until=day
    )


def can_be_used(statement: Statement, recording: Recording) -> bool:
    """Whether an earlier attempt could take the place of the one that counts."""
    is_there = recording.withdrawn_at is None and recording.verdict is not Verdict.REFUSED
    return is_there and recording.id != statement.current_recording_id


def use_recording(db: Session, statement: Statement, recording_id: int, *, actor: Actor, now: datetime) -> None:
    """Make an earlier attempt the one that counts; people watch and approve it anew.

    Raises `ChangeNotAllowed` for one that was refused or withdrawn, or is none of this statement.
    """
    lock_statement(db, statement.id)
    recording = next((one for one in statement.recordings if one.id == recording_id), None)
    if recording is None or not can_be_used(statement, recording):
        raise ChangeNotAllowed("This recording cannot be used. Reload the page to see what changed.")
    take_up_recording(db, recording, actor=actor, now=now)
    follow_text(db, statement, now=now)  # it may have changed since
    record_event(db, "recording.chosen", subject_kind="recording", subject_id=recording.id, actor=actor, now=now)
