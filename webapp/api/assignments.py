"""Whose work a statement is, by script."""

from datetime import UTC, datetime

from pipeline.domain.scopes import Scope
from pipeline.services import assignments
from webapp.access import current_staff
from webapp.api.door import ID, Answer, blueprint, endpoint
from webapp.api.panels import statement_as_seen, statement_there
from webapp.api.shapes_people import Assignment, Assignments, AssignmentSent, Colleague, Colleagues
from webapp.database import current_db

_TAG = "assignments"
_ALL = f"/statements/<{ID}:statement_id>/assignments"


@blueprint.get("/colleagues")
@endpoint(Scope.REVIEW, Colleagues, tag=_TAG)
def list_colleagues() -> Answer:
    """Everybody who can be given work, and of which kinds."""
    return Colleagues(items=[Colleague.of(account) for account in assignments.list_people(current_db())])


@blueprint.get(_ALL)
@endpoint(Scope.READ, Assignments, tag=_TAG)
def list_assignments(statement_id: int) -> Answer:
    """What is asked of whom for a statement now."""
    return _shown(statement_there(statement_id).id)


@blueprint.post(_ALL)
@endpoint(Scope.REVIEW, Assignments, tag=_TAG, changes=True)
def assign(statement_id: int, json: AssignmentSent) -> Answer:
    """Ask somebody for a review, or for subtitles in a language."""
    assignments.assign_statement(
        current_db(),
        statement_as_seen(statement_id),
        json.account_id,
        json.kind,
        language=json.language or "",
        actor=current_staff().actor,
        now=datetime.now(UTC),
    )
    return _shown(statement_id)


@blueprint.delete(f"{_ALL}/<{ID}:assignment_id>")
@endpoint(Scope.REVIEW, Assignments, tag=_TAG, changes=True)
def end_assignment(statement_id: int, assignment_id: int) -> Answer:
    """Say that the work is done, or is not asked for any more."""
    statement = statement_as_seen(statement_id)
    actor, now = current_staff().actor, datetime.now(UTC)
    assignments.end_assignment(current_db(), statement, assignment_id, actor=actor, now=now)
    return _shown(statement_id)


def _shown(statement_id: int) -> Assignments:
    current_db().flush()
    return Assignments(items=[Assignment.of(row) for row in assignments.list_assignments(current_db(), statement_id)])
