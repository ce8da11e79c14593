"""Whose work a statement is, and what comes next for each person."""

import pytest
from sqlalchemy import select

from pipeline.domain.desk import AssignmentKind
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.roles import Role
from pipeline.domain.standings import Standing
from pipeline.records.tables import PreSession
from pipeline.services.account_reach import is_assigned, may_interpret
from pipeline.services.assignments import assign_statement, end_assignment, list_own_work
from pipeline.services.statements import approve_recording
from pipeline.services.work_queue import ToDo, load_work_queue
from tests.fixtures.clock import NOW
from tests.fixtures.panels import account_of, give_consent, statement_of
from tests.fixtures.standings import accept, bring_to


def _queue(db, person):
    return [(item.statement_id, item.to_do) for item in load_work_queue(db, "36", person.id, now=NOW).items]


def test_own_work_comes_first_and_what_others_were_asked_for_last(database, load):
    load(MW=4)
    with database.begin() as db:
        anna, ben = account_of(db, "anna"), account_of(db, "ben")
        first, second, third, fourth = (statement_of(db, "MW", n) for n in (1, 2, 3, 4))
        for statement in (first, second, third):
            accept(db, statement)
        bring_to(db, fourth, Standing.PREPARE_FAILED)
        assign_statement(db, first, ben.id, AssignmentKind.REVIEW, actor=anna, now=NOW)
        assign_statement(db, third, anna.id, AssignmentKind.REVIEW, actor=ben, now=NOW)
        own = [third.id, fourth.id, second.id, first.id]
        assert [statement_id for statement_id, _to_do in _queue(db, anna)] == own
        assert dict(_queue(db, anna))[fourth.id] is ToDo.FAILED
        waiting = load_work_queue(db, "36", anna.id, now=NOW)
        assert waiting.after(third.id).statement_id == fourth.id
        assert waiting.after(first.id).statement_id == third.id
        assert waiting.before(third.id).statement_id == first.id
        assert waiting.after(0).statement_id == third.id
        assert load_work_queue(db, "37", anna.id, now=NOW) is None


def test_what_a_person_approved_waits_for_the_other_and_what_changed_for_both(database, load):
    load(MW=1)
    with database.begin() as db:
        anna, ben = account_of(db, "anna"), account_of(db, "ben")
        db.scalars(select(PreSession)).one().wants_second_look = True
        statement = statement_of(db, "MW")
        recording = accept(db, statement)
        give_consent(db, statement)
        approve_recording(db, statement, recording.id, actor=anna, now=NOW)
        assert _queue(db, anna) == []
        assert _queue(db, ben) == [(statement.id, ToDo.SECOND_LOOK)]
        approve_recording(db, statement, recording.id, actor=ben, now=NOW)
        assert _queue(db, ben) == []
        statement.alias = "Another"
        db.flush()
        assert _queue(db, anna) == _queue(db, ben) == [(statement.id, ToDo.APPROVE_AGAIN)]


def test_an_interpreter_is_asked_for_one_language_until_it_is_over(database, load):
    load(MW=1)
    with database.begin() as db:
        staff, ines = account_of(db, "anna"), account_of(db, "ines", Role.INTERPRETER)
        statement = statement_of(db, "MW")
        asked = {"language": "fr", "actor": staff, "now": NOW}
        assignment = assign_statement(db, statement, ines.id, AssignmentKind.INTERPRET, **asked)
        reach = {"statement_id": statement.id}
        assert is_assigned(db, ines.id, **reach)
        assert may_interpret(db, ines.id, language="fr", **reach)
        assert not may_interpret(db, ines.id, language="es", **reach)
        assert list_own_work(db, ines.id) == [assignment]
        with pytest.raises(ChangeNotAllowed):
            assign_statement(db, statement, ines.id, AssignmentKind.INTERPRET, **asked)
        end_assignment(db, statement, assignment.id, actor=staff, now=NOW)
        assert not is_assigned(db, ines.id, **reach)
        with pytest.raises(ChangeNotAllowed):
            end_assignment(db, statement, assignment.id, actor=staff, now=NOW)


@pytest.mark.parametrize(
    ("role", "kind", "language"),
    [
        (Role.INTERPRETER, AssignmentKind.REVIEW, ""),
        (Role.VIEWER, AssignmentKind.INTERPRET, "fr"),
        (Role.INTERPRETER, AssignmentKind.INTERPRET, ""),
    ],
)
def test_nobody_is_asked_for_what_they_cannot_do(database, load, role, kind, language):
    load(MW=1)
    with database.begin() as db:
        staff, other = account_of(db, "anna"), account_of(db, "other", role)
        with pytest.raises(WrongUsage):
            assign_statement(db, statement_of(db, "MW"), other.id, kind, language=language, actor=staff, now=NOW)
