"""A second factor in a real browser: a passkey made and used, an app's code, and the screens of accounts."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pipeline.domain.roles import Role
from pipeline.domain.tokens import new_name
from pipeline.records.tables import StaffAccount, StaffPasskey
from tests.fixtures.browser import OpenPage, WatchedPage
from tests.fixtures.clock import NOW
from tests.fixtures.desk import EMAIL, PASSWORD, open_signed_in
from tests.fixtures.portal import PortalProcess

pytestmark = [pytest.mark.slow, pytest.mark.browser]

FACTORS = "/staff/account/second-factor/"
SCREENS = (FACTORS, "/staff/account/", "/staff/accounts/", "/staff/accounts/1/")
OUTSIDE = ("/sign-in", "/forgotten", "/forgotten/asked", "/account/gone")


@pytest.fixture(scope="module")
def administered(make_portal: Callable[..., PortalProcess], password_hash: str) -> PortalProcess:
    """A portal with an administrator."""
    portal = make_portal()
    with portal.database.begin() as db:
        db.add(
            StaffAccount(
                email=EMAIL,
                role=Role.ADMINISTRATOR,
                password_hash=password_hash,
                session_key=new_name(),
                created_at=NOW,
            )
        )
    return portal


def _is_fine(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def _give_device(page: Page) -> None:
    """A security key in this browser, which its owner touches."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")


def test_a_passkey_is_made_and_asked_for_from_then_on(administered, open_page: OpenPage):
    # Browsers make passkeys for names, not for numbers.
    origin = administered.url.replace("127.0.0.1", "localhost")
    watched: WatchedPage = open_signed_in(open_page, origin)
    page = watched.page
    _give_device(page)
    page.goto(FACTORS)
    page.fill("#name", "My key")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert len(page.locator(".codes li").all()) == 10
    _is_fine(page)
    page.get_by_role("button", name="Sign out").click()
    for _ in range(2):
        _sign_in(page)
        expect(page.get_by_role("heading", name="Second step")).to_be_visible()
        _is_fine(page)
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Use your passkey").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/staff/")
        page.get_by_role("button", name="Sign out").click()
    assert watched.errors == []
    with administered.database.begin() as db:
        passkey = db.query(StaffPasskey).one()
        assert (passkey.name, passkey.used_at is not None) == ("My key", True)
        db.delete(passkey)


@pytest.mark.parametrize(("width", "locale"), [(390, "fr"), (1280, "es")])
def test_the_screens_of_accounts_are_accessible_and_fit(administered, open_page, width, locale):
    watched = open_page(base_url=administered.url, width=width, locale=locale)
    for address in OUTSIDE:
        watched.page.goto(address)
        expect(watched.page.locator("html")).to_have_attribute("lang", locale)
        _is_fine(watched.page)
    _sign_in(watched.page)
    watched.page.wait_for_url("**/staff/")
    for address in SCREENS:
        watched.page.goto(address)
        _is_fine(watched.page)
    assert watched.requests_outside(administered.url) == []
