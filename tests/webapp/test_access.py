"""How people come in and what ends that; who may ask what is in `test_access_matrix`."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from pipeline.records.tables import SpeakerLink
from pipeline.services.links import issue_link, revoke_links
from tests.fixtures.clock import NOW
from tests.fixtures.desk import Browser
from tests.fixtures.panels import STAFF, load_plan, session_plan, statement_of


@pytest.fixture
def panel(sqlite_database) -> None:
    load_plan(sqlite_database, session_plan(MW=2))


@pytest.fixture
def speaker(portal: Flask, sqlite_database, panel) -> Browser:
    """A speaker who opened a personal link."""
    with sqlite_database.begin() as db:
        token = issue_link(
            db, statement=statement_of(db, "MW"), expires_at=NOW + timedelta(days=3650), actor=STAFF, now=NOW
        )
    browser = Browser(portal)
    assert browser.press(f"/s/{token}", f"/s/{token}").status_code == 303
    return browser


def test_an_endpoint_without_a_rule_is_refused(portal, visit, account_id):
    portal.add_url_rule("/left-over", "left_over", lambda: "secret")
    browser = visit()
    browser.sign_in()
    answer = browser.get("/left-over")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_a_stranger_in_a_browser_is_led_to_sign_in_and_back(visit):
    answer = visit().get("/staff/36/?show=staff")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/staff/36/?show%3Dstaff"


def test_a_visit_ends_when_its_link_is_revoked(speaker, sqlite_database, now):
    assert speaker.get("/speaker/").status_code == 200
    with sqlite_database.begin() as db:
        revoke_links(db, statement=statement_of(db, "MW"), actor=STAFF, now=now)
    assert speaker.get("/speaker/").status_code == 403


def test_a_visit_ends_when_its_link_expires(speaker, sqlite_database):
    with sqlite_database.begin() as db:
        for link in db.query(SpeakerLink):
            link.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    assert speaker.get("/speaker/").status_code == 403


def test_opening_a_link_does_not_end_a_staff_session(anna, sqlite_database, panel):
    with sqlite_database.begin() as db:
        token = issue_link(
            db, statement=statement_of(db, "MW"), expires_at=NOW + timedelta(days=3650), actor=STAFF, now=NOW
        )
    anna.press(f"/s/{token}", f"/s/{token}")
    assert anna.get("/staff/").status_code == 200
    assert anna.get("/speaker/").status_code == 200


@pytest.mark.parametrize("method", ["POST"])
def test_a_form_without_its_token_changes_nothing(anna, panel, sqlite_database, method):
    answer = anna.client.open("/staff/statements/1/link", method=method)
    assert answer.status_code == 400
    with sqlite_database.read() as db:
        assert db.query(SpeakerLink).count() == 0
