"""The list of sessions and the board of one."""

import pytest

from pipeline.domain.standings import Standing
from tests.fixtures.panels import load_plan, session_plan, statement_of
from tests.fixtures.standings import bring_to

pytestmark = pytest.mark.slow

FOUR = (Standing.TO_REVIEW, Standing.PREPARING, Standing.PREPARE_FAILED, Standing.INVITED)


@pytest.fixture
def board(sqlite_database) -> None:
    """Malawi with four speakers at different standings, Honduras with one without a link."""
    load_plan(sqlite_database, session_plan(MW=4, HN=1))
    with sqlite_database.begin() as db:
        for position, standing in enumerate(FOUR, start=1):
            bring_to(db, statement_of(db, "MW", position), standing)


def test_sessions_are_listed(anna, board):
    page = anna.get("/staff/").text
    assert "Session for tests" in page
    assert "6–9 Oct 2026" in page
    assert "2 countries" in page
    assert "5 speakers" in page


def test_without_a_session_the_command_is_named(anna):
    assert "presession session load" in anna.get("/staff/").text


def test_the_board_shows_countries_by_speakers_with_standings(anna, board):
    page = anna.get("/staff/36/").text
    for words in ("Malawi", "Honduras", "Organisation 4", "To review", "Being prepared: 41 %", "The disk is full."):
        assert words in page
    assert "No link sent yet" in page


@pytest.mark.parametrize(
    ("show", "there", "gone"),
    [
        ("staff", ["Organisation 1", "Organisation 3", "Honduras"], ["Organisation 2", "Organisation 4"]),
        ("speaker", ["Organisation 4"], ["Organisation 1", "Honduras"]),
        ("machine", ["Organisation 2"], ["Organisation 1", "Honduras"]),
        ("subtitles", ["Organisation 1"], ["Organisation 4", "Honduras"]),
        ("nonsense", ["Organisation 1", "Honduras"], []),
    ],
)
def test_the_board_is_filtered(anna, board, show, there, gone):
    page = anna.get(f"/staff/36/?show={show}").text
    assert [words for words in there if words not in page] == []
    assert [words for words in gone if words in page] == []


def test_a_failure_is_told_in_the_readers_language(visit, account_id, board):
    browser = visit(language="fr")
    browser.sign_in()
    page = browser.get("/staff/36/").text
    assert "n’a pas pu être préparé" in page
    assert "The disk is full." not in page


def test_an_empty_filter_offers_all(anna, board):
    page = anna.get("/staff/36/?show=published").text
    assert "Nothing here." in page
    assert "Show all" in page


def test_a_script_sees_what_is_being_done(anna, board):
    live = anna.get("/staff/36/live.json").json
    by_standing = {row["standing"]: row for row in live["statements"]}
    assert by_standing["preparing"] | {"key": ""} == {
        "key": "",
        "standing": "preparing",
        "words": "Being prepared: 41 %",
        "tone": "main",
        "detail": "about 86 minutes left",
        "progress": 0.41,
        "is_busy": True,
    }
    assert [row["key"] for row in live["countries"]] == ["country-MW", "country-HN"]


@pytest.mark.parametrize("address", ["/staff/99/", "/staff/99/live.json", "/staff/36/ZZ/", "/staff/36/ZZ/live.json"])
def test_what_is_not_there_is_not_found(anna, board, address):
    assert anna.get(address).status_code == 404
