"""Administrators and other systems: tokens and secrets are shown once, work, and end."""

import re

import pytest

from pipeline.domain.desk import DeliveryState
from pipeline.domain.roles import Role
from pipeline.records.tables import ApiToken, Base, Event, StaffAccount, Webhook, WebhookDelivery
from pipeline.services.restoring import pause_webhooks
from pipeline.services.webhooks import event_subjects
from tests.fixtures.clock import NOW
from tests.fixtures.desk import Browser
from tests.fixtures.panels import hand_in, load_plan, session_plan, statement_of
from webapp.wording.interfaces import subject_words

PAGE = "/staff/interfaces/"
URL = "https://example.org/events"


@pytest.fixture
def chief(anna, sqlite_database, account_id) -> Browser:
    """A signed-in administrator."""
    with sqlite_database.begin() as db:
        db.get_one(StaffAccount, account_id).role = Role.ADMINISTRATOR
    return anna


def _secret(text: str) -> str:
    return re.search(r'id="secret"[^>]*value="([^"]+)"', text)[1]


def test_a_token_is_shown_once_works_and_is_revoked(chief, sqlite_database) -> None:
    shown = chief.press(PAGE, "/interfaces/tokens", name="Nightly report", scopes="read", days="30")
    token = _secret(shown.text)
    assert shown.headers["Cache-Control"] == "no-store"

    def ask() -> int:
        return chief.client.get("/api/v1/sessions", headers={"Authorization": f"Bearer {token}"}).status_code

    assert ask() == 200
    page = chief.get(PAGE).text
    assert "Nightly report" in page
    assert "never used" not in page
    with sqlite_database.read() as db:
        for table in Base.metadata.sorted_tables:
            assert token not in str(db.execute(table.select()).all())
        assert "token.issued" in [event.name for event in db.query(Event)]
    assert chief.press(PAGE, "/revoke").status_code == 303
    assert ask() == 401
    assert "Nightly report" not in chief.get(PAGE).text


def test_a_cookie_lets_nobody_into_the_interface(chief) -> None:
    assert chief.client.get("/api/v1/sessions").status_code == 401


@pytest.mark.parametrize("typed", [{"name": ""}, {"days": "0"}, {"days": "400"}, {"scopes": "everything"}])
def test_a_token_that_cannot_be_is_not_made(chief, sqlite_database, typed) -> None:
    sent = {"name": "x", "scopes": "read", "days": "30"} | typed
    assert chief.press(PAGE, "/interfaces/tokens", **sent).status_code == 422
    with sqlite_database.read() as db:
        assert db.query(ApiToken).count() == 0


def test_another_system_is_told_paused_and_removed(chief, sqlite_database) -> None:
    load_plan(sqlite_database, session_plan(MW=2))
    assert chief.press(PAGE, "/interfaces/webhooks", url="http://example.org/", subjects="recording").status_code == 422
    added = chief.press(PAGE, "/interfaces/webhooks", url=URL, subjects="recording")
    assert _secret(added.text).startswith("whsec_")
    with sqlite_database.begin() as db:
        hand_in(db, statement_of(db, "MW"))
        delivery = db.query(WebhookDelivery).one()
        delivery.state, delivery.answer = DeliveryState.FAILED, "timeout"
    page = f"{PAGE}webhooks/1/"
    assert "no answer in time" in chief.get(page).text
    assert "1 message given up" in chief.get(PAGE).text
    assert chief.press(page, "/again").status_code == 303
    with sqlite_database.read() as db:
        assert db.query(WebhookDelivery).one().state is DeliveryState.WAITING
    for action in ("pause", "resume", "remove"):
        assert chief.press(page, f"/{action}").status_code == 303
    assert chief.get(page).status_code == 404
    with sqlite_database.read() as db:
        removed = db.query(Webhook).one()
        assert (removed.is_active, removed.secret) == (False, "")


def test_everything_that_can_be_told_has_words(portal) -> None:
    with portal.test_request_context():
        assert [subject for subject in event_subjects() if subject_words(subject) == subject] == []


def test_a_restored_installation_tells_nobody_until_somebody_says_so(sqlite_database) -> None:
    with sqlite_database.begin() as db:
        db.add(Webhook(url=URL, secret="whsec_AAAA", event_names=["statement.*"], created_at=NOW))
        db.flush()
        assert pause_webhooks(db) == 1
        assert db.query(Webhook).filter(Webhook.is_active).count() == 0
