"""The status of a session: one page for everybody, and a table that no spreadsheet takes for formulas."""

import csv
from datetime import date

import pytest

from pipeline.domain.standings import Standing
from pipeline.records.tables import PreSession
from tests.fixtures.panels import load_plan, session_plan, speaker_plan, statement_of
from tests.fixtures.standings import bring_to


@pytest.fixture
def session(sqlite_database) -> None:
    """Two speakers, one of them under a name that looks like a formula."""
    evil = speaker_plan(2, organisation="=HYPERLINK(0)", name="@SUM(A1)", theme="water, and more")
    load_plan(sqlite_database, session_plan(MW=[speaker_plan(1, language="fr"), evil], HN=0))
    with sqlite_database.begin() as db:
        db.query(PreSession).one().hand_in_until = date(2020, 10, 2)
        bring_to(db, statement_of(db, "MW", 1), Standing.TO_REVIEW)
        bring_to(db, statement_of(db, "MW", 2), Standing.INVITED)


def _table(answer, delimiter: str) -> list[dict[str, str]]:
    assert answer.status_code == 200
    assert answer.data.startswith("\ufeff".encode()), "spreadsheets read it as UTF-8"
    return list(csv.DictReader(answer.data.decode("utf-8-sig").splitlines(), delimiter=delimiter))


def test_the_page_tells_counts_and_what_is_missing(anna, session):
    page = anna.get("/staff/36/status").text
    for words in ("Waiting for us", "Malawi", "Honduras", "no consent yet", "no subtitles in English, French"):
        assert words in page
    assert page.count("<td>") == 12, "a place for each of six"


def test_the_table_has_a_line_for_each_speaker(anna, session):
    answer = anna.get("/staff/36/status.csv")
    assert "session-36-status.csv" in answer.headers["Content-Disposition"]
    first, second = _table(answer, ",")
    assert (first["Country"], first["Status"], first["Waits for"]) == ("Malawi", "To review", "us")
    assert "no consent yet" in first["Missing"]
    assert (second["Waits for"], second["Last day"]) == ("the speaker", "2020-10-02")


def test_no_cell_is_a_formula_and_each_language_has_its_own_table(visit, account_id, session):
    browser = visit(language="fr")
    browser.sign_in()
    _first, second = _table(browser.get("/staff/36/status.csv"), ";")
    values = list(second.values())
    assert "'=HYPERLINK(0)" in values
    assert "'@SUM(A1)" in values
    assert "water, and more" in values
    assert not any(value.startswith(("=", "+", "-", "@")) for value in values)


def test_who_is_late_is_found(anna, session):
    page = anna.get("/staff/36/?show=late").text
    assert "HYPERLINK" in page
    assert "Organisation 1" not in page
    assert "Last day was 2 Oct 2020" in page
