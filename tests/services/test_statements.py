"""Staff's decisions: what they change, what they refuse, and what they leave on record."""

import pytest
from sqlalchemy.orm.exc import StaleDataError

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.standings import Standing
from pipeline.domain.statements import StatementState
from pipeline.records.database import Database
from pipeline.records.tables import Event, Statement
from pipeline.services import statements
from tests.fixtures.panels import STAFF, hand_in, load_plan, session_plan, statement_of
from tests.fixtures.standings import accept, bring_to


@pytest.fixture
def reviewed(database, load):
    """A statement to review."""
    load(MW=1)
    with database.begin() as db:
        accept(db, statement_of(db, "MW"))
    return database


def _events(db) -> list[str]:
    return [event.name for event in db.query(Event).filter(Event.subject_kind == "statement").order_by(Event.id)]


def test_approving_binds_the_decision_to_the_recording(reviewed, now):
    with reviewed.begin() as db:
        statement = statement_of(db, "MW")
        statements.approve_recording(db, statement, statement.current_recording_id, actor=STAFF, now=now)
        assert statement.state is StatementState.APPROVED
        assert statement.approved_recording_id == statement.current_recording_id
        assert statement.state_since == now
        event = db.query(Event).filter(Event.name == "statement.approved").one()
        assert (event.actor_kind, event.actor_id) == ("staff", STAFF.id)
        (approval,) = statement.approvals
        recording_id = statement.current_recording_id
        assert event.facts == {"recording_id": recording_id, "before": "in_review", "approvals": [approval.id]}


def test_another_recording_than_the_current_one_is_not_approved(reviewed, now):
    with reviewed.begin() as db:
        statement = statement_of(db, "MW")
        seen = statement.current_recording_id
        hand_in(db, statement)
        with pytest.raises(ChangeNotAllowed, match="newer recording"):
            statements.approve_recording(db, statement, seen, actor=STAFF, now=now)


@pytest.mark.parametrize("standing", [Standing.CHECKING, Standing.PREPARING, Standing.REFUSED])
def test_a_recording_that_is_not_ready_is_not_approved(database, load, now, standing):
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        bring_to(db, statement, standing)
        with pytest.raises(ChangeNotAllowed, match="not ready"):
            statements.approve_recording(db, statement, statement.current_recording_id, actor=STAFF, now=now)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
def test_a_statement_is_not_sent_back_without_words(reviewed, now, reason):
    with reviewed.begin() as db, pytest.raises(WrongUsage):
        statements.send_back(db, statement_of(db, "MW"), reason=reason, actor=STAFF, now=now)


def test_the_reason_is_for_the_speaker_and_not_for_the_record(reviewed, now):
    with reviewed.begin() as db:
        statement = statement_of(db, "MW")
        statements.send_back(db, statement, reason="A private reason.", actor=STAFF, now=now)
        assert statement.sent_back_reason == "A private reason."
        assert "private" not in str([event.facts for event in db.query(Event)])


def test_decisions_can_be_taken_back(reviewed, now):
    with reviewed.begin() as db:
        statement = statement_of(db, "MW")
        statements.send_back(db, statement, reason="No.", actor=STAFF, now=now)
        statements.reopen(db, statement, actor=STAFF, now=now)
        statements.approve_recording(db, statement, statement.current_recording_id, actor=STAFF, now=now)
        statements.reopen(db, statement, actor=STAFF, now=now)
        assert statement.state is StatementState.IN_REVIEW
        assert statement.approved_recording_id is None
        assert statement.sent_back_reason == ""
        assert _events(db) == [
            "statement.sent_back",
            "statement.reopened",
            "statement.approved",
            "statement.reopened",
        ]


def test_a_decision_on_an_older_version_is_refused(reviewed, now):
    with reviewed.begin() as db:
        statement = statement_of(db, "MW")
        seen = statement.version
        statements.check_version(statement, seen)
        statements.send_back(db, statement, reason="No.", actor=STAFF, now=now)
        with pytest.raises(ChangeNotAllowed, match="changed while you looked"):
            statements.check_version(statement, seen)


def test_of_two_decisions_at_the_same_time_one_is_told(postgres_url, now):
    """Two transactions that read the same version; on SQLite they would run one after the other."""
    database = Database(postgres_url)
    load_plan(database, session_plan(MW=1))
    with database.begin() as db:
        accept(db, statement_of(db, "MW"))
    with database.new_session() as first, database.new_session() as second:
        one, other = statement_of(first, "MW"), statement_of(second, "MW")
        statements.approve_recording(first, one, one.current_recording_id, actor=STAFF, now=now)
        first.commit()
        with pytest.raises(StaleDataError):
            statements.send_back(second, other, reason="No.", actor=STAFF, now=now)
    database.close()


def test_an_invitation_begins_afresh(database, load, now):
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        bring_to(db, statement, Standing.WITHDRAWN)
        statements.invite_again(db, statement, actor=STAFF, now=now)
        db.flush()
        kept = db.get_one(Statement, statement.id, populate_existing=True)
        assert (kept.state, kept.current_recording_id) == (StatementState.INVITED, None)
        assert hand_in(db, kept).attempt == 2
