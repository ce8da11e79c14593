"""What staff decide about a statement: approve, send back, reopen, invite again.

Every decision names the recording or the version of the statement that the person was looking at; where that is
no longer how things stand, `ChangeNotAllowed` says so and nothing is changed. Of two who decide at the same moment one
gets SQLAlchemy's `StaleDataError`, which says the same. Undoing a decision is in `pipeline.services.undoing`,
publishing and taking down what is published in `pipeline.services.releases`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.findings import Verdict
from pipeline.domain.mails import MailKind
from pipeline.domain.statements import StatementAction, next_state
from pipeline.records.tables import Approval, Recording, StaffAccount, Statement
from pipeline.services.approvals import ApprovalStanding, approval_of, bound_now, seen_now, take_back_approvals
from pipeline.services.events import Actor, record_event
from pipeline.services.mails import queue_mail
from pipeline.services.recordings import is_ready_for_approval, lock_statement, move_statement

MAX_REASON_LENGTH = 2000


def check_version(statement: Statement, version: int) -> None:
    """Refuse when the statement is not the one that a person was looking at; raises `ChangeNotAllowed`."""
    if statement.version != version:
        raise ChangeNotAllowed("This statement changed while you looked at it. Reload the page and look again.")


def hold_statement(db: Session, statement_id: int, version: int) -> Statement:
    """The statement that a person was looking at, held until the end of the transaction; raises `ChangeNotAllowed`.

    For changes that hold the row themselves: then nobody's change comes between the question and the answer. What
    also changes a release takes the country's lock first.
    """
    statement = lock_statement(db, statement_id)
    check_version(statement, version)
    return statement


def approve_recording(
    db: Session, statement: Statement, recording_id: int, *, actor: Actor, now: datetime, seen: str | None = None
) -> None:
    """Approve exactly this recording as it is now: the current one, accepted by intake and prepared for watching.

    `seen` is `seen_now` of what the person looked at: subtitles, consent and words may have changed as well. Where
    the session wants a second look, the statement is approved when another person has approved the same.
    """
    recording = _approvable(statement, recording_id)
    if seen is not None and seen != seen_now(statement):
        raise ChangeNotAllowed("Something of this statement changed while you looked at it. Reload and look again.")
    account_id = _account_of(db, actor)
    action = next_look(approval_of(statement), account_id)
    before = statement.state
    _move(statement, action, now=now)
    approval = Approval(recording_id=recording.id, account_id=account_id, bound=bound_now(statement), created_at=now)
    statement.approvals.append(approval)
    db.flush()
    facts = {"recording_id": recording.id, "before": before.value, "approvals": [approval.id]}
    if action is StatementAction.LOOK:
        _record(db, "statement.approved_first", statement, actor, now, **facts)
        return
    statement.approved_recording_id = recording.id
    statement.sent_back_reason = ""
    _record(db, "statement.approved", statement, actor, now, **facts)
    if statement.state is not before:
        queue_mail(db, statement, MailKind.APPROVED, now=now, facts={"recording_id": recording.id})


def send_back(db: Session, statement: Statement, *, reason: str, actor: Actor, now: datetime) -> None:
    """Ask the speaker for another recording; the reason is what the speaker reads."""
    words = reason.strip()
    if not words or len(words) > MAX_REASON_LENGTH:
        raise WrongUsage(f"Write what the speaker should change, in at most {MAX_REASON_LENGTH} signs.")
    facts = _take_back(statement, StatementAction.SEND_BACK, now=now)
    statement.sent_back_reason = words
    _record(db, "statement.sent_back", statement, actor, now, **facts)
    queue_mail(db, statement, MailKind.SENT_BACK, now=now)


def reopen(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> None:
    """Take a decision of staff back: the statement is in review again, and nobody's approval counts any more.

    What the speaker was asked to change stays at hand, for asking again.
    """
    recording = statement.current_recording
    if recording is None or recording.verdict is not Verdict.ACCEPTED:
        raise ChangeNotAllowed("There is no accepted recording to review. The speaker has to hand in another one.")
    facts = _take_back(statement, StatementAction.REOPEN, now=now)
    _record(db, "statement.reopened", statement, actor, now, **facts)


def invite_again(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> None:
    """Let a speaker who withdrew take part after all; what was withdrawn is not brought back."""
    _take_back(statement, StatementAction.INVITE_AGAIN, now=now)
    statement.current_recording_id = None
    statement.sent_back_reason = ""
    _record(db, "statement.invited_again", statement, actor, now)


def next_look(standing: ApprovalStanding, account_id: int | None) -> StatementAction:
    """What this person's approval would be: the first of two, or the last that is wanted.

    Raises `ChangeNotAllowed` where it would add nothing.
    """
    if standing.is_complete:
        raise ChangeNotAllowed("This statement is approved already, just as it is.")
    people = {look.account_id for look in standing.looks if look.is_current}
    if len(people | {account_id}) >= standing.wanted:
        return StatementAction.APPROVE
    if account_id in people:
        raise ChangeNotAllowed("You have approved this statement. Another person has to look at it as well.")
    return StatementAction.LOOK


def _approvable(statement: Statement, recording_id: int) -> Recording:
    recording = statement.current_recording
    if recording is None or recording.id != recording_id:
        raise ChangeNotAllowed("There is a newer recording than the one you watched. Reload the page and look again.")
    if not is_ready_for_approval(recording):
        raise ChangeNotAllowed("This recording is not ready to be approved: it is refused or still being prepared.")
    return recording


def _take_back(statement: Statement, action: StatementAction, *, now: datetime) -> dict[str, Any]:
    """Move a statement where nothing of it is approved; facts for the record, from which it can be undone."""
    before = statement.state
    move_statement(statement, action, now=now)
    statement.approved_recording_id = None
    approvals = take_back_approvals(statement, now=now)
    return {"recording_id": statement.current_recording_id, "before": before.value, "approvals": approvals}


def _move(statement: Statement, action: StatementAction, *, now: datetime) -> None:
    """Change the state as the table allows; where it stays the same the version grows all the same."""
    if next_state(statement.state, action) is statement.state:
        flag_modified(statement, "state_since")
    else:
        move_statement(statement, action, now=now)


def _account_of(db: Session, actor: Actor) -> int | None:
    """The account of whoever acts; None where there is none, so that two of those are one person."""
    account = db.get(StaffAccount, actor.id) if actor.kind == "staff" and actor.id is not None else None
    return account.id if account is not None else None


def _record(db: Session, name: str, statement: Statement, actor: Actor, now: datetime, **facts: Any) -> None:
    db.flush()
    record_event(db, name, subject_kind="statement", subject_id=statement.id, actor=actor, now=now, **facts)
