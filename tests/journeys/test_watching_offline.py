"""An export in a real Chromium: opened by a double click from a stick, and served by the plainest web server."""

import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.fixtures.browser import OpenPage
from tests.fixtures.exporting import WORDS, Exporter
from tests.fixtures.static_server import ServeFolder

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Plays with subtitles in a language, and says what is shown once the film has gone on.
PLAYED = """async language => {
    const film = document.querySelector('video');
    for (const track of film.textTracks) track.mode = track.language === language ? 'showing' : 'disabled';
    await film.play();
    const shown = [...film.textTracks].find(track => track.mode === 'showing');
    while (film.currentTime < 0.6 || !shown.activeCues?.length) await new Promise(done => setTimeout(done, 50));
    return shown.activeCues[0].text;
}"""


def open_country(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="Malawi").click()
    expect(page.locator("#statement-1 video")).to_be_visible()


def test_a_stick_plays_by_a_double_click(open_page: OpenPage, exporter: Exporter) -> None:
    watched = open_page(locale="en")
    page = watched.page
    open_country(page, (exporter.export("stick") / "index.html").as_uri())

    assert page.evaluate(PLAYED, "ar") == WORDS["ar"]
    page.locator("#statement-1 summary", has_text="Transcript: French").click()
    page.evaluate("document.querySelector('video').pause()")
    page.evaluate("document.querySelector('video').currentTime = 4.4")
    page.locator("#statement-1 a.time:visible").first.click()
    page.wait_for_function("() => document.querySelector('video').currentTime < 4")
    page.evaluate("document.querySelector('#statement-3 video').play()")
    page.wait_for_function("() => document.querySelector('#statement-1 video').paused")

    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#statement-1 track[default]")).to_have_attribute("srclang", "ar")
    assert [url for url in watched.requests if not url.startswith(("file:", "data:"))] == []
    assert watched.errors == []
    assert [problem["id"] for problem in Axe().run(page).response["violations"]] == []


def test_a_zip_plays_from_a_plain_web_server(
    open_page: OpenPage, exporter: Exporter, serve_folder: ServeFolder, tmp_path: Path
) -> None:
    with zipfile.ZipFile(exporter.export("malawi.zip", "MW", "HN", "--sound-only")) as archive:
        archive.extractall(tmp_path / "unpacked")
    address = serve_folder(tmp_path / "unpacked" / "malawi")
    watched = open_page(locale="en", width=390)
    open_country(watched.page, address)

    assert watched.page.evaluate(PLAYED, "en") == "First &amp; foremost"
    assert (watched.errors, watched.requests_outside(address)) == ([], [])
