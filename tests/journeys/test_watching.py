"""A mission watches a country's page in a real Chromium, served by the plainest web server from files alone."""

import re
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, TimeoutError, expect

from tests.fixtures.browser import OpenPage, WatchedPage
from tests.fixtures.portal import PortalProcess
from tests.fixtures.releases import PublishedCountry
from tests.fixtures.static_server import ServeFolder, ServeRanges

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST_STARTS, SECOND_STARTS, ENDS = 2.0, 9.0, 14.6

# What there is to know of a player that does not play.
STANDING = """() => {
    const { currentTime, paused, seeking, readyState, networkState, error, buffered } = document.querySelector('video');
    const parts = Array.from({ length: buffered.length }, (_, part) => [buffered.start(part), buffered.end(part)]);
    return JSON.stringify({ currentTime, paused, seeking, readyState, networkState, error: error?.message, parts });
}"""


@pytest.fixture
def address(published_country: PublishedCountry, serve_folder: ServeFolder) -> str:
    """Where the published country page can be watched."""
    published_country.publish()
    return serve_folder(published_country.folder)


# Keeps each cue that comes up, for it may be gone before a busy machine looks again.
CUES_NOTED = """(() => {
    const addCue = TextTrack.prototype.addCue;
    globalThis.cuesSeen = [];
    TextTrack.prototype.addCue = function (cue) {
        cue.addEventListener('enter', () => {
            const isShown = ['subtitles', 'captions'].includes(this.kind) && this.mode === 'showing';
            if (isShown) cuesSeen.push([cue.text, cue.startTime]);
        });
        return addCue.call(this, cue);
    };
})()"""


def visit(open_page: OpenPage, address: str, **options: object) -> WatchedPage:
    watched = open_page(**options)
    watched.page.add_init_script(CUES_NOTED)
    watched.page.goto(address)
    return watched


def is_quiet(watched: WatchedPage, address: str) -> bool:
    return watched.errors == [] and watched.requests_outside(address) == []


def wait_until_playing(page: Page, *, beyond: float) -> None:
    try:
        page.wait_for_function("t => document.querySelector('video').currentTime > t", arg=beyond)
    except TimeoutError:
        pytest.fail(f"Not playing beyond {beyond} s: {page.evaluate(STANDING)}")


def wait_for_words(page: Page, words: str) -> float:
    """Until a cue with these words comes up, after those waited for before; at which second of the video it stands."""
    seen = page.wait_for_function(
        """words => {
            const place = cuesSeen.findIndex(([text]) => text === words);
            return place >= 0 && { second: cuesSeen.splice(0, place + 1).at(-1)[1] };
        }""",
        arg=words,
    )
    return float(seen.json_value()["second"])


def shown_subtitles(page: Page) -> list[str]:
    return list(
        page.evaluate(
            """[...document.querySelector('video').textTracks]
                .filter(track => ['subtitles', 'captions'].includes(track.kind))
                .filter(track => track.mode === 'showing').map(track => track.language)"""
        )
    )


def statement(page: Page, position: int):
    return page.locator(f"#statement-{position}")


def choose_subtitles(page: Page, name: str, language: str) -> None:
    page.locator("media-controller").hover()
    page.locator("media-captions-menu-button").click()
    page.locator("media-captions-menu").get_by_role("menuitemradio", name=name).click()
    page.wait_for_function("language => sessionStorage.getItem('subtitle-language') === language", arg=language)


def test_nothing_heavy_is_fetched_before_somebody_watches(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, width=390, height=844)
    for name in ("player.css", "player.bin", "hls.bin", "poster.jpg"):
        watched.wait_for_request(f"/{name}")
    watched.page.wait_for_load_state("networkidle")

    names = [url.rsplit("/", 1)[1] for url in watched.requests]
    # This server compresses nothing, so that the large scripts come packed.
    assert sorted(names) == ["", "hls.bin", "language.js", "player.bin", "player.css", "poster.jpg", "start.js"]
    assert is_quiet(watched, address)


