"""Whose work a statement is: asked of somebody, for review or for subtitles in a language, until it is over.

Whoever changes one holds the statement first. Asking somebody is undone by ending it, ending it by asking again.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from pipeline.domain.desk import AssignmentKind
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.languages import is_language
from pipeline.domain.roles import Role
from pipeline.records.tables import Assignment, Country, Speaker, StaffAccount, Statement
from pipeline.services.events import Actor, record_event

_CAN: dict[AssignmentKind, frozenset[Role]] = {
    AssignmentKind.REVIEW: frozenset({Role.STAFF, Role.ADMINISTRATOR}),
    AssignmentKind.INTERPRET: frozenset({Role.INTERPRETER, Role.STAFF, Role.ADMINISTRATOR}),
}
"""Who can be asked for what: nobody is given work that the portal would then refuse them."""


def can_be_asked(account: StaffAccount, kind: AssignmentKind) -> bool:
    """Whether this person can be given such work."""
    return account.is_active and account.role in _CAN[kind]


def list_people(db: Session) -> list[StaffAccount]:
    """Everybody who can be given work of any kind, by name."""
    people = db.scalars(select(StaffAccount).where(StaffAccount.is_active.is_(True)))
    able = (account for account in people if any(can_be_asked(account, kind) for kind in AssignmentKind))
    return sorted(able, key=lambda account: (account.name or account.email).casefold())


def list_assignments(db: Session, statement_id: int) -> Sequence[Assignment]:
    """What is asked of whom for a statement now, with the people at hand."""
    return db.scalars(_open().where(Assignment.statement_id == statement_id)).unique().all()


def list_own_work(db: Session, account_id: int) -> Sequence[Assignment]:
    """What is asked of one person now, with the statements at hand."""
    panel = joinedload(Assignment.statement).joinedload(Statement.speaker).joinedload(Speaker.country)
    own = _open().where(Assignment.account_id == account_id).options(panel.joinedload(Country.pre_session))
    return db.scalars(own).unique().all()


def find_reviewers(db: Session, session_id: int) -> dict[int, list[StaffAccount]]:
    """Who was asked to review each statement of a session, by statement."""
    asked = _open().where(
        Assignment.kind == AssignmentKind.REVIEW,
        Assignment.statement_id.in_(
            select(Statement.id)
            .join(Statement.speaker)
            .join(Speaker.country)
            .where(Country.pre_session_id == session_id)
        ),
    )
    reviewers: dict[int, list[StaffAccount]] = {}
    for assignment in db.scalars(asked).unique():
        reviewers.setdefault(assignment.statement_id, []).append(assignment.account)
    return reviewers


def assign_statement(
    db: Session,
    statement: Statement,
    account_id: int,
    kind: AssignmentKind,
    *,
    language: str = "",
    actor: Actor,
    now: datetime,
) -> Assignment:
    """Ask somebody for a review, or for subtitles in a language.

    Raises `WrongUsage` for somebody who cannot do it or a language that is none, `ChangeNotAllowed` when the same is
    asked of them already.
    """
    account = db.get(StaffAccount, account_id)
    if account is None or not can_be_asked(account, kind):
        raise WrongUsage("This person cannot be asked for that. Choose somebody else, or change their role first.")
    spoken = language if kind is AssignmentKind.INTERPRET else ""
    if kind is AssignmentKind.INTERPRET and not is_language(spoken):
        raise WrongUsage("Choose the language of the subtitles.")
    same = (Assignment.account_id == account_id, Assignment.kind == kind, Assignment.language == spoken)
    if db.scalars(_open().where(Assignment.statement_id == statement.id, *same)).first() is not None:
        raise ChangeNotAllowed("This person was asked for that already.")
    assignment = Assignment(
        account_id=account_id, statement_id=statement.id, kind=kind, language=spoken, created_at=now
    )
    db.add(assignment)
    _record(db, "assignment.made", assignment, actor, now)
    return assignment


def end_assignment(db: Session, statement: Statement, assignment_id: int, *, actor: Actor, now: datetime) -> Assignment:
    """The work is done, or is not asked for any more. Raises `ChangeNotAllowed` when it is over already."""
    assignment = db.get(Assignment, assignment_id)
    if assignment is None or assignment.statement_id != statement.id or assignment.ended_at is not None:
        raise ChangeNotAllowed("Somebody else ended this while you looked. Reload the page to see it.")
    assignment.ended_at = now
    _record(db, "assignment.ended", assignment, actor, now)
    return assignment


def _open() -> Select[Assignment]:
    wanted = select(Assignment).where(Assignment.ended_at.is_(None)).order_by(Assignment.id)
    return wanted.options(joinedload(Assignment.account))


def _record(db: Session, name: str, assignment: Assignment, actor: Actor, now: datetime) -> None:
    db.flush()
    record_event(
        db,
        name,
        subject_kind="statement",
        subject_id=assignment.statement_id,
        actor=actor,
        now=now,
        account_id=assignment.account_id,
        kind=assignment.kind.value,
        language=assignment.language,
    )
