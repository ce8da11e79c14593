"""The speaker's pages at phone and desk width, in each language: nothing that axe objects to, nothing cut off."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pipeline.domain.findings import Finding, FindingCode, Verdict
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Statement
from tests.fixtures.browser import OpenPage
from tests.fixtures.panels import hand_in
from tests.fixtures.portal import InvitedSpeaker, PortalProcess

pytestmark = [pytest.mark.slow, pytest.mark.browser]

Size = dict[str, int]
SIZES: list[Size] = [{"width": 390, "height": 844}, {"width": 1280, "height": 900}]
LANGUAGES = ["en", "fr", "es"]


def check(page: Page) -> None:
    """Nothing that axe objects to; nothing wider than the screen."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def refuse(invited: InvitedSpeaker) -> None:
    """A recording that intake refused, with a warning beside."""
    with invited.portal.database.begin() as db:
        statement = db.get_one(Statement, invited.statement_id)
        for _ in range(2):
            recording = hand_in(db, statement)
        recording.verdict = Verdict.REFUSED
        recording.findings = [
            Finding(FindingCode.TOO_LONG, {"duration_seconds": 500, "max_seconds": 60, "by_seconds": 440}).to_json(),
            Finding(FindingCode.QUIET, {"loudness_lufs": -40.0}).to_json(),
        ]
        statement.state = StatementState.SENT_BACK


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES)
def test_every_page_of_the_speaker(
    portal_process: PortalProcess, invite: Callable[..., InvitedSpeaker], open_page: OpenPage, size: Size, language: str
) -> None:
    invited = invite(portal_process, language=language)
    page = open_page(**size, locale=language, bypass_csp=True).page
    page.goto(f"{portal_process.url}/s/wrong")
    check(page)
    page.goto(f"{portal_process.url}/s/{invited.token}")
    check(page)
    page.get_by_role("main").get_by_role("button").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    check(page)
    refuse(invited)
    page.reload()
    for summary in page.locator("summary").all():
        summary.click()
    check(page)
    page.locator("input[type=file]").set_input_files({"name": "a.mp4", "mimeType": "video/mp4", "buffer": b"x" * 9})
    expect(page.locator("[data-part=send]")).to_be_visible()
    check(page)
    page.goto(f"{portal_process.url}/speaker/withdraw")
    check(page)
    page.goto(f"{portal_process.url}/speaker/goodbye")
    check(page)
