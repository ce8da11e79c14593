"""What each of the speaker's pages weighs on a phone that has never seen it, and when it can be used on a thin line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ViewportSize, sync_playwright

from bench.rows import Row
from bench.speakers.amounts import MEGABYTE, Amounts
from bench.speakers.invitations import Invited, invite
from bench.speakers.portals import BenchPortal
from pipeline.domain.standings import Standing
from pipeline.records.tables import Statement
from tests.fixtures.browser import launch_options
from tests.fixtures.standings import bring_to

_PHONE: ViewportSize = {"width": 390, "height": 844}
_LANGUAGE = "ar"
_MOST_KILOBYTES = 300.0
_THIN_LINE = {"offline": False, "latency": 300, "downloadThroughput": 62_500, "uploadThroughput": 62_500}
"""Milliseconds, and bytes a second: half a megabit."""

_BEFORE = ["/s/{token}", "/", "/s/", "/link/", "/link/asked"]
_INVITED = ["/speaker/", "/speaker/record"]
_HANDED_IN = ["/speaker/", "/speaker/record", "/speaker/trim/", "/speaker/preview/", "/speaker/withdraw"]
_USABLE = """() => Math.max(
  performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
  ...performance.getEntriesByName("first-contentful-paint").map((paint) => paint.startTime))"""
"""Milliseconds until something is shown and every script has run."""

_MEDIA = re.compile(r"/(media|copy)/")


@dataclass
class _Loaded:
    """What the browser said of one page."""

    address: str
    bytes_: float
    usable_seconds: float
    foreign: int


@dataclass
class _Line:
    """Requests of one page, as the browser's own measuring sees them."""

    addresses: dict[str, str] = field(default_factory=dict)
    bytes_: dict[str, float] = field(default_factory=dict)

    def note_request(self, event: Mapping[str, Any]) -> None:
        """One has begun."""
        self.addresses[event["requestId"]] = event["request"]["url"]

    def note_end(self, event: Mapping[str, Any]) -> None:
        """One has its answer."""
        self.bytes_[event["requestId"]] = event["encodedDataLength"]

    def weight(self) -> float:
        """All bytes with heads and what compression saved; media apart."""
        return sum(count for name, count in self.bytes_.items() if not _MEDIA.search(self.addresses.get(name, "")))


def measure_pages(portal: BenchPortal, amounts: Amounts) -> Iterator[Row]:
    """Every page of the speaker, cold: an invited one's, and one's who has handed in."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**launch_options())
        loaded = list(_load_all(portal, chromium.new_context(viewport=_PHONE, locale="ar"), amounts))
        chromium.close()
    for page in loaded:
        title = f"{page.address}: bytes without video"
        yield Row(title, page.bytes_ / 1000, "kB", _MOST_KILOBYTES, f"usable after {page.usable_seconds:.1f} s")
    yield Row("requests to other places", float(sum(page.foreign for page in loaded)), "", 0.0)
    first = next(page for page in loaded if page.address.startswith("/speaker/ "))
    yield Row("speaker's page at 0.5 Mbit/s, 300 ms: usable after", first.usable_seconds, "s")


def _load_all(portal: BenchPortal, context: BrowserContext, amounts: Amounts) -> Iterator[_Loaded]:
    (speaker,) = invite(portal, 1)
    _choose_language(portal, context)
    for address in _BEFORE[: amounts.pages]:
        yield _load(portal, context, address.format(token=speaker.token), address)
    for name, _, value in (cookie.partition("=") for cookie in speaker.cookie.split("; ")):
        context.add_cookies([{"name": name, "value": value, "url": portal.url}])
    _choose_language(portal, context)
    for address in _INVITED[: amounts.pages]:
        yield _load(portal, context, address, f"{address} invited")
    _hand_in(portal, speaker)
    for address in _HANDED_IN[: amounts.pages]:
        yield _load(portal, context, address, f"{address} handed in")


def _choose_language(portal: BenchPortal, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{portal.url}/s/?lang={_LANGUAGE}")
    page.close()


def _hand_in(portal: BenchPortal, speaker: Invited) -> None:
    with portal.database.begin() as db:
        bring_to(db, db.get_one(Statement, speaker.statement_id), Standing.TO_REVIEW)


def _load(portal: BenchPortal, context: BrowserContext, address: str, name: str) -> _Loaded:
    """Open a page in a window of its own, with nothing of it kept."""
    page, line = context.new_page(), _Line()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.send("Network.emulateNetworkConditions", _THIN_LINE)
    session.on(
        "Network.requestWillBeSent", lambda it: line.addresses.__setitem__(it["requestId"], it["request"]["url"])
    )
    session.on("Network.loadingFinished", lambda it: line.bytes_.__setitem__(it["requestId"], it["encodedDataLength"]))
    page.goto(f"{portal.url}{address}", wait_until="networkidle", timeout=120_000)
    usable = float(page.evaluate(_USABLE))
    language = page.get_attribute("html", "lang")
    page.close()
    if language != _LANGUAGE or not 0 < line.weight() < MEGABYTE:
        raise AssertionError(f"Nothing or far too much was counted of {name}, or it came in another language.")
    return _Loaded(name, line.weight(), usable / 1000, sum(_is_foreign(it, portal) for it in line.addresses.values()))


def _is_foreign(address: str, portal: BenchPortal) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts[:2] != urlsplit(portal.url)[:2]
