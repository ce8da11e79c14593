"""A session made in the portal, its speakers from a form and a table, its panel in order; and two people at once."""

import io
import re

import pytest

from pipeline.domain.plan_checks import RESERVED_SLUGS, is_slug
from pipeline.domain.roles import Role
from pipeline.records.queries import find_pre_session
from pipeline.records.tables import Speaker, StaffAccount
from presession.demo.pages import read_portal_page
from tests.fixtures.desk import EMAIL, Browser
from tests.fixtures.panels import country_of, hand_in, load_plan, session_plan, statement_of

pytestmark = pytest.mark.slow

NEW = "/staff/sessions/new"
EDIT = "/staff/36/edit"
SPEAKERS = "/staff/36/speakers/"
PANEL = "/staff/36/MW/"
FACTS = {
    "slug": "41",
    "title": "Pre-sessions 41",
    "place": "Geneva",
    "starts_on": "2026-10-06",
    "ends_on": "2026-10-09",
    "countries": "Malawi, Honduras\nTürkiye",
}
TABLE = "country;name;organisation;language;email\nMalawi;Grace;Water;en;grace@example.org\nHN;Luis;Red;es;\n"


@pytest.fixture
def session(sqlite_database) -> None:
    """A session with a panel of three."""
    load_plan(sqlite_database, session_plan(MW=3, HN=0))


def _look(browser: Browser, text: str | bytes, address: str = SPEAKERS):
    data = text.encode() if isinstance(text, str) else text
    form = browser.open(address).form("/speakers/table")
    return browser.send(form, files={"file": (io.BytesIO(data), "t.csv")})


def _form_of(answer, ending: str):
    """The form of an answer, as a page shows it."""
    return read_portal_page(answer.text, "http://localhost/").form(ending)