def test_the_programme_plays_from_its_beginning_with_subtitles(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="en")
    page = watched.page

    page.locator("media-play-button.begin").click()

    wait_until_playing(page, beyond=FIRST_STARTS)
    wait_for_words(page, "First in English")
    expect(statement(page, 1)).to_have_attribute("aria-current", "true")
    expect(page.locator(".now")).to_contain_text("Centre for Open Wells")
    wait_for_words(page, "Third 1")
    expect(statement(page, 3)).to_have_attribute("aria-current", "true")
    expect(statement(page, 1)).not_to_have_attribute("aria-current", "true")
    assert is_quiet(watched, address)


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


def test_small_pictures_show_where_one_goes(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="en")
    page = watched.page
    statement(page, 1).get_by_role("button").click()
    wait_until_playing(page, beyond=FIRST_STARTS)
    watched.wait_for_request("/storyboard.vtt")
    page.wait_for_function("() => document.querySelector('track[label=thumbnails]').readyState === 2")
    assert not [url for url in watched.requests if url.endswith("/storyboard.jpg")]

    page.locator("media-time-range").hover()

    page.wait_for_function(
        "() => document.querySelector('media-controller').getAttribute('mediapreviewcoords') !== null"
    )
    shown = page.locator("media-controller").get_attribute("mediapreviewimage") or ""
    assert re.search(r"/media/[0-9a-f]+/storyboard\.jpg#xywh=\d+,0,160,90$", shown)
    watched.wait_for_request("/storyboard.jpg")
    assert is_quiet(watched, address)


def test_a_jump_leads_to_a_speaker_with_the_right_words(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="es")
    page = watched.page

    statement(page, 3).get_by_role("button").click()

    wait_until_playing(page, beyond=SECOND_STARTS)
    assert SECOND_STARTS + 1 <= wait_for_words(page, "Tercero 1") <= SECOND_STARTS + 2.2
    expect(page.locator(".now strong")).to_have_text("Collectif <des> écoles")
    statement(page, 1).get_by_role("button").click()
    page.wait_for_function("t => document.querySelector('video').currentTime < t", arg=SECOND_STARTS - 2)
    wait_until_playing(page, beyond=FIRST_STARTS)
    assert is_quiet(watched, address)


def test_a_seek_to_the_very_seam_of_two_parts_comes_through(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="en")
    page = watched.page
    statement(page, 3).get_by_role("button").click()
    wait_until_playing(page, beyond=SECOND_STARTS)

    page.evaluate("t => { document.querySelector('video').currentTime = t }", FIRST_STARTS)

    page.wait_for_function("t => document.querySelector('video').currentTime < t", arg=SECOND_STARTS - 2)
    wait_until_playing(page, beyond=FIRST_STARTS + 0.5)
    assert is_quiet(watched, address)


def test_one_statement_can_be_watched_alone_and_left_again(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="en")
    page = watched.page

    statement(page, 3).get_by_role("link").click()

    assert wait_for_words(page, "Third 0") < 2
    expect(page).to_have_url(f"{address}?lang=en&statement=3")
    page.get_by_role("button", name="Back to the whole programme").click()
    wait_until_playing(page, beyond=SECOND_STARTS)
    expect(page).to_have_url(f"{address}?lang=en")
    assert is_quiet(watched, address)


def test_a_link_to_one_statement_opens_it_alone(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, f"{address}?statement=1&lang=fr")
    page = watched.page

    page.locator("media-play-button.begin").click()

    assert wait_for_words(page, "D’abord en français") < FIRST_STARTS + 2
    expect(page.locator(".now")).to_contain_text("Cette déclaration seule : Centre for Open Wells")
    assert is_quiet(watched, address)


def test_the_subtitle_language_is_kept_for_the_visit(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="en")
    page = watched.page
    statement(page, 3).get_by_role("button").click()
    wait_for_words(page, "Third 1")

    choose_subtitles(page, "Español", "es")
    statement(page, 3).get_by_role("button").click()

    wait_for_words(page, "Tercero 3")
    page.reload()
    statement(page, 3).get_by_role("link").click()
    wait_for_words(page, "Tercero 0")
    assert shown_subtitles(page) == ["es"]
    choose_subtitles(page, "Off", "off")
    page.reload()
    statement(page, 3).get_by_role("button").click()
    wait_until_playing(page, beyond=SECOND_STARTS)
    assert shown_subtitles(page) == []
    assert is_quiet(watched, address)


