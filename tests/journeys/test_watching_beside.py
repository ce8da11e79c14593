"""What stands beside the video of a published page: transcript, recommendations, qualities, links, and reasons."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.browser import OpenPage
from tests.journeys.watching import (
    ENDS,
    SECOND_STARTS,
    choose_subtitles,
    is_quiet,
    statement,
    visit,
    wait_until_playing,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def lines(page: Page):
    return page.locator(".transcript .lines button")


def current_second(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


def test_the_transcript_follows_is_searched_and_leads_to_its_moments(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="en")
    page = watched.page
    assert not [url for url in watched.requests if url.endswith(".vtt")]

    page.get_by_label("Search the transcript").focus()
    expect(lines(page)).to_have_count(6)
    page.get_by_label("Search the transcript").fill("THÍRD 4")
    expect(page.locator(".transcript output")).to_have_text("Lines found: 1")
    page.keyboard.press("Escape")
    page.get_by_label("Search the transcript").fill("")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(lines(page).first).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    wait_until_playing(page, beyond=SECOND_STARTS + 3)
    expect(lines(page).nth(5)).to_have_attribute("aria-current", "true")
    assert is_quiet(watched, address)


def test_the_transcript_speaks_the_language_of_the_subtitles(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="en")
    page = watched.page
    statement(page, 3).get_by_role("link", name="This statement alone").click()
    wait_until_playing(page, beyond=0.2)
    page.get_by_label("Search the transcript").focus()
    expect(lines(page)).to_have_count(5)
    expect(lines(page).first).to_contain_text("0:00")

    choose_subtitles(page, "Español", "es")

    expect(lines(page).first).to_contain_text("Tercero 0")
    assert is_quiet(watched, address)


def test_a_link_to_a_moment_leads_there(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, f"{address}#t=0:11", locale="en")
    page = watched.page

    page.locator("media-play-button.begin").click()
    wait_until_playing(page, beyond=11)
    page.evaluate("delete Navigator.prototype.clipboard")
    page.get_by_role("button", name="Copy a link to this moment").click()

    expect(page.get_by_label("Copy this link:")).to_have_value(re.compile(re.escape(address) + r"\?lang=en#t=1\d$"))
    assert is_quiet(watched, address)


def test_recommendations_are_narrowed_and_taken_away(open_page: OpenPage, address: str) -> None:
    page = visit(open_page, address, locale="en").page
    page.get_by_label("Show only lines with").fill("budget")

    expect(page.get_by_text("Publish the budget.")).to_be_visible()
    expect(page.get_by_text("Repair the wells.")).to_be_hidden()
    expect(page.get_by_text("Ouvrir les écoles.")).to_be_hidden()
    for name, opening in (("DOCX", b"PK"), ("CSV", b"\xef\xbb\xbf"), ("plain text", b"Malawi")):
        answer = page.request.get(page.get_by_role("link", name=name, exact=True).evaluate("link => link.href"))
        assert answer.body().startswith(opening)


def test_quality_and_sound_alone_are_chosen(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="en")
    page = watched.page
    select = page.get_by_label("Quality")
    assert re.fullmatch(r"180p – [\d.]+ MB", select.locator("option[value='180']").inner_text())

    select.select_option("180")
    page.locator("media-play-button.begin").click()
    wait_until_playing(page, beyond=0.5)
    watched.wait_for_request("/v180.mp4")
    assert not [url for url in watched.requests if url.endswith("/v90.mp4")]
    select.select_option("sound")
    page.wait_for_function("() => document.querySelector('video').videoWidth === 0")
    wait_until_playing(page, beyond=1.5)
    assert is_quiet(watched, address)


def test_keys_lead_from_speaker_to_speaker(open_page: OpenPage, address: str) -> None:
    page = visit(open_page, address, locale="en").page
    page.locator("media-play-button.begin").click()
    wait_until_playing(page, beyond=0.2)

    page.locator("media-controller").focus()
    page.keyboard.press("n")

    wait_until_playing(page, beyond=SECOND_STARTS)
    page.keyboard.press("b")
    page.wait_for_function("t => document.querySelector('video').currentTime < t", arg=SECOND_STARTS - 2)
    page.keyboard.press("8")
    wait_until_playing(page, beyond=SECOND_STARTS)
    page.keyboard.press("Home")
    page.wait_for_function("t => document.querySelector('video').currentTime < t", arg=SECOND_STARTS - 2)
    page.keyboard.press("?")
    expect(page.get_by_text("Show this list")).to_be_visible()
    expect(page.locator(".keys summary")).to_be_focused()


def test_the_player_stands_in_another_page(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, f"{address}?embed&lang=fr")
    page = watched.page

    page.locator("media-play-button.begin").click()

    wait_until_playing(page, beyond=0.5)
    expect(page.get_by_role("link", name="Ouvrir la page complète")).to_be_visible()
    expect(page.get_by_role("heading", name="Recommandations")).to_have_count(0)
    assert is_quiet(watched, address)


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "This is not available any more"), (200, "This page has changed since you opened it")],
)
def test_what_is_taken_down_while_somebody_watches_is_said(
    open_page: OpenPage, address: str, status: int, words: str
) -> None:
    page = visit(open_page, address, locale="en").page
    page.locator("media-play-button.begin").click()
    wait_until_playing(page, beyond=0.2)
    gone = re.compile(r"\.(mp4|m3u8)$")

    page.route(gone, lambda route: route.fulfill(status=404))
    page.route(address, lambda route: route.fulfill(status=status, body="<p>Nothing"))
    statement(page, 3).get_by_role("link", name="This statement alone").click()

    expect(page.get_by_role("alert")).to_contain_text(words)
    expect(page.get_by_role("button", name="Reload the page")).to_be_visible()


def test_playing_goes_on_by_itself_when_the_line_is_back(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, locale="en")
    page = watched.page
    page.route("**/*", lambda route: route.abort("internetdisconnected"))
    page.locator("media-play-button.begin").click()
    expect(page.get_by_role("alert")).to_contain_text("The connection was lost")

    page.unroute("**/*")

    wait_until_playing(page, beyond=0.5)
    expect(page.get_by_role("alert")).to_be_hidden()
    assert current_second(page) < ENDS


def test_without_scripts_there_are_files_to_take(open_page: OpenPage, address: str) -> None:
    page = visit(open_page, address, java_script_enabled=False).page

    folder = page.evaluate("document.baseURI")
    for name, kind in (("Sound", "video/mp4"), ("Subtitles: English", "text/vtt")):
        link = page.locator("#statement-1 .files a", has_text=name)
        answer = page.request.get(folder + (link.get_attribute("href") or ""))
        assert (answer.status, answer.headers["content-type"]) == (200, kind)
    expect(page.locator(".choices")).to_be_hidden()
    page.locator(".transcript").get_by_role("link", name="Spanish").click()
    expect(page.locator(".passage")).to_have_text("0:09 Tercero 0 Tercero 1 Tercero 2 Tercero 3 Tercero 4")
    expect(page.get_by_role("link", name="0:09")).to_have_attribute("href", "./?lang=es#t=9")


def test_a_browser_with_a_player_of_its_own_plays_too(open_page: OpenPage, address: str) -> None:
    watched = open_page(locale="en")
    page = watched.page
    page.add_init_script("delete globalThis.MediaSource; delete globalThis.ManagedMediaSource;")
    page.goto(f"{address}#t=11")

    page.locator("media-play-button.begin").click()

    wait_until_playing(page, beyond=11.2)
    assert not [url for url in watched.requests if url.endswith("/hls.js")]
    quality = page.get_by_label("Quality")
    expect(quality.locator("option")).to_have_count(2)  # such a browser chooses the picture alone
    quality.select_option("sound")
    page.wait_for_function("() => document.querySelector('video').videoWidth === 0")
    wait_until_playing(page, beyond=11.5)
    assert is_quiet(watched, address)
