"""The same published folder from web servers of several kinds."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import OpenPage
from tests.fixtures.portal import PortalProcess
from tests.fixtures.releases import PublishedCountry
from tests.fixtures.static_server import ServeRanges
from tests.journeys.watching import (
    SECOND_STARTS,
    choose_subtitles,
    is_quiet,
    statement,
    visit,
    wait_for_words,
    wait_until_playing,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_server_without_ranges_gives_each_file_once(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="en")
    page = watched.page
    page.locator("media-play-button.begin").click()
    wait_for_words(page, "Third 1")

    statement(page, 1).get_by_role("button").click()
    page.wait_for_function("t => document.querySelector('video').currentTime < t", arg=SECOND_STARTS - 2)
    wait_for_words(page, "First in English")

    media = [url for url in watched.requests if url.endswith(".mp4")]
    # A file's beginning and its first segment may be asked for at once; and again one that was let go for others.
    assert all(media.count(url) <= 3 for url in media), media
    assert is_quiet(watched, address)


@pytest.mark.parametrize("block_bytes", [1, 4096])
def test_a_server_with_ranges_gives_no_more_than_is_asked_for(
    open_page: OpenPage, published_country: PublishedCountry, serve_ranges: ServeRanges, block_bytes: int
) -> None:
    published_country.publish()
    server = serve_ranges(published_country.folder, block_bytes=block_bytes)
    watched = visit(open_page, server.address, locale="en")
    page = watched.page

    statement(page, 3).get_by_role("button").click()

    wait_for_words(page, "Third 1")
    asked = {name for name, _, _ in server.answers}
    assert "audio.mp4" in asked
    assert "en-cut.vtt" in asked
    largest = max(path.stat().st_size for path in published_country.folder.rglob("audio.mp4"))
    assert all(length < largest for name, _, length in server.answers if name == "audio.mp4")
    assert is_quiet(watched, server.address)


def test_playing_begins_before_a_slow_server_has_sent_its_files(
    open_page: OpenPage, published_country: PublishedCountry, serve_ranges: ServeRanges
) -> None:
    published_country.publish()
    server = serve_ranges(published_country.folder, block_bytes=0, share=0.6)
    watched = visit(open_page, server.address, locale="en")
    page = watched.page

    statement(page, 3).get_by_role("link").click()
    wait_until_playing(page, beyond=0.1)

    (path,) = (path for path in server.sent if path.endswith("/v90.mp4"))
    assert server.sent[path] < (published_country.folder / path).stat().st_size
    assert is_quiet(watched, server.address)


@pytest.fixture
def portal_address(published_country: PublishedCountry, portal_process: PortalProcess) -> Iterator[str]:
    """The same published folder, served by the portal."""
    published_country.publish()
    folder = portal_process.data_dir / "store/site/36/mw"
    shutil.copytree(published_country.folder, folder)
    yield f"{portal_process.url}/watch/36/mw/"
    shutil.rmtree(folder)


def test_the_portal_serves_the_same_folder(open_page: OpenPage, portal_address: str) -> None:
    watched = visit(open_page, portal_address, locale="fr")
    page = watched.page

    statement(page, 3).get_by_role("button").click()
    choose_subtitles(page, "Español", "es")
    statement(page, 3).get_by_role("button").click()

    wait_for_words(page, "Tercero 3")
    expect(page).to_have_url(f"{portal_address}?lang=fr")
    assert is_quiet(watched, portal_address)
