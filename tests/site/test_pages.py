"""The published page as HTML."""

from dataclasses import replace

import pytest

from pipeline.domain.sheets import TrackMark
from pipeline.site.page_reading import PageRead, read_page
from pipeline.site.page_values import CountryPage, FileForPage, MissingStatement, PaperForPage, StatementForPage
from pipeline.site.pages import write_pointer_page, write_release_page
from pipeline.site.programme import Chapter
from pipeline.site.words import WORDS

ROOT = "https://watch.example/36/mw/"
RELEASE = "r/0123/"


def statement(position: int = 1, **changes: object) -> StatementForPage:
    plain = StatementForPage(
        position=position,
        organisation="Centre for Open Wells",
        speaker="Thoko Banda",
        theme="Water",
        language="en",
        duration_seconds=372.4,
        subtitle_languages=("es", "fr"),
        poster_uri=f"media/{position}/poster.jpg",
        manifest_uri=f"{RELEASE}s/{position}/master.m3u8",
        storyboard_uri=f"{RELEASE}s/{position}/storyboard.vtt",
        chapter=Chapter(0.0, 4.0, 376.4),
    )
    return replace(plain, **changes)


def country(*places: StatementForPage | MissingStatement) -> CountryPage:
    return CountryPage("MW", "36th session", RELEASE, places, f"{RELEASE}programme/master.m3u8")


def html(page: CountryPage, language: str = "en") -> str:
    return write_release_page(page, language).decode()


def read(page: bytes, address: str) -> PageRead:
    return read_page(page.decode(), ROOT + address)


def test_the_page_says_which_subtitles_are_out_of_date() -> None:
    page = html(country(statement(subtitle_marks={"es": TrackMark.STALE})), "fr")

    assert "<dd>espagnol (plus à jour), français</dd>" in page


@pytest.mark.parametrize(
    ("language", "name"), [("en", "United States"), ("fr", "États-Unis"), ("es", "Estados Unidos")]
)
def test_the_country_is_named_in_the_readers_language(language: str, name: str) -> None:
    page = html(replace(country(statement()), country_code="US"), language)

    assert f"<title>{name} – 36th session</title>" in page
    assert f"<h1>{name}</h1>" in page
    assert f'<html lang="{language}" dir="ltr">' in page


def test_a_statement_is_described() -> None:
    page = html(country(statement()), "fr")

    for text in ("Centre for Open Wells", "Thoko Banda", "Water", "6:12", "anglais", "espagnol, français"):
        assert text in page


def test_a_name_without_consent_is_not_there() -> None:
    assert "Thoko Banda" in html(country(statement()))

    without = html(country(statement(speaker=None)))

    assert "Thoko Banda" not in without
    assert 'class="speaker"' not in without


def test_a_missing_statement_leaves_an_explained_place_that_names_nobody() -> None:
    page = html(country(statement(1), MissingStatement(2), statement(3)))

    places = page.split("<li ")[-3:]
    assert WORDS["en"].missing in places[1]
    assert "Centre for Open Wells" not in places[1]
    assert "data-manifest-uri" not in places[1]


def test_a_country_with_nothing_left_says_so_and_has_no_player() -> None:
    page = html(CountryPage("MW", "36th session", RELEASE, [MissingStatement(1)]))

    assert WORDS["en"].nothing_published in page
    assert "<video" not in page
    assert "player.js" not in page


def test_texts_cannot_become_markup() -> None:
    hostile = '"><script>alert(1)</script>{{ 7*7 }}'

    page = html(country(statement(organisation=hostile, speaker=hostile, theme=hostile)))

    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page
    assert not read_page(page, ROOT).has_inline_script


def test_scripts_come_from_the_page_s_own_files_alone() -> None:
    page = read(write_pointer_page(replace(country(statement()), script_digests=("'sha256-abc='",))), "")

    assert "default-src 'none'" in page.policy
    assert page.policy.endswith("script-src 'self' 'sha256-abc='")
    assert not page.has_inline_script


def test_pointer_and_release_page_lead_to_the_same_addresses() -> None:
    one = country(statement(1), statement(2))

    pointer = read(write_pointer_page(one), "index.html")
    page = read(write_release_page(one, "en"), f"{RELEASE}en.html")

    assert page.base_url == pointer.base_url == ROOT
    assert set(pointer.urls) - set(page.urls) == {ROOT, f"{ROOT}{RELEASE}assets/language.js"}
    assert all(url.startswith(ROOT) for url in pointer.urls)


def test_without_scripts_the_programme_s_film_plays_and_films_are_listed_with_their_sizes() -> None:
    own = (FileForPage("media/1/film.mp4", 21_000_000, 480), FileForPage("media/1/sound.m4a", 3_000_000))
    films = (FileForPage("media/2/programme.mp4", 126_400_000, 480), FileForPage("media/2/programme.m4a", 18_000_000))
    whole = {"files": films, "subtitle_uris": {"fr": f"{RELEASE}programme/fr.vtt"}}
    page = html(replace(country(statement(files=own)), **whole))

    assert 'src="media/2/programme.mp4">' in page
    assert f'<track kind="subtitles" srclang="fr" label="Français" src="{RELEASE}programme/fr.vtt">' in page
    listed = '<a href="{}">{}</a> <span class="quiet">(<bdi>{}'
    assert listed.format("media/2/programme.mp4", "Video", "MP4</bdi>, <bdi>480p</bdi>, <bdi>126&nbsp;MB") in page
    assert listed.format("media/1/sound.m4a", "Sound", "M4A</bdi>, <bdi>3") in page
    assert 'class="alone" href="media/1/film.mp4"' in page


def test_only_the_pointer_leads_on_to_the_reader_s_language() -> None:
    one = country(statement())

    assert b"language.js" in write_pointer_page(one)
    assert b"language.js" not in write_release_page(one, "en")


def test_the_page_s_language_is_marked_in_the_choice() -> None:
    page = html(country(statement()), "es")

    assert page.count('aria-current="true"') == 1
    assert 'lang="es" hreflang="es" aria-current="true">Español</a>' in page


def test_every_language_has_every_sentence() -> None:
    assert set(WORDS) == {"en", "fr", "es", "ar", "ru", "zh"}
    assert all(text.strip() for words in WORDS.values() for text in vars(words).values())


def test_text_recommendations_and_papers_stand_beside_a_statement_as_text() -> None:
    papers = (
        PaperForPage("Report", f"{RELEASE}s/1/paper-1.pdf", "pdf", 1_260_000),
        PaperForPage("", "x.docx", "docx", 9),
    )
    shown = statement(paragraphs=("One\nline", "<two>"), recommendations=("Repair & pay",), papers=papers)
    page = html(country(shown), "fr")

    for text in (
        "One\nline</p>",
        "&lt;two&gt;",
        "Repair &amp; pay",
        "Déclaration écrite",
        "(<bdi>PDF</bdi>, <bdi>1,3&nbsp;Mo</bdi>)",
        ">Document</a>",
    ):
        assert text in page
    assert f"{ROOT}{RELEASE}s/1/paper-1.pdf" in read(page.encode(), f"{RELEASE}fr.html").urls
    assert "<h4>" not in html(country(statement()))
