"""The page of a session as HTML."""

from datetime import date

import pytest

from pipeline.domain.consents import Audience
from pipeline.domain.languages import SITE_LANGUAGES
from pipeline.site.page_reading import read_page
from pipeline.site.session_page import CountryOnPage, SessionPage, write_session_files

ASSETS = {"player.css": b"css", "language.js": b"js", "hls.js": b"large"}
ROOT = "https://watch.example/36/"
DAY = date(2020, 10, 7)


def session(
    *countries: CountryOnPage, title: str = "36th session", audience: Audience = Audience.PUBLIC
) -> SessionPage:
    return SessionPage(title, date(2020, 10, 6), date(2020, 10, 9), countries, audience)


def files(page: SessionPage) -> dict[str, str]:
    return {path: data.decode() for path, data in write_session_files(page, ASSETS).items()}


def test_countries_that_are_out_are_links_and_others_are_named() -> None:
    page = files(session(CountryOnPage("MW", 6, DAY), CountryOnPage("PA")))["fr.html"]

    assert '<a href="mw/?lang=fr">Malawi</a>' in page
    assert "Déclarations\u202f: 6 · 7 octobre 2020" in page
    assert "<span>Panama</span>" in page
    assert "pa/" not in page
    assert "6–9 oct. 2020" in page


def test_countries_stand_in_the_order_of_the_reader_s_alphabet() -> None:
    page = files(session(CountryOnPage("MH"), CountryOnPage("US"), CountryOnPage("MW"), CountryOnPage("JM")))["fr.html"]

    names = ["États-Unis", "Îles Marshall", "Jamaïque", "Malawi"]
    assert sorted(names, key=page.index) == names


@pytest.mark.parametrize("language", SITE_LANGUAGES)
def test_the_page_speaks_each_language_and_leads_to_its_own_files(language: str) -> None:
    written = files(session(CountryOnPage("MW", 2, DAY)))
    page = read_page(written[f"{language}.html"], f"{ROOT}{language}.html")

    assert page.language == language
    assert ('dir="rtl"' in written[f"{language}.html"]) == (language == "ar")
    own = {url.removeprefix(ROOT).split("?")[0] for url in page.urls} - {"mw/"}
    assert own <= set(written)
    assert list(written)[-1] == "index.html"
    assert "assets/hls.js" not in written


def test_missions_pages_say_so_and_are_for_no_search_engine() -> None:
    public, missions = (
        files(session(CountryOnPage("MW", 1, DAY), audience=audience, title="<b>36"))["en.html"]
        for audience in (Audience.PUBLIC, Audience.MISSIONS)
    )
    assert "For permanent missions only" in missions
    assert "noindex" in missions
    assert "For permanent missions only" not in public
    assert "noindex" not in public
    assert "<b>36" not in public
