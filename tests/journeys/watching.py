"""What watching in a browser is made of: a visit, waiting for pictures and words, choosing subtitles."""

import pytest
from playwright.sync_api import Page, TimeoutError

from tests.fixtures.browser import OpenPage, WatchedPage

FIRST_STARTS, SECOND_STARTS, ENDS = 2.0, 9.0, 14.6

# What there is to know of a player that does not play.
STANDING = """() => {
    const { currentTime, paused, seeking, readyState, networkState, error, buffered } = document.querySelector('video');
    const parts = Array.from({ length: buffered.length }, (_, part) => [buffered.start(part), buffered.end(part)]);
    return JSON.stringify({ currentTime, paused, seeking, readyState, networkState, error: error?.message, parts });
}"""


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
