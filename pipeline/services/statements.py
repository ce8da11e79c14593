"""What staff and speakers decide about a statement: approve, send back, reopen, withdraw, invite again.

Every decision names the recording or the version of the statement that the person was looking at; where that is
no longer how things stand, `ChangeNotAllowed` says so and nothing is changed. Publishing and taking down what is
published is in `pipeline.services.releases`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.findings import Verdict
from pipeline.domain.mails import MailKind
from pipeline.domain.statements import StatementAction
from pipeline.records.tables import Statement
from pipeline.services.events import Actor, record_event
from pipeline.services.mails import queue_mail
from pipeline.services.recordings import is_ready_for_approval, move_statement

MAX_REASON_LENGTH = 2000


def check_version(statement: Statement, version: int) -> None:
    """Refuse when the statement is not the one that a person was looking at; raises `ChangeNotAllowed`."""
    if statement.version != version:
        raise ChangeNotAllowed("This statement changed while you looked at it. Reload the page and look again.")


def approve_recording(db: Session, statement: Statement, recording_id: int, *, actor: Actor, now: datetime) -> None:
    """Approve exactly this recording: the current one, accepted by intake and prepared for watching."""
    recording = statement.current_recording
    if recording is None or recording.id != recording_id:
        raise ChangeNotAllowed("There is a newer recording than the one you watched. Reload the page and look again.")
    if not is_ready_for_approval(recording):
        raise ChangeNotAllowed("This recording is not ready to be approved: it is refused or still being prepared.")
    move_statement(statement, StatementAction.APPROVE, now=now)
    statement.approved_recording_id = recording.id
    statement.sent_back_reason = ""
    _record(db, "statement.approved", statement, actor, now, recording_id=recording.id)
    queue_mail(db, statement, MailKind.APPROVED, now=now, facts={"recording_id": recording.id})


def send_back(db: Session, statement: Statement, *, reason: str, actor: Actor, now: datetime) -> None:
    """Ask the speaker for another recording; the reason is what the speaker reads."""
    words = reason.strip()
    if not words or len(words) > MAX_REASON_LENGTH:
        raise WrongUsage(f"Write what the speaker should change, in at most {MAX_REASON_LENGTH} signs.")
    move_statement(statement, StatementAction.SEND_BACK, now=now)
    statement.approved_recording_id = None
    statement.sent_back_reason = words
    _record(db, "statement.sent_back", statement, actor, now, recording_id=statement.current_recording_id)
    queue_mail(db, statement, MailKind.SENT_BACK, now=now)


def reopen(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> None:
    """Take a decision of staff back: the statement is in review again."""
    recording = statement.current_recording
    if recording is None or recording.verdict is not Verdict.ACCEPTED:
        raise ChangeNotAllowed("There is no accepted recording to review. The speaker has to hand in another one.")
    move_statement(statement, StatementAction.REOPEN, now=now)
    statement.approved_recording_id = None
    statement.sent_back_reason = ""
    _record(db, "statement.reopened", statement, actor, now, recording_id=recording.id)


def invite_again(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> None:
    """Let a speaker who withdrew take part after all; what was withdrawn is not brought back."""
    move_statement(statement, StatementAction.INVITE_AGAIN, now=now)
    statement.current_recording_id = None
    statement.approved_recording_id = None
    statement.sent_back_reason = ""
    _record(db, "statement.invited_again", statement, actor, now)


def _record(db: Session, name: str, statement: Statement, actor: Actor, now: datetime, **facts: Any) -> None:
    db.flush()
    record_event(db, name, subject_kind="statement", subject_id=statement.id, actor=actor, now=now, **facts)
