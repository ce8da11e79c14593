"""Undoing staff's last decision about a statement, exactly: as if it had not been, as long as nothing followed from it.

What is to be undone is read from the record of events. A mail that has not gone out yet is not sent; one that has,
cannot be called back.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.findings import Verdict
from pipeline.domain.statements import StatementAction, StatementState, can_be_undone
from pipeline.records.tables import Event, StaffAccount, Statement
from pipeline.services.approvals import approval_of
from pipeline.services.events import Actor, record_event

_UNDONE = "statement.decision_undone"
_DECISIONS = {
    "statement.approved_first": StatementAction.LOOK,
    "statement.approved": StatementAction.APPROVE,
    "statement.sent_back": StatementAction.SEND_BACK,
    "statement.reopened": StatementAction.REOPEN,
}
_FOLLOWS = (
    "statement.published",
    "statement.taken_down",
    "statement.withdrawn",
    "statement.invited_again",
    "statement.protection_changed",
    "item.withdrawn",
)
"""What happens to a statement after which an earlier decision is no longer the last word."""

_GIVING = frozenset({StatementAction.LOOK, StatementAction.APPROVE})


@dataclass(frozen=True)
class UndoableDecision:
    """The decision that can be undone now; `by` is a name or an address, empty where nobody knows any more."""

    event_id: int
    action: StatementAction
    before: StatementState
    approval_ids: tuple[int, ...]
    by: str
    at: datetime


def find_undoable(db: Session, statement: Statement) -> UndoableDecision | None:
    """Staff's last decision about a statement, where it can be undone still."""
    event = _last_decision(db, statement)
    if event is None or "before" not in event.facts:
        return None
    action, before = _DECISIONS[event.name], StatementState(event.facts["before"])
    is_of_current = event.facts.get("recording_id") == statement.current_recording_id
    if not is_of_current or not can_be_undone(statement.state, action, before) or not _is_accepted(statement):
        return None
    ids = tuple(event.facts.get("approvals", ()))
    return UndoableDecision(event.id, action, before, ids, _name_of(db, event), event.at)


def undo_decision(db: Session, statement: Statement, event_id: int, *, actor: Actor, now: datetime) -> None:
    """Undo the decision that a person saw as the last one.

    Raises `ChangeNotAllowed` when another is the last meanwhile, or when what was approved is no longer the same.
    """
    found = find_undoable(db, statement)
    if found is None or found.event_id != event_id:
        raise ChangeNotAllowed("Something else happened to this statement meanwhile. Reload the page and look again.")
    is_giving = found.action in _GIVING
    for approval in statement.approvals:
        if approval.id in found.approval_ids:
            approval.taken_back_at = now if is_giving else None
    _go_back(statement, found, now=now)
    db.flush()
    if statement.state is StatementState.APPROVED and not is_giving and not approval_of(statement).is_complete:
        raise ChangeNotAllowed("Something of this statement changed since it was approved. Review it again instead.")
    facts = {"event_id": event_id, "action": found.action.value, "state": statement.state.value}
    record_event(db, _UNDONE, subject_kind="statement", subject_id=statement.id, actor=actor, now=now, **facts)
    db.flush()


def _go_back(statement: Statement, found: UndoableDecision, *, now: datetime) -> None:
    if found.before is not statement.state:
        statement.state, statement.state_since = found.before, now
        is_approved = found.before is StatementState.APPROVED
        statement.approved_recording_id = statement.current_recording_id if is_approved else None
    if found.action is StatementAction.SEND_BACK:
        statement.sent_back_reason = ""
    flag_modified(statement, "state_since")


def _last_decision(db: Session, statement: Statement) -> Event | None:
    """The newest decision that was not undone, unless something followed from it."""
    wanted = select(Event).where(
        Event.subject_kind == "statement",
        Event.subject_id == statement.id,
        Event.name.in_([*_DECISIONS, *_FOLLOWS, _UNDONE]),
    )
    undone = set()
    for event in db.scalars(wanted.order_by(Event.id.desc())):
        if event.name == _UNDONE:
            undone.add(event.facts["event_id"])
        elif event.id not in undone:
            return event if event.name in _DECISIONS else None
    return None


def _is_accepted(statement: Statement) -> bool:
    """Whether there is something to review: another part may be shown since, which was refused."""
    recording = statement.current_recording
    return recording is not None and recording.verdict is Verdict.ACCEPTED


def _name_of(db: Session, event: Event) -> str:
    account = db.get(StaffAccount, event.actor_id) if event.actor_kind == "staff" and event.actor_id else None
    return (account.name or account.email) if account is not None else ""
