"""The record in the portal: searched by a form, exported as it was found, closed to whoever is no administrator."""

import csv
import io
import json

import pytest

from pipeline.domain.roles import Role
from pipeline.records.tables import StaffAccount
from pipeline.services.events import EVENT_NAMES, SYSTEM, record_event
from tests.fixtures.clock import NOW
from tests.fixtures.desk import EMAIL, Browser
from tests.fixtures.panels import load_plan, session_plan
from webapp.wording.staff_audit import EVENT_FAMILIES


@pytest.fixture
def administrator(anna: Browser, sqlite_database):
    """Anna as administrator, and something that happened."""
    load_plan(sqlite_database, session_plan(MW=1))
    with sqlite_database.begin() as db:
        db.query(StaffAccount).filter(StaffAccount.email == EMAIL).one().role = Role.ADMINISTRATOR
        facts = {"subject_kind": "statement", "subject_id": 1, "actor": SYSTEM, "now": NOW}
        record_event(db, "statement.sent_back", **facts)
    return anna


def test_what_is_searched_for_is_shown_with_a_link_to_where_it_happened(administrator):
    page = administrator.get("/staff/record/?where=36/MW&about=statement")
    assert page.status_code == 200
    assert "Sent back" in page.text
    assert 'href="/staff/statements/1/"' in page.text
    assert "Sent back" not in administrator.get("/staff/record/?about=account").text
    assert "Sent back" not in administrator.get("/staff/record/?where=37").text


def test_the_export_holds_what_was_found(administrator):
    lines = administrator.get("/staff/record/export.jsonl?about=statement").text.splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["statement.sent_back"]
    exported = administrator.get("/staff/record/export.csv?about=statement")
    rows = list(csv.DictReader(io.StringIO(exported.text)))
    assert [(row["event"], row["country"], row["statement_id"]) for row in rows] == [("statement.sent_back", "MW", "1")]
    assert exported.headers["Content-Disposition"].startswith("attachment")
    assert administrator.get("/staff/record/export.exe").status_code == 404


def test_every_kind_of_event_can_be_searched_for():
    assert set(EVENT_FAMILIES) == {name.split(".")[0] for name in EVENT_NAMES}


@pytest.mark.parametrize("wrong", ["statement=x", "who=%C2%B2", "since=2026-13-01", "until=9999-12-31"])
def test_values_that_are_none_are_refused(administrator, wrong):
    assert administrator.get(f"/staff/record/?{wrong}").status_code == 400
