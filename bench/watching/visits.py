"""Cold visits to a country's page in Chromium on a line of 400 kbit/s and 300 ms: before play, and after it."""

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.rows import Row
from tests.fixtures.browser import launch_options

_LINE = {"offline": False, "latency": 300, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""Milliseconds, and bytes a second."""

_MOST_KILOBYTES, _MOST_POSTER_KILOBYTES, _MOST_SECONDS = 300.0, 40.0, 5.0
_POSTER = ".jpg"

_NOTE_CONTROLS = """
  customElements.whenDefined("media-controller").then(() => performance.mark("controls"));"""

_USABLE = """() => Math.max(
  performance.getEntriesByName("controls")[0].startTime,
  performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
  ...performance.getEntriesByName("first-contentful-paint").map((paint) => paint.startTime))"""

_FIRST_PICTURE = """() => new Promise((resolve) => {
  const video = document.querySelector("video");
  const pressed = performance.now();
  video.requestVideoFrameCallback(() => resolve(performance.now() - pressed));
  document.querySelector("media-play-button.begin").click();
})"""


@dataclass
class _Visit:
    """What the browser said of one visit, up to the press of the button and after it."""

    addresses: dict[str, str] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    usable_seconds: float = 0.0
    picture_seconds: float = 0.0

    def note_request(self, event: Mapping[str, Any]) -> None:
        """One has begun; what is no request of the line does not count."""
        if event["request"]["url"].startswith("http"):
            self.addresses[event["requestId"]] = event["request"]["url"]

    def note_end(self, event: Mapping[str, Any]) -> None:
        """One has its answer."""
        self.weights[event["requestId"]] = event["encodedDataLength"]

    def kilobytes(self, ending: str = "") -> float:
        """Bytes on the line of all addresses that end so."""
        wanted = (name for name, url in self.addresses.items() if urlsplit(url).path.endswith(ending))
        return sum(self.weights.get(name, 0.0) for name in wanted) / 1000


def measure_visits(address: str, server: str, runs: int) -> Iterator[Row]:
    """Rows of one server; the median of so many visits."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**launch_options())
        visits = [_visit(chromium, address) for _ in range(runs)]
        chromium.close()
    one = visits[0]
    names = sorted({urlsplit(url).path.rsplit("/", 1)[1] or "/" for url in one.addresses.values()})
    foreign = [url for url in one.addresses.values() if not url.startswith(address)]
    usable, picture = (
        statistics.median(getattr(visit, name) for visit in visits) for name in ("usable_seconds", "picture_seconds")
    )
    yield Row(f"{server}: weight before play", one.kilobytes(), "kB", _MOST_KILOBYTES, ", ".join(names))
    yield Row(f"{server}: poster", one.kilobytes(_POSTER), "kB", _MOST_POSTER_KILOBYTES)
    yield Row(f"{server}: requests before play", len(one.addresses), "", None)
    yield Row(f"{server}: requests to other places", len(foreign), "", 0.0)
    yield Row(f"{server}: page usable after", usable, "s")
    yield Row(f"{server}: first picture after pressing play", picture, "s", _MOST_SECONDS)


def _visit(chromium: Browser, address: str) -> _Visit:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en")
    context.add_init_script(_NOTE_CONTROLS)
    page, visit = context.new_page(), _Visit()
    session = context.new_cdp_session(page)
    _watch(session, visit)
    page.goto(address, wait_until="networkidle", timeout=120_000)
    page.wait_for_function("() => globalThis.Hls", timeout=120_000)
    session.detach()
    visit.usable_seconds = float(page.evaluate(_USABLE)) / 1000
    visit.picture_seconds = _first_picture(page)
    context.close()
    return visit


def _first_picture(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _LINE)
    return float(page.evaluate(_FIRST_PICTURE)) / 1000


def _watch(session: CDPSession, visit: _Visit) -> None:
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.send("Network.emulateNetworkConditions", _LINE)
    session.on("Network.requestWillBeSent", visit.note_request)
    session.on("Network.loadingFinished", visit.note_end)
