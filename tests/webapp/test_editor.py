"""Writing subtitles by the page's own requests: deeds, what others are told, who may, and what a decision asks for."""

import re

import pytest

from pipeline.domain.desk import AssignmentKind
from pipeline.domain.jobs import JobKind
from pipeline.domain.roles import Role
from pipeline.records.tables import Assignment, Job, SheetCue, StaffAccount, Statement
from pipeline.services.waveforms import keep_waveform
from tests.fixtures.clock import NOW
from tests.fixtures.desk import Browser
from tests.fixtures.panels import approve_new_recording, load_plan, session_plan, statement_of
from tests.fixtures.sheets import open_typed

PAGE = "/staff/statements/1/subtitles/{}/"


@pytest.fixture
def spoken(sqlite_database, account_id) -> str:
    """The language of a statement whose transcript is open, with three cues."""
    load_plan(sqlite_database, session_plan(MW=2))
    with sqlite_database.begin() as db:
        statement = statement_of(db, "MW", 1)
        approve_new_recording(db, statement)
        open_typed(db, statement.current_recording, statement.speaker.language)
        return statement.speaker.language


def _ask(browser: Browser, language: str, what: str, **body):
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/staff/account/").text)[1]
    headers = {"X-CSRFToken": token, "Accept": "application/json"}
    sent = {"since": -1, "source_since": -1, **body}
    return browser.client.post(PAGE.format(language) + what, json=sent, headers=headers)


def _change(browser: Browser, language: str, **deed):
    return _ask(browser, language, "changes", deed=deed)


def _cues(answer) -> list[dict]:
    return sorted((cue for cue in answer.json["cues"] if not cue["isDeleted"]), key=lambda cue: cue["startMs"])


def _role(database, role: Role, *languages: str) -> None:
    with database.begin() as db:
        account = db.query(StaffAccount).one()
        account.role = role
        for language in languages:
            wish = {"statement_id": 1, "kind": AssignmentKind.INTERPRET, "language": language}
            db.add(Assignment(account_id=account.id, created_at=NOW, **wish))


def test_every_deed_is_done_once_and_taken_back(anna, spoken):
    first, second, third = _cues(_ask(anna, spoken, "now", cue=""))
    changed = {"deed": "change", "key": first["key"], "seen": first["version"], "text": "Dear colleagues,"}
    answer = _change(anna, spoken, **changed)
    assert _cues(answer)[0]["text"] == "Dear colleagues,"
    assert _change(anna, spoken, **changed).status_code == 200
    split = {"key": second["key"], "seen": second["version"], "at_sign": 9, "at_ms": 1500, "new_key": "mine"}
    for _again in range(2):
        answer = _change(anna, spoken, deed="split", **split)
    assert [cue["text"] for cue in _cues(answer)][1:3] == ["we speak", "for the coalition."]
    answer = _change(anna, spoken, deed="undo", of=answer.json["undo"]["done"])
    assert [cue["text"] for cue in _cues(answer)] == ["Dear colleagues,", "we speak for the coalition.", third["text"]]
    seen = {cue["key"]: cue["version"] for cue in _cues(answer)}
    answer = _change(anna, spoken, deed="shift", seen=seen, by_ms=250)
    assert [cue["startMs"] for cue in _cues(answer)] == [250, 1250, 2250]
    assert _change(anna, spoken, deed="shift", seen=seen, by_ms=250).status_code == 409


def test_who_saw_older_words_gets_those_that_are_there(anna, spoken):
    first = _cues(_ask(anna, spoken, "now", cue=""))[0]
    _change(anna, spoken, deed="change", key=first["key"], seen=first["version"], text="One")
    answer = _change(anna, spoken, deed="change", key=first["key"], seen=first["version"], text="Other")
    assert answer.status_code == 409
    assert [cue["text"] for cue in answer.json["there"]] == ["One"]


@pytest.mark.parametrize("deed", [{}, {"deed": "burn"}, {"deed": "change", "key": "../x", "seen": 1}])
def test_what_is_no_deed_changes_nothing(anna, spoken, sqlite_database, deed):
    assert _change(anna, spoken, **deed).status_code == 400
    with sqlite_database.read() as db:
        assert {cue.text for cue in db.query(SheetCue)} >= {"Ladies and gentlemen,"}


def test_words_of_a_page_are_never_taken_for_those_of_who_signed_in_since(anna, spoken, sqlite_database):
    first = _cues(_ask(anna, spoken, "now", cue=""))[0]
    deed = {"deed": "change", "key": first["key"], "seen": first["version"], "text": "Somebody else's"}
    assert _ask(anna, spoken, "changes", deed=deed, **{"as": 10_000}).status_code == 401
    with sqlite_database.read() as db:
        assert "Somebody else's" not in {cue.text for cue in db.query(SheetCue)}


def test_signs_that_cannot_be_kept_are_refused(anna, spoken):
    key = _cues(_ask(anna, spoken, "now", cue=""))[0]["key"]
    assert _ask(anna, spoken, "notes", do="add", key=key, text="\ud800").status_code == 400


