"""A mission watches a country in a real Chromium, served by the plainest web server from files alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import OpenPage
from tests.fixtures.releases import PublishedCountry
from tests.journeys.watching import (
    FIRST_STARTS,
    SECOND_STARTS,
    choose_subtitles,
    is_quiet,
    shown_subtitles,
    statement,
    visit,
    wait_for_words,
    wait_until_playing,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
