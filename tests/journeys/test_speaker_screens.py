"""Every page of the speaker in every language, at phone and desk width: axe, direction, fit, weight, origin."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from pipeline.domain.languages import SPEAKER_LANGUAGES, is_right_to_left
from pipeline.domain.standings import Standing
from pipeline.records.tables import Statement
from tests.fixtures.browser import OpenPage, WatchedPage
from tests.fixtures.portal import InvitedSpeaker, PortalProcess
from tests.fixtures.standings import bring_to
from webapp.access import Rule, rule_of

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
MOST_BYTES = 300_000

# What axe looks at does not follow from the words: at desk width, one language for each direction is enough.
WIDE_WITH_AXE = {"en", "ar"}

BEFORE_THE_LINK = ["/", "/s/", "/s/wrong", "/link/", "/link/asked", "/speaker/"]
WITHOUT_A_RECORDING = ["/speaker/", "/speaker/record"]
WITH_A_RECORDING = ["/speaker/", "/speaker/record", "/speaker/trim/", "/speaker/preview/", "/speaker/withdraw"]
AFTER_LEAVING = ["/speaker/goodbye"]
NO_PAGES = re.compile(r"\.json$|/(media|copy)/<|/file$")
FOR_OTHERS = re.compile(r"^/(static|healthz|readyz|sign-in|forgotten|account|api|watch|m|oembed|uploads)\b")


def test_the_pages_below_are_all_there_are(portal: Flask) -> None:
    visited = {*BEFORE_THE_LINK, *WITHOUT_A_RECORDING, *WITH_A_RECORDING, *AFTER_LEAVING, "/s/<token>"}
    for_speakers = [
        str(rule)
        for rule in portal.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and rule_of(portal.view_functions[rule.endpoint]) in {Rule.PUBLIC, Rule.SPEAKER}
    ]
    pages = {address for address in for_speakers if not (NO_PAGES.search(address) or FOR_OTHERS.match(address))}
    assert pages == visited - {"/s/wrong"}


@pytest.mark.parametrize("language", SPEAKER_LANGUAGES)
def test_every_page_in_each_language_and_width(
    portal_process: PortalProcess, invite: Callable[..., InvitedSpeaker], open_page: OpenPage, language: str
) -> None:
    invited = invite(portal_process)
    watched = open_page(**PHONE, locale="de", bypass_csp=True)
    look = _Looks(watched, invited, language)
    watched.page.goto(f"{portal_process.url}/s/?lang={language}")
    look.at(*BEFORE_THE_LINK)
    look.at(f"/s/{invited.token}")
    watched.page.get_by_role("main").get_by_role("button").click()
    look.at(*WITHOUT_A_RECORDING)
    look.after(Standing.REFUSED, "/speaker/")
    look.with_a_file_chosen()
    look.after(Standing.TO_REVIEW, *WITH_A_RECORDING)
    watched.page.get_by_role("main").get_by_role("button").first.click()
    look.at("/speaker/", *AFTER_LEAVING)
    assert watched.requests_outside(portal_process.url) == []


class _Looks:
    """Goes to pages and judges each at both widths."""

    def __init__(self, watched: WatchedPage, invited: InvitedSpeaker, language: str) -> None:
        self._page, self._invited, self._language = watched.page, invited, language

    def after(self, standing: Standing, *addresses: str) -> None:
        """When the statement has come to a standing."""
        with self._invited.portal.database.begin() as db:
            bring_to(db, db.get_one(Statement, self._invited.statement_id), standing)
        self.at(*addresses)

    def at(self, *addresses: str) -> None:
        """As it is."""
        for address in addresses:
            self._page.set_viewport_size(PHONE)
            self._page.goto(f"{self._invited.portal.url}{address}")
            self._page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
            self._judge(f"{address} {self._language}", with_axe=True)
            self._page.set_viewport_size(DESK)
            self._judge(f"{address} {self._language} wide", with_axe=self._language in WIDE_WITH_AXE)

    def with_a_file_chosen(self) -> None:
        """As it is before a recording is sent."""
        file = {"name": "a.mp4", "mimeType": "video/mp4", "buffer": b"no video"}
        self._page.locator("[data-part=file]").set_input_files(file)
        expect(self._page.locator("[data-part=send]")).to_be_visible()
        self._judge(f"a file chosen {self._language}", with_axe=True)

    def _judge(self, name: str, *, with_axe: bool) -> None:
        root = self._page.locator("html")
        assert root.get_attribute("lang") == self._language, name
        assert root.get_attribute("dir") == ("rtl" if is_right_to_left(self._language) else "ltr"), name
        assert self._page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        if with_axe:
            results = Axe().run(self._page)
            assert results.violations_count == 0, f"{name}: {results.generate_report()}"


def test_a_page_without_its_video_weighs_little(
    portal_process: PortalProcess, invited: InvitedSpeaker, open_page: OpenPage
) -> None:
    with portal_process.database.begin() as db:
        bring_to(db, db.get_one(Statement, invited.statement_id), Standing.TO_REVIEW)
    page = open_page(**PHONE, locale="ar").page
    page.goto(f"{portal_process.url}/s/{invited.token}")
    page.get_by_role("main").get_by_role("button").click()
    weights = {address: _weight(page, f"{portal_process.url}{address}") for address in WITH_A_RECORDING}
    assert {address: bytes_ for address, bytes_ in weights.items() if not 0 < bytes_ <= MOST_BYTES} == {}


def _weight(page: Page, address: str) -> int:
    """Bytes that came over the line for a page that this browser has never seen; its video apart."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.clearBrowserCache")
    addresses: dict[str, str] = {}
    weights: dict[str, float] = {}
    line.on("Network.requestWillBeSent", lambda it: addresses.__setitem__(it["requestId"], it["request"]["url"]))
    line.on("Network.loadingFinished", lambda it: weights.__setitem__(it["requestId"], it["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    line.detach()
    return int(sum(weights.get(name, 0) for name, url in addresses.items() if not re.search("/(media|copy)/", url)))