def test_notes_reach_everybody_and_are_dealt_with(anna, spoken):
    key = _cues(_ask(anna, spoken, "now", cue=""))[0]["key"]
    (note,) = _ask(anna, spoken, "notes", do="add", key=key, text="Is this her title?").json["notes"]
    (settled,) = _ask(anna, spoken, "notes", do="resolve", id=note["id"]).json["notes"]
    assert (settled["text"], settled["isResolved"]) == ("Is this her title?", True)


def test_handing_in_names_what_is_to_be_mended(anna, spoken):
    state = _ask(anna, spoken, "now", cue="")
    first = _cues(state)[0]
    answer = _change(anna, spoken, deed="change", key=first["key"], seen=first["version"], text="")
    refused = _ask(anna, spoken, "decision", decision="submit", version=answer.json["version"])
    assert (refused.status_code, refused.json["stops"]["empty"]) == (422, [first["key"]])


def test_what_a_cue_once_was_is_told_and_comes_back(anna, spoken):
    first = _cues(_ask(anna, spoken, "now", cue=""))[0]
    changed = {"deed": "change", "key": first["key"], "seen": first["version"], "text": "Other words", "place": 8}
    there = _cues(_change(anna, spoken, **changed))[0]
    headers = {"Accept": "application/json"}
    answer = anna.client.get(PAGE.format(spoken) + f"earlier?key={first['key']}", headers=headers)
    newest, oldest = answer.json["revisions"]
    assert (newest["text"], newest["place"], newest["by"]) == ("Other words", 8, "anna@example.org")
    assert oldest["text"] == first["text"]
    back = {"deed": "restore", "key": first["key"], "seen": there["version"], "version": oldest["version"]}
    again = _cues(_change(anna, spoken, **back))[0]
    assert (again["text"], again["place"]) == (first["text"], 2)


def test_the_last_day_is_set_by_who_saw_the_one_before(anna, spoken, sqlite_database):
    assert _ask(anna, spoken, "due", day="2031-02-28", seen="").json["dueDay"] == "2031-02-28"
    assert _ask(anna, spoken, "due", day="2031-03-01", seen="").status_code == 409
    assert _ask(anna, spoken, "due", day="soon", seen="2031-02-28").status_code == 400
    _role(sqlite_database, Role.INTERPRETER, spoken)
    assert _ask(anna, spoken, "now", cue="").json["askedOf"] == ["anna@example.org"]
    assert _ask(anna, spoken, "due", day="", seen="2031-02-28").status_code == 403


def test_the_outline_of_the_sound_is_asked_for_once_and_kept_by_the_browser(anna, spoken, sqlite_database):
    address = PAGE.format(spoken) + "waveform"
    assert anna.client.get(address).status_code == 204
    assert [_ask(anna, spoken, "waveform").json["isComing"] for _again in range(2)] == [True, True]
    with sqlite_database.begin() as db:
        assert db.query(Job).filter(Job.kind == JobKind.WAVEFORM).count() == 1
        keep_waveform(db, statement_of(db, "MW", 1).current_recording.sha256, b"\x00\xff", now=NOW)
    answer = anna.client.get(address)
    assert (answer.data, answer.headers["Cache-Control"]) == (b"\x00\xff", "private, max-age=86400")
    assert anna.client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_interpreters_write_what_was_asked_of_them_and_decide_nothing(anna, spoken, sqlite_database):
    _role(sqlite_database, Role.INTERPRETER, "fr")
    assert anna.get(PAGE.format(spoken)).status_code == 404
    assert anna.press(PAGE.format("fr"), "/begin").status_code == 303
    answer = _ask(anna, "fr", "now", cue="")
    assert [cue["text"] for cue in _cues(answer)] == ["", "", ""]
    assert answer.json["sourceCues"][0]["text"] == "Ladies and gentlemen,"
    source = answer.json["sourceCues"][0]
    for language in (spoken, "es"):
        refused = _change(anna, language, deed="change", key=source["key"], seen=source["version"], text="No")
        assert refused.status_code == 404
    assert _ask(anna, "fr", "decision", decision="approve", version=answer.json["version"]).status_code == 409


def test_viewers_read_and_change_nothing(anna, spoken, sqlite_database):
    _role(sqlite_database, Role.VIEWER)
    page = anna.get(PAGE.format(spoken))
    assert page.status_code == 200
    assert 'data-do="split"' not in page.text
    assert _change(anna, spoken, deed="delete", key="a", seen=1).status_code == 403
    headers = {"Accept": "application/json"}
    answer = anna.client.get(PAGE.format(spoken) + "now?since=-1&source_since=-1", headers=headers)
    assert len(_cues(answer)) == 3


def test_a_statement_without_a_recording_has_no_editor(anna, spoken, sqlite_database):
    with sqlite_database.read() as db:
        bare = statement_of(db, "MW", 2).id
        assert db.get_one(Statement, bare).current_recording is None
    assert anna.get(f"/staff/statements/{bare}/subtitles/en/").status_code == 404
