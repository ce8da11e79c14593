"""The pages about other systems in a real browser: pleasant at phone and desk width, in each language, by keyboard."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pipeline.domain.desk import DeliveryState
from pipeline.domain.roles import Role
from pipeline.domain.tokens import new_name
from pipeline.records.tables import StaffAccount, WebhookDelivery
from pipeline.services.events import SYSTEM
from pipeline.services.webhooks import add_webhook
from tests.fixtures.browser import OpenPage, WatchedPage
from tests.fixtures.clock import NOW
from tests.fixtures.desk import EMAIL, open_signed_in
from tests.fixtures.panels import hand_in, load_plan, session_plan, statement_of
from tests.fixtures.portal import PortalProcess

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PAGE = "/staff/interfaces/"


@pytest.fixture(scope="module")
def staffed(make_portal: Callable[..., PortalProcess], password_hash: str) -> PortalProcess:
    """A portal with an administrator and another system that took one message and refused another."""
    portal = make_portal()
    load_plan(portal.database, session_plan(MW=2))
    with portal.database.begin() as db:
        url = "https://reports.example.org/hooks/presession/a-rather-long-address-that-has-to-wrap"
        add_webhook(db, url, ["recording.*", "statement.*"], allows_private=False, actor=SYSTEM, now=NOW)
        hand_in(db, statement_of(db, "MW", 1))
        hand_in(db, statement_of(db, "MW", 2))
        first, second = db.query(WebhookDelivery).order_by(WebhookDelivery.id)[:2]
        first.state, first.answer, first.attempts = DeliveryState.DELIVERED, "204", 1
        second.state, second.answer, second.attempts = DeliveryState.FAILED, "timeout", 9
        key = new_name()
        role = Role.ADMINISTRATOR
        db.add(StaffAccount(email=EMAIL, role=role, password_hash=password_hash, session_key=key, created_at=NOW))
    return portal


@pytest.fixture
def sign_in(staffed: PortalProcess, open_page: OpenPage) -> Callable[..., WatchedPage]:
    """Opens a page of the signed-in administrator."""
    return partial(open_signed_in, open_page, staffed.url)


def _is_fine(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize(("width", "locale"), [(390, "fr"), (1280, "en"), (390, "es")])
def test_every_page_is_accessible_and_fits(sign_in, staffed, width, locale) -> None:
    watched = sign_in(width=width, locale=locale)
    page = watched.page
    page.goto(PAGE)
    for summary in page.locator("summary").all():
        summary.press("Enter")
    _is_fine(page)
    page.goto(f"{PAGE}webhooks/1/")
    _is_fine(page)
    page.goto("/api/v1/")
    _is_fine(page)
    page.goto(PAGE)
    page.locator("main summary").first.press("Enter")
    page.fill("#name", "Nightly report")
    page.locator("form[action$='/tokens'] button").press("Enter")
    expect(page.locator("#secret")).to_have_value(re.compile("^presession_"))
    _is_fine(page)
    assert watched.errors == []
    assert watched.requests_outside(staffed.url) == []
