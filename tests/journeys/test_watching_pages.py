"""The pages that missions watch on: weight, languages, keyboard, accessibility, and what there is without scripts."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.fixtures.browser import OpenPage
from tests.journeys.watching import (
    is_quiet,
    statement,
    visit,
    wait_until_playing,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_nothing_heavy_is_fetched_before_somebody_watches(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, width=390, height=844)
    for name in ("player.css", "player.bin", "hls.bin", "poster.jpg"):
        watched.wait_for_request(f"/{name}")
    watched.page.wait_for_load_state("networkidle")

    names = [url.rsplit("/", 1)[1] for url in watched.requests]
    # This server compresses nothing, so that the large scripts come packed.
    assert sorted(names) == ["", "hls.bin", "language.js", "player.bin", "player.css", "poster.jpg", "start.js"]
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


def test_without_scripts_statements_are_still_links(open_page: OpenPage, address: str) -> None:
    watched = visit(open_page, address, java_script_enabled=False)
    page = watched.page

    expect(page.locator("video")).to_have_attribute("src", re.compile(r"programme/master\.m3u8$"))
    assert "which is off in this browser" in page.content()
    expect(statement(page, 1).get_by_role("button")).to_be_hidden()
    page.get_by_role("link", name="Français").click()
    expect(page.get_by_role("heading", name="Déclarations")).to_be_visible()
    assert watched.requests_outside(address) == []


@pytest.mark.parametrize(("width", "languages"), [(390, ("en", "es", "ar")), (1280, ("fr", "ru", "zh"))])
def test_the_page_is_accessible_and_fits(
    open_page: OpenPage, address: str, width: int, languages: tuple[str, ...]
) -> None:
    page = visit(open_page, address, width=width).page
    for language in languages:
        page.goto(f"{address}?lang={language}")
        expect(page.locator(".choices")).to_be_visible()

        results = Axe().run(page)

        assert results.violations_count == 0, results.generate_report()
        assert "video-caption" in {rule["id"] for rule in results.response["passes"]}
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        assert page.locator("media-controller").get_attribute("dir") == "ltr"
