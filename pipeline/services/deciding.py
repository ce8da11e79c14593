"""What a person who looks at a statement can decide about it now, and what they would be deciding about."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.statements import StatementAction, is_allowed
from pipeline.records.tables import Statement
from pipeline.services.approvals import ApprovalStanding, approval_of, seen_now
from pipeline.services.recordings import is_ready_for_approval
from pipeline.services.statements import next_look
from pipeline.services.undoing import UndoableDecision, find_undoable


@dataclass(frozen=True)
class Deciding:
    """How the approvals stand, whether this person's would count, and the last decision where it can be undone.

    `seen` goes back with an approval: it says what the person saw.
    """

    approval: ApprovalStanding
    may_approve: bool
    seen: str
    undoable: UndoableDecision | None


def read_deciding(db: Session, statement: Statement, account_id: int) -> Deciding:
    """What this person can decide about a statement now."""
    standing = approval_of(statement)
    return Deciding(
        approval=standing,
        may_approve=_may_approve(statement, standing, account_id),
        seen=seen_now(statement),
        undoable=find_undoable(db, statement),
    )


def _may_approve(statement: Statement, standing: ApprovalStanding, account_id: int) -> bool:
    recording = statement.current_recording
    if recording is None or not is_ready_for_approval(recording):
        return False
    try:
        next_look(standing, account_id)
    except ChangeNotAllowed:
        return False
    return is_allowed(statement.state, StatementAction.APPROVE)