def test_from_nothing_to_a_panel_that_can_be_invited(anna, sqlite_database):
    made = anna.press(NEW, "/sessions/new", **FACTS)
    assert made.location == "/staff/41/speakers/"
    looked = _look(anna, TABLE, made.location)
    assert looked.status_code == 200
    assert "new: 2" in looked.text
    with sqlite_database.read() as db:
        assert db.query(Speaker).count() == 0
    done = anna.send(_form_of(looked, "/speakers/import"))
    assert (done.status_code, done.location) == (303, "/staff/41/speakers/")
    assert anna.send(anna.open("/staff/41/MW/").form("/invite")).status_code == 303
    with sqlite_database.read() as db:
        assert [country.code for country in find_pre_session(db, "41").countries] == ["MW", "HN", "TR"]
        assert country_of(db, "MW").speakers[0].email == "grace@example.org"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("slug", "accounts", "at most 24 small letters"),
        ("slug", "36", "There is a session of this name already."),
        ("ends_on", "2026-10-05", "The last day comes before the first."),
        ("longest", "4:00", "The longest statement is no longer"),
        ("shortest", "five", "Please write minutes and seconds"),
        ("countries", "Malawi, Xland", "Not known: Xland."),
        ("other_languages", "Atlantish", "Not known: Atlantish."),
        ("keep_events", "0", "Please write a number of days."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_the_rest_stays(anna, session, field, value, words):
    answer = anna.press(NEW, "/sessions/new", **{**FACTS, field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert _form_of(answer, "/sessions/new").fields["title"] == FACTS["title"]
    assert f'<a href="#{field}">' in answer.text.split("<form")[2], "named above the form"


def test_no_session_hides_behind_another_address(portal):
    firsts = {match[1] for rule in portal.url_map.iter_rules() if (match := re.match(r"/staff/([^/<>]+)/", rule.rule))}
    assert "accounts" in firsts
    assert [first for first in firsts if is_slug(first)] == []
    assert not is_slug(next(iter(RESERVED_SLUGS)))


def test_of_two_who_edit_a_session_the_second_reads_what_was_saved_and_keeps_what_was_typed(anna, session):
    first, second = anna.open(EDIT).form("/edit"), anna.open(EDIT).form("/edit")
    assert anna.send(first, title="Theirs").status_code == 303
    answer = anna.send(second, title="Mine")
    assert answer.status_code == 409
    assert "Saved meanwhile: Theirs" in answer.text
    again = _form_of(answer, "/edit")
    assert again.fields["title"] == "Mine"
    assert anna.send(again).status_code == 303
    assert "Mine" in anna.get("/staff/36/").text


def test_countries_are_added_given_days_and_removed(anna, session, sqlite_database):
    anna.press(EDIT, "/countries", countries="Bolivia (Plurinational State of); TR")
    form = anna.open(EDIT).form("/countries/days")
    days = {"hand-in-TR": "2026-09-01", "seen": form.fields["seen"], "csrf_token": form.fields["csrf_token"]}
    assert anna.send(form, **days).status_code == 303
    assert anna.send(form, **days).status_code == 409
    assert anna.send(form, **{**days, "hand-in-TR": "soon"}).status_code == 400
    assert anna.press(EDIT, "/TR/remove").status_code == 303
    with sqlite_database.read() as db:
        assert [country.code for country in find_pre_session(db, "36").countries] == ["MW", "HN", "BO"]


def test_countries_are_not_changed_by_who_looked_before_somebody_else_did(anna, session, sqlite_database):
    anna.press(EDIT, "/countries", countries="TR")
    page = anna.open(EDIT)
    adding, removing = page.form("/countries"), page.form("/TR/remove")
    assert anna.press(EDIT, "/countries", countries="Bolivia (Plurinational State of)").status_code == 303
    answer = anna.send(adding, countries="Chile")
    assert (answer.status_code, "Chile" in answer.text) == (409, True)
    assert anna.send(removing).status_code == 409
    with sqlite_database.read() as db:
        assert {"TR", "BO"} <= {country.code for country in find_pre_session(db, "36").countries}


def test_an_import_is_undone_by_a_button(anna, session, sqlite_database):
    table = "country,name,organisation,language\nMW,Tadala,Youth,en\n"
    looked = anna.press("/staff/36/speakers/", "/speakers/table", pasted=table)
    assert anna.send(_form_of(looked, "/speakers/import")).status_code == 303
    first, second = (anna.open("/staff/36/speakers/").form("/undo-import") for _ in range(2))
    assert anna.send(first).status_code == 303
    assert "Tadala" not in anna.get("/staff/36/speakers/").text
    assert anna.send(second).status_code == 409


def test_a_speaker_is_added_and_edited_by_a_form(anna, session, sqlite_database):
    facts = {"name": "Grace", "organisation": "Water", "language": "fr", "email": "Grace@Example.org", "gender": "f"}
    added = anna.press(f"{PANEL}speakers/new", "/speakers/new", **facts)
    assert added.status_code == 303
    with sqlite_database.read() as db:
        speaker = statement_of(db, "MW", 4).speaker
        said = (speaker.name, speaker.language, speaker.email, speaker.gender)
        assert said == ("Grace", "fr", "Grace@example.org", "woman")
        address = f"/staff/speakers/{speaker.id}/"
    twice = anna.press(f"{PANEL}speakers/new", "/speakers/new", **facts)
    assert (twice.status_code, "on the panel already" in twice.text) == (422, True)
    first, second = anna.open(address).form(address), anna.open(address).form(address)
    assert anna.send(first, theme="Water").status_code == 303
    answer = anna.send(second, theme="Air")
    assert answer.status_code == 409
    assert "Saved meanwhile: Water" in answer.text
    assert _form_of(answer, address).fields["theme"] == "Air"


def test_what_is_pasted_into_a_form_is_one_line_and_blanks_are_nothing(anna, session, sqlite_database):
    facts = {"name": "Zoé\u00a0Ébène ", "organisation": "Ligue\u202f: eau", "language": "fr"}
    assert anna.press(f"{PANEL}speakers/new", "/speakers/new", **facts).status_code == 303
    blank = anna.press(f"{PANEL}speakers/new", "/speakers/new", **{**facts, "name": " "})
    assert (blank.status_code, "Please fill this in." in blank.text) == (422, True)
    with sqlite_database.read() as db:
        speaker = statement_of(db, "MW", 4).speaker
        assert (speaker.name, speaker.organisation) == ("Zoé Ébène", "Ligue : eau")


def test_who_handed_something_in_is_not_taken_off_the_panel(anna, session, sqlite_database):
    with sqlite_database.read() as db:
        first, second = (statement_of(db, "MW", position).speaker_id for position in (1, 2))
    form = anna.open(f"/staff/speakers/{first}/").form("/remove")
    assert anna.press(f"/staff/speakers/{second}/", "/remove").status_code == 303
    with sqlite_database.begin() as db:
        hand_in(db, statement_of(db, "MW", 1))
    anna.send(form)
    with sqlite_database.read() as db:
        assert country_of(db, "MW").speakers[0].id == first
        assert db.get(Speaker, second) is None


def test_a_table_with_mistakes_is_mended_on_the_page(anna, session):
    answer = _look(anna, TABLE.replace("Malawi;Grace", "Malavi;Grace").encode("utf-16"))
    assert answer.status_code == 422
    assert "Line 2, Country:" in answer.text
    form = _form_of(answer, "/speakers/table")
    mended = anna.send(form, pasted=form.fields["pasted"].replace("Malavi", "Malawi"))
    assert mended.status_code == 200
    assert anna.send(_form_of(mended, "/speakers/import")).status_code == 303


def test_a_session_that_changed_meanwhile_is_looked_at_again(anna, session, sqlite_database):
    form = _form_of(_look(anna, "country,name,organisation,language\nMW,Speaker 1,Organisation 1,fr\n"), "/import")
    with sqlite_database.begin() as db:
        statement_of(db, "MW", 1).speaker.theme = "Water"
    answer = anna.send(form)
    assert answer.status_code == 409
    assert anna.send(_form_of(answer, "/import")).status_code == 303
    with sqlite_database.read() as db:
        assert statement_of(db, "MW", 1).speaker.language == "fr"


@pytest.mark.parametrize(
    ("data", "words"),
    [("", "The file is empty."), ("PK\x03\x04", "This is no text."), ('{"nothing": 1}', "no export that we can read")],
)
def test_what_is_no_table_is_answered_in_words(anna, session, data, words):
    answer = _look(anna, data)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_the_export_is_a_table_that_imports_as_the_same(anna, session):
    answer = anna.get("/staff/36/speakers.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "nothing to import" in _look(anna, answer.data).text


def test_a_viewer_sees_speakers_and_is_offered_no_import(anna, session, sqlite_database):
    with sqlite_database.begin() as db:
        db.query(StaffAccount).filter(StaffAccount.email == EMAIL).one().role = Role.VIEWER
    page = anna.get(SPEAKERS)
    assert "Speaker 1" in page.text
    assert "/speakers/table" not in page.text
    assert "/order" not in anna.get(PANEL).text
    assert anna.get(EDIT).status_code == 403


def test_an_order_is_undone_and_a_stale_one_changes_nothing(anna, session, sqlite_database):
    stale = anna.open(PANEL)
    moves = [form for form in stale.forms if form.action.endswith("/order")]
    anna.send(moves[2], direction="up")
    answer = anna.send(moves[0], direction="down")
    assert (answer.status_code, "The panel changed while you looked." in answer.text) == (409, True)
    with sqlite_database.read() as db:
        assert [speaker.name for speaker in country_of(db, "MW").speakers] == ["Speaker 1", "Speaker 3", "Speaker 2"]
    assert anna.press(PANEL, "/order/undo").status_code == 303
    with sqlite_database.read() as db:
        assert [speaker.name for speaker in country_of(db, "MW").speakers] == ["Speaker 1", "Speaker 2", "Speaker 3"]


def test_the_panels_make_up_and_too_many_speakers_are_said(anna, sqlite_database):
    load_plan(sqlite_database, session_plan(MW=7))
    page = anna.get(PANEL).text
    assert "7 speakers: a panel has six at most." in page
    assert "Civil-society organisation: 7" in page