def test_the_page_speaks_the_reader_s_language_at_one_address(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="fr-CH")
    page = watched.page

    expect(page.get_by_role("heading", name="Déclarations")).to_be_visible()
    expect(page).to_have_url(f"{address}?lang=fr")
    page.get_by_role("link", name="Español").click()
    expect(page.get_by_role("heading", name="Malaui")).to_be_visible()
    expect(page).to_have_url(f"{address}?lang=es")
    page.reload()
    expect(page.get_by_role("heading", name="Malaui")).to_be_visible()
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Malawi")).to_be_visible()
    expect(page).to_have_url(f"{address}?lang=en")
    assert is_quiet(watched, address)


def test_a_change_of_language_keeps_the_place(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="en")
    page = watched.page
    statement(page, 3).get_by_role("link").click()
    wait_until_playing(page, beyond=1.2)

    page.get_by_role("link", name="Français").click()
    page.locator("media-play-button.begin").click()

    expect(page.locator(".now")).to_contain_text("Cette déclaration seule")
    wait_until_playing(page, beyond=1.0)
    expect(page).to_have_url(f"{address}?lang=fr&statement=3")


def test_everything_is_reached_by_keyboard(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="en")
    page = watched.page

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("media-play-button.begin")).to_be_focused()
    page.keyboard.press("Enter")
    wait_until_playing(page, beyond=0.2)
    page.locator("media-controller").focus()
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('video').paused")
    assert is_quiet(watched, address)


def test_playing_asked_for_in_the_moment_in_which_the_player_becomes_ready_begins(
    open_page: OpenPage, address: str
) -> None:
    watched = open_page(locale="en")
    page = watched.page
    page.add_init_script(
        """(() => {
            let library;
            const set = found => { library = found; document.querySelector('video').play().catch(() => {}); };
            Object.defineProperty(globalThis, 'Hls', { get: () => library, set });
        })()"""
    )

    page.goto(address)

    wait_until_playing(page, beyond=0.2)
    assert is_quiet(watched, address)


def test_a_lost_line_is_said_and_can_be_tried_again(
    open_page: OpenPage, address: str, published_country: PublishedCountry
) -> None:
    page = open_page(locale="en").page
    page.route(re.compile(r"hls\.(js|bin)"), lambda route: route.abort())
    page.goto(address)

    page.locator("media-play-button.begin").click()

    expect(page.get_by_role("alert")).to_contain_text("The video cannot be loaded")
    page.unroute(re.compile(r"hls\.(js|bin)"))
    page.get_by_role("button", name="Try again").click()
    wait_until_playing(page, beyond=0.5)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_without_scripts_statements_are_still_links(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, java_script_enabled=False)
    page = watched.page

    expect(page.locator("video")).to_have_attribute("src", re.compile(r"programme/master\.m3u8$"))
    assert "which is off in this browser" in page.content()
    expect(statement(page, 1).get_by_role("button")).to_be_hidden()
    page.get_by_role("link", name="Français").click()
    expect(page.get_by_role("heading", name="Déclarations")).to_be_visible()
    assert watched.requests_outside(address) == []


@pytest.mark.parametrize(
    ("language", "width"),
    [("en", 390), ("fr", 1280), ("es", 390), ("ar", 390), ("ar", 1280), ("ru", 390), ("zh", 1280)],
)
def test_the_page_is_accessible_and_fits(open_page: OpenPage, address: str, language: str, width: int) -> None:
    watched = visit(open_page, address, width=width, locale=language)
    page = watched.page
    statement(page, 1).get_by_role("button").click()
    wait_until_playing(page, beyond=FIRST_STARTS)

    results = Axe().run(page)

    assert results.violations_count == 0, results.generate_report()
    assert "video-caption" in {rule["id"] for rule in results.response["passes"]}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert page.locator("media-controller").get_attribute("dir") == "ltr"


def test_a_withdrawn_statement_is_gone_from_page_and_programme(
    open_page: OpenPage, address: str, published_country: PublishedCountry
) -> None:
    first, missing, _ = published_country.release.places
    published_country.publish(places=[first, missing])
    watched = visit(open_page, address, locale="en")
    page = watched.page

    page.locator("media-play-button.begin").click()

    wait_until_playing(page, beyond=0.5)
    assert "Collectif" not in page.content()
    assert page.evaluate("document.querySelector('video').duration") == pytest.approx(FIRST_STARTS + 5, abs=0.1)
    assert is_quiet(watched, address)


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
