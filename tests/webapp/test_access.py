"""Every endpoint has a rule, and each rule refuses those it is not for."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from pipeline.records.tables import SpeakerLink
from pipeline.services.links import issue_link, revoke_links
from tests.fixtures.clock import NOW
from tests.fixtures.desk import Browser
from tests.fixtures.panels import STAFF, load_plan, session_plan, statement_of
from webapp.access import Rule, rule_of

VALUES = {
    "statement_id": "1",
    "recording_id": "1",
    "track_id": "1",
    "slug": "36",
    "code": "MW",
    "country": "mw",
    "path": "master.m3u8",
    "filename": "css/base.css",
    "token": "x" * 43,
    "name": "0" * 32,
    "job_id": "1",
    "mail_id": "1",
    "paper_id": "1",
    "item": "text",
    "action": "hold",
}


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


def _requests(app: Flask, *rules: Rule) -> list[tuple[str, str]]:
    """Method and address of every endpoint with one of these rules."""
    adapter = app.url_map.bind("localhost")
    return [
        (method, adapter.build(route.endpoint, {name: VALUES[name] for name in route.arguments}, method=method))
        for route in app.url_map.iter_rules()
        if rule_of(app.view_functions[route.endpoint]) in rules
        for method in sorted((route.methods or set()) - {"OPTIONS", "HEAD"})
    ]


def _status(browser: Browser, method: str, address: str) -> int:
    return browser.client.open(address, method=method, headers={"Accept": "application/json"}).status_code


def test_every_endpoint_has_a_rule(portal):
    without = [endpoint for endpoint, view in portal.view_functions.items() if rule_of(view) is None]
    assert without == []


def test_an_endpoint_without_a_rule_is_refused(portal, visit, account_id):
    portal.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    browser = visit()
    browser.sign_in()
    answer = browser.get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_staff_endpoints_are_there_for_staff_and_refused_to_everybody_else(portal, panel, anna, speaker, visit):
    portal.config["WTF_CSRF_ENABLED"] = False
    asked = _requests(portal, Rule.SIGNED_IN, Rule.INTERPRETER, Rule.READER, Rule.STAFF, Rule.ADMINISTRATOR)
    assert len(asked) > 20
    stranger = visit()
    for method, address in asked:
        assert _status(stranger, method, address) == 401, address
        assert _status(speaker, method, address) == 401, address
    assert _status(anna, "GET", "/staff/36/MW/") == 200


def test_operator_endpoints_are_refused_to_everybody_else(portal, panel, anna, speaker, visit):
    portal.config["WTF_CSRF_ENABLED"] = False
    asked = _requests(portal, Rule.OPERATOR)
    assert len(asked) > 3
    for method, address in asked:
        assert _status(visit(), method, address) == 401, address
        assert _status(speaker, method, address) == 401, address
        assert _status(anna, method, address) == 403, address


def test_speaker_endpoints_are_refused_to_staff_and_to_strangers(portal, panel, anna, visit):
    portal.config["WTF_CSRF_ENABLED"] = False
    asked = _requests(portal, Rule.SPEAKER)
    assert asked
    for method, address in asked:
        assert _status(visit(), method, address) in {403, 404}, address
        assert _status(anna, method, address) in {403, 404}, address


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
