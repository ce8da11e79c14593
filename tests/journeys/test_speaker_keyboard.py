"""A speaker's whole way by keyboard alone: the link, the recording, consent, the text, the preview, withdrawal."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.records.tables import Statement
from tests.fixtures.browser import OpenPage
from tests.fixtures.portal import InvitedSpeaker
from tests.fixtures.standings import accept

pytestmark = [pytest.mark.slow, pytest.mark.browser]

MOST_STOPS = 120


def test_the_whole_way_by_keyboard_alone(
    invited: InvitedSpeaker, open_page: OpenPage, clips: Callable[..., Path]
) -> None:
    page = open_page(width=390, height=844, locale="en").page
    page.goto(f"{invited.portal.url}/s/{invited.token}")
    press(page, page.get_by_role("button", name="Open my page"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Statement on Malawi")
    hand_in(page, clips(seconds=3))
    allow(page, "Yes, publish it")
    write(page)
    with invited.portal.database.begin() as db:
        accept(db, db.get_one(Statement, invited.statement_id))
    page.reload()
    look_at_the_preview(page)
    withdraw(page)
    press(page, page.get_by_role("button", name="Leave this page"))
    expect(page.get_by_role("heading", name="You have left your page")).to_be_visible()


def hand_in(page: Page, path: Path) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    reach(page, page.get_by_label("Choose your video file"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(path)
    press(page, page.locator("[data-part=send]"))
    expect(page.get_by_text("Your recording has arrived. You may close")).to_be_visible()


def allow(page: Page, words: str) -> None:
    reach(page, page.get_by_label(words))
    page.keyboard.press("Space")
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()


def write(page: Page) -> None:
    press(page, page.locator("#contents > summary"))
    for name, words in {
        "text": "My statement.",
        "recommendation-1": "Do this.",
        "recommendation-2": "And that.",
    }.items():
        reach(page, page.locator(f"textarea[name={name}]"))
        page.keyboard.type(words)
    press(page, page.get_by_role("button", name="Save my text"))
    expect(page.get_by_text("Your text is saved.")).to_be_visible()


def look_at_the_preview(page: Page) -> None:
    press(page, page.get_by_role("link", name="Look at it as it will be shown"))
    press(page, page.locator("#preview").get_by_role("link", name="Open the preview"))
    press(page, page.get_by_role("button", name="Yes, this is right"))
    expect(page.get_by_text("Thank you. The organiser sees that everything is right.")).to_be_visible()


def withdraw(page: Page) -> None:
    press(page, page.get_by_role("link", name="Withdraw my statement"))
    press(page, page.get_by_role("button", name="Yes, withdraw my statement"))
    expect(page.get_by_role("heading", name="You have withdrawn your statement")).to_be_visible()


def press(page: Page, target: Locator) -> None:
    reach(page, target)
    page.keyboard.press("Enter")


def reach(page: Page, target: Locator) -> None:
    """Press Tab until it has the focus, which shows at every stop."""
    expect(target).to_be_visible()
    for _stop in range(MOST_STOPS):
        if target.evaluate("(it) => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
        assert page.evaluate(_SHOWS), page.evaluate("document.activeElement.outerHTML")
    pytest.fail("No way there by keyboard.")


_SHOWS = "document.activeElement === document.body || getComputedStyle(document.activeElement).outlineStyle !== 'none'"
