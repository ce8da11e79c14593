"""Subtitles at every seam of a published programme, in a real Chromium: the right words at the right time, once."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from pipeline.captions.cues import Cue
from pipeline.captions.places import Place
from pipeline.captions.shifting import shift_cues
from pipeline.domain.sheets import TrackMark
from tests.fixtures.browser import OpenPage
from tests.fixtures.releases import CARD_SECONDS, STATEMENT_SECONDS, PublishedCountry
from tests.fixtures.static_server import ServeFolder

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECOND_SECONDS = STATEMENT_SECONDS + 0.6
FIRST, SECOND = CARD_SECONDS, 2 * CARD_SECONDS + STATEMENT_SECONDS
THIRD = SECOND + SECOND_SECONDS + CARD_SECONDS

ENGLISH = [
    Cue(0, 0.8, "From the very start"),
    Cue(1.2, 4.2, "Across two seams <of> segments"),
    Cue(1.5, 3.0, "At once, above", Place.TOP),
    Cue(4.4, STATEMENT_SECONDS, "To the very end"),
]
# What was said in the two seconds before a statement was trimmed is gone, and what was cut into begins with it.
TRIMMED = tuple(
    shift_cues(
        [Cue(0, 1.5, "Cut away"), Cue(1.5, 3.0, "Cut into"), Cue(6.5, 8.0, "Cut off")],
        -2.0,
        duration_seconds=STATEMENT_SECONDS,
    )
)
SPANISH = [Cue(0.5, 5.4, "Solo en español")]

TRACK = """language => [...document.querySelector('video').textTracks]
    .filter(track => ['subtitles', 'captions'].includes(track.kind) && track.mode === 'showing')
    .find(track => track.language === language)"""
CUES = f"language => [...(({TRACK})(language)?.cues ?? [])].map(cue => [cue.startTime, cue.endTime, cue.text])"
SHOWN = f"language => [...(({TRACK})(language)?.activeCues ?? [])].map(cue => cue.text)"


@pytest.fixture
def address(published_country: PublishedCountry, serve_folder: ServeFolder) -> str:
    """Three statements: English words, none, and trimmed ones; Spanish in the second alone."""
    one, _, two = published_country.release.places
    places = [
        replace(one, subtitles={"en": ENGLISH, "fr": ENGLISH[:1]}, marks={"en": TrackMark.UNREVIEWED}),
        replace(two, position=2, subtitles={"es": SPANISH}),
        replace(one, position=3, subtitles={"en": TRIMMED}, marks={"en": TrackMark.STALE}),
    ]
    published_country.publish(places=places)
    return serve_folder(published_country.folder)


def in_programme(*parts: tuple[float, Sequence[Cue]]) -> list[tuple[float, float, str]]:
    """Cues where they stand in the whole, each once, in order."""
    placed = [(at + cue.start_seconds, at + cue.end_seconds, cue.text) for at, cues in parts for cue in cues]
    return sorted((start, end, text.replace("<of>", "&lt;of&gt;")) for start, end, text in placed)


ALL = {"en": in_programme((FIRST, ENGLISH), (THIRD, TRIMMED)), "es": in_programme((SECOND, SPANISH))}


def check_cues(page: Page, language: str) -> None:
    """Every cue of a language is there once, at its time."""
    count = len(ALL[language])
    page.wait_for_function(f"([language, count]) => ({CUES})(language).length >= count", arg=[language, count])
    found = sorted(tuple(cue) for cue in page.evaluate(CUES, language))
    assert [text for _, _, text in found] == [text for _, _, text in ALL[language]]
    for cue, wanted in zip(found, ALL[language], strict=True):
        assert cue[:2] == pytest.approx(wanted[:2], abs=0.06)


def check_moment(page: Page, language: str, moment: float) -> None:
    """At a moment those words are shown that belong there, and no others."""
    wanted = sorted(text for start, end, text in ALL[language] if start <= moment < end)
    page.evaluate("t => { document.querySelector('video').currentTime = t }", moment)
    page.wait_for_function("() => !document.querySelector('video').seeking")
    page.wait_for_function(
        f"([language, wanted]) => JSON.stringify(({SHOWN})(language).toSorted()) === JSON.stringify(wanted)",
        arg=[language, wanted],
    )


def choose_subtitles(page: Page, name: str) -> None:
    page.locator("media-controller").hover()
    page.locator("media-captions-menu-button").click()
    page.locator("media-captions-menu").get_by_role("menuitemradio", name=name).click()


@pytest.mark.parametrize("begin", [1, 3])
def test_at_each_seam_the_right_words_are_shown_once(open_page: OpenPage, address: str, begin: int) -> None:
    watched = open_page(locale="en")
    page = watched.page
    page.goto(address)
    page.locator(f"#statement-{begin}").get_by_role("button").click()
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.1")
    page.evaluate("() => document.querySelector('video').pause()")
    if begin == 3:
        check_moment(page, "en", THIRD + 0.5)
        page.evaluate("() => { document.querySelector('video').currentTime = 0 }")

    check_cues(page, "en")
    seams = [FIRST, FIRST + STATEMENT_SECONDS, SECOND, SECOND + SECOND_SECONDS, THIRD]
    for seam in seams:
        for moment in (seam - 0.15, seam + 0.15):
            check_moment(page, "en", moment)
    for moment in (FIRST + 1.0, FIRST + 1.8, FIRST + 4.1, FIRST + 4.3, SECOND + 3, THIRD + 1.5, THIRD + 4.8):
        check_moment(page, "en", moment)
    check_moment(page, "en", 0.5)  # what lies behind is not loaded in another language
    choose_subtitles(page, "Español")
    check_cues(page, "es")
    for moment in (FIRST + 0.4, SECOND + 0.2, SECOND + 5.2, SECOND + 5.5, THIRD + 0.5):
        check_moment(page, "es", moment)
    assert watched.errors == []


def test_the_menu_says_what_was_not_reviewed_and_what_is_out_of_date(open_page: OpenPage, address: str) -> None:
    page = open_page(locale="en").page
    page.goto(address)
    page.locator("media-play-button.begin").click()
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.1")
    page.locator("media-controller").hover()
    page.locator("media-captions-menu-button").click()
    languages = page.locator("media-captions-menu").get_by_role("menuitemradio")
    expect(languages.filter(has_text="English")).to_contain_text("out of date")
    expect(languages.filter(has_text="Français")).not_to_contain_text("(")
