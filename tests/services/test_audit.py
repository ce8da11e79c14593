"""The record searched: what was done is found by person, place and time, and nothing of another session with it."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import event as listening

from pipeline.records.tables import StaffAccount
from pipeline.services.audit import AuditFilter, find_events, walk_events
from pipeline.services.events import SYSTEM, Actor, record_event
from presession.cli import main
from tests.fixtures.clock import NOW
from tests.fixtures.panels import approve_new_recording, load_plan, session_plan, statement_of


@pytest.fixture
def acted(database):
    """Two sessions; in the first an account did something with a statement that was approved."""
    load_plan(database, session_plan("36", MW=2))
    load_plan(database, session_plan("37", FR=1))
    with database.begin() as db:
        for email in ("first@example.org", "anna@example.org"):
            account = StaffAccount(email=email, password_hash="", session_key="", created_at=NOW)
            db.add(account)
            db.flush()
        statement = statement_of(db, "MW", 1)
        approve_new_recording(db, statement)
        actor = Actor("staff", account.id)
        record_event(db, "statement.reopened", subject_kind="statement", subject_id=1, actor=actor, now=NOW)
        record_event(db, "account.signed_in", subject_kind="account", subject_id=1, actor=actor, now=NOW)
        later = NOW + timedelta(days=2)
        record_event(db, "link.issued", subject_kind="statement", subject_id=3, actor=SYSTEM, now=later)
    return account.id


def names(db, **wanted):
    return [line.event.name for line in find_events(db, AuditFilter(**wanted))]


def test_what_was_done_is_found_by_person_thing_place_and_time(database, acted):
    with database.read() as db:
        assert names(db, account_id=acted) == ["account.signed_in", "statement.reopened"]
        assert names(db, about="account") == names(db, about="account.signed_in") == ["account.signed_in"]
        assert names(db, about="acc") == []
        assert names(db, since=NOW + timedelta(days=1)) == ["link.issued"]
        assert names(db, statement_id=3) == ["link.issued"]
        of_one = names(db, statement_id=1)
        assert {"statement.reopened", "recording.received", "recording.packaged"} <= set(of_one)
        assert "link.issued" not in of_one
        assert "link.issued" in names(db, slug="37")
        assert set(of_one) <= set(names(db, slug="36", country_code="MW"))
        assert names(db, slug="36", country_code="FR") == []


def test_a_line_says_who_and_where_in_a_constant_number_of_queries(database, acted):
    asked = []
    listening.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with database.read() as db:
        lines = {line.event.name: line for line in find_events(db, AuditFilter())}
    assert len(asked) <= 9
    line = lines["statement.reopened"]
    assert (line.staff_email, line.place.slug, line.place.country_code, line.place.position) == (
        "anna@example.org",
        "36",
        "MW",
        1,
    )
    assert lines["recording.received"].place == line.place
    assert lines["account.signed_in"].place is None


def test_everything_is_walked_once_page_by_page(database, acted, monkeypatch):
    monkeypatch.setattr("pipeline.services.audit._BATCH", 3)
    with database.read() as db:
        ids = [line.event.id for line in walk_events(db, AuditFilter())]
        assert ids == sorted(set(ids), reverse=True)
        assert len(ids) == len(find_events(db, AuditFilter(), limit=10_000))


def test_the_command_prints_the_same_as_lines_of_json(database, acted, tmp_path):
    environment = {"PRESESSION_DATABASE_URL": database.url, "PRESESSION_DATA_DIR": str(tmp_path)}

    def run(*arguments):
        return CliRunner().invoke(main, ["audit", *arguments], env=environment)

    printed = run("--account", "anna@example.org", "--format", "jsonl").output.splitlines()
    assert [json.loads(line)["event"] for line in printed] == ["account.signed_in", "statement.reopened"]
    assert "anna@example.org  statement.reopened  statement:1  36/MW/1" in run("--statement", "1").output
    assert run("--account", "nobody@example.org").exit_code == 2
    assert run("--country", "MW").exit_code == 2
