"""The order of a panel in a real browser: by the keyboard and by dragging, kept at once, undone."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.domain.tokens import new_name
from pipeline.records.tables import StaffAccount
from tests.fixtures.browser import OpenPage, WatchedPage
from tests.fixtures.clock import NOW
from tests.fixtures.desk import EMAIL, open_signed_in
from tests.fixtures.panels import country_of, load_plan, session_plan
from tests.fixtures.portal import PortalProcess

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def staffed(make_portal: Callable[..., PortalProcess], password_hash: str) -> PortalProcess:
    """A portal with a panel of four."""
    portal = make_portal()
    load_plan(portal.database, session_plan(MW=4))
    with portal.database.begin() as db:
        db.add(StaffAccount(email=EMAIL, password_hash=password_hash, session_key=new_name(), created_at=NOW))
    return portal


@pytest.fixture
def sign_in(staffed: PortalProcess, open_page: OpenPage) -> Callable[..., WatchedPage]:
    """Opens a page of a signed-in member of staff."""
    return partial(open_signed_in, open_page, staffed.url)


def _order(portal: PortalProcess) -> str:
    with portal.database.read() as db:
        return "".join(speaker.name[-1] for speaker in country_of(db, "MW").speakers)


def _drag(page: Page, one: Locator, other: Locator) -> None:
    """As a hand does it: press, move in steps, let go."""
    begin, end = one.bounding_box(), other.bounding_box()
    assert begin and end
    page.mouse.move(begin["x"] + 5, begin["y"] + 5)
    page.mouse.down()
    page.mouse.move(begin["x"] + 5, begin["y"] + 25, steps=5)
    page.mouse.move(end["x"] + 5, end["y"] + end["height"], steps=15)
    page.mouse.up()


def test_a_panel_is_ordered_by_keys_and_by_dragging_and_undone(sign_in, staffed):
    watched = sign_in(width=1280)
    page = watched.page
    page.goto("/staff/36/MW/")
    handles, status = page.locator("[data-handle]"), page.locator("[data-order-status]")
    handles.nth(2).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(status).to_have_text("Place 1 of 4. Saved.")
    expect(page.locator("[data-speaker]").first.locator("[data-handle]")).to_be_focused()
    assert _order(staffed) == "3124"
    _drag(page, handles.nth(0), handles.nth(2))
    expect(status).to_have_text(re.compile("Place [234] of 4. Saved."))
    assert _order(staffed) == "".join(name[-1] for name in page.locator("[data-speaker] h3").all_inner_texts())
    assert not _order(staffed).startswith("3")
    page.locator("[data-order-undo] button").click()
    expect(page.get_by_role("status").first).to_contain_text("Undone.")
    assert _order(staffed) == "3124"
    assert watched.errors == []
    page.context.set_offline(True)
    handles.nth(1).focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text("Not saved: the server did not answer.")).to_be_visible()
    expect(page.locator("[data-speaker] h3").first).to_have_text("Organisation 3")
