"""What an interpreter's account reaches: statements with an assignment of theirs that is not over."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pipeline.domain.desk import AssignmentKind
from pipeline.records.tables import Assignment


def is_assigned(db: Session, account_id: int, *, statement_id: int) -> bool:
    """Whether this account has something to do with this statement now."""
    return db.scalar(_open(account_id, statement_id).limit(1)) is not None


def may_interpret(db: Session, account_id: int, *, statement_id: int, language: str) -> bool:
    """Whether this account was asked to interpret this statement into this language (or into any)."""
    asked = _open(account_id, statement_id).where(
        Assignment.kind == AssignmentKind.INTERPRET, Assignment.language.in_(["", language])
    )
    return db.scalar(asked.limit(1)) is not None


def _open(account_id: int, statement_id: int) -> Select[int]:
    return select(Assignment.id).where(
        Assignment.account_id == account_id, Assignment.statement_id == statement_id, Assignment.ended_at.is_(None)
    )
