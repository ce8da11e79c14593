"""Speakers from a table: all of it or nothing, who is meant, and what somebody else changed meanwhile."""

import pytest

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.speaker_tables import CellProblem, read_speaker_table, write_speaker_table
from pipeline.records.queries import find_pre_session
from pipeline.records.tables import Consent, Event, Speaker, SpeakerImport, Statement
from pipeline.services.erasures import erase_person
from pipeline.services.import_undoing import find_undoable_import, undo_import
from pipeline.services.plan_rows import plan_of
from pipeline.services.plan_versions import version_of_speaker
from pipeline.services.sessions import load_pre_session
from pipeline.services.speaker_edits import add_speaker, remove_speaker
from pipeline.services.speaker_imports import LineFate, TableWrong, import_speakers, list_speakers, plan_import
from tests.fixtures.panels import STAFF, country_of, load_plan, session_plan, speaker_plan

HEAD = "country,name,organisation,language,theme,email"
GRACE = "MW,Grace,Water Coalition,en,Water,grace@example.org"
CONSENT = {"item": ConsentItem.NAME, "audience": Audience.PUBLIC, "words_version": "test"}
NAMESAKE = {"name": "Grace", "organisation": "Water Coalition"}
LUIS = "HN,Luis,Red,es,,"


def _table(*lines):
    return read_speaker_table("\n".join([HEAD, *lines]).encode())


@pytest.fixture
def session(database):
    load_plan(database, session_plan(MW=0, HN=0))
    return database


def _import(database, table, now, seen=None):
    with database.begin() as db:
        pre_session = find_pre_session(db, "36")
        plan = plan_import(db, pre_session, table)
        return import_speakers(db, pre_session.id, table, seen=seen or plan.seen, actor=STAFF, now=now)


def _everybody(database):
    with database.read() as db:
        return [(code, plan_of(speaker)) for code, speaker in list_speakers(db, find_pre_session(db, "36").id)]


def test_new_speakers_come_to_their_panels_in_order_and_wait_to_be_invited(session, now):
    done = _import(session, _table(GRACE, LUIS, "MW,Tadala,Youth,en,,"), now)
    assert done.count(LineFate.NEW) == 3
    with session.read() as db:
        assert [(s.position, s.name) for s in country_of(db, "MW").speakers] == [(1, "Grace"), (2, "Tadala")]
        assert db.query(Statement).count() == 3
        names = [event.name for event in db.query(Event).filter(Event.name.like("%speaker%"))]
        assert sorted(names) == ["session.speakers_imported", *["speaker.added"] * 3]


def test_importing_again_changes_what_changed_and_nothing_else(session, now):
    _import(session, _table(GRACE, LUIS), now)
    done = _import(session, _table(GRACE.replace("Water,", "Clean water,"), LUIS), now)
    assert [line.fate for line in done.lines] == [LineFate.CHANGED, LineFate.SAME]
    assert done.lines[0].changed == ("theme",)
    again = _import(session, _table(GRACE.replace("Water,", "Clean water,"), LUIS), now)
    assert not again.does_something
    assert len(_everybody(session)) == 2


def test_the_same_person_is_found_by_address_or_else_by_name_and_organisation(session, now):
    _import(session, _table(GRACE, LUIS), now)
    renamed = GRACE.replace("MW,Grace", "MW,Grace Banda").replace("grace@", "GRACE@")
    done = _import(session, _table(renamed, "HN,Luis,Red,es,,luis@example.org"), now)
    assert [line.changed for line in done.lines] == [("name", "email"), ("email",)]
    assert len(_everybody(session)) == 2


def test_columns_that_a_table_lacks_stay_as_they_are(session, now):
    _import(session, _table(GRACE), now)
    short = read_speaker_table(b"country,name,organisation,language\nMW,Grace,Water Coalition,fr\n")
    assert _import(session, short, now).lines[0].changed == ("language",)
    assert _everybody(session)[0][1].email == "grace@example.org"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("TR,Ali,Org,tr,,", CellProblem.COUNTRY_NOT_HERE),
        ("MW,Grace,Water Coalition,en,,", CellProblem.TWICE_HERE),
        ("MW,Other,Org,en,,grace@example.org", CellProblem.TWICE_HERE),
        ("MW,A,Org,en,,no address", CellProblem.WRONG_EMAIL),
    ],
)
def test_with_one_mistake_nothing_is_imported(session, now, line, problem):
    table = _table(GRACE, line)
    with session.read() as db:
        plan = plan_import(db, find_pre_session(db, "36"), table)
    assert [found.problem for found in plan.problems] == [problem]
    with pytest.raises(TableWrong):
        _import(session, table, now, seen=plan.seen)
    assert _everybody(session) == []


def test_a_line_that_would_make_two_speakers_one_is_refused(session, now):
    _import(session, _table(GRACE, "MW,Tadala,Youth,en,,t@example.org"), now)
    with session.read() as db:
        plan = plan_import(db, find_pre_session(db, "36"), _table("MW,Tadala,Youth,en,,grace@example.org"))
    assert [found.problem for found in plan.problems] == [CellProblem.NAME_TAKEN]


def test_what_somebody_changed_meanwhile_is_not_overwritten(session, now):
    _import(session, _table(GRACE), now)
    table = _table(GRACE.replace("Water,", "Clean water,"))
    with session.read() as db:
        seen = plan_import(db, find_pre_session(db, "36"), table).seen
    with session.begin() as db:
        db.query(Speaker).one().theme = "Air"
    with pytest.raises(ChangeNotAllowed):
        _import(session, table, now, seen=seen)
    assert _everybody(session)[0][1].theme == "Air"


def test_what_is_written_out_imports_as_the_same(session, now):
    _import(session, _table(GRACE, LUIS, "MW,=Ali,'-Org,en,+1,"), now)
    everybody = _everybody(session)
    done = _import(session, read_speaker_table(write_speaker_table(everybody, ";")), now)
    assert (done.count(LineFate.SAME), done.does_something, done.not_named) == (3, False, 0)


def test_too_many_on_a_panel_are_said_and_not_refused(session, now):
    done = _import(session, _table(*(f"MW,S{n},Org,en,," for n in range(7))), now)
    assert done.overfull == (("MW", 7),)
    assert len(_everybody(session)) == 7


def test_loading_the_file_again_leaves_alone_who_came_from_a_table(session, now):
    _import(session, _table(GRACE), now)
    with session.begin() as db:
        report = load_pre_session(db, session_plan(MW=0, HN=0), actor=STAFF, now=now)
    assert len(report.kept_speakers) == 1
    assert [code for code, _plan in _everybody(session)] == ["MW"]


def _undo(database, now):
    with database.begin() as db:
        session_id = find_pre_session(db, "36").id
        found = find_undoable_import(db, session_id)
        if found is None:
            return False
        undo_import(db, session_id, found.id, actor=STAFF, now=now)
        return True


def test_an_import_is_undone_as_if_it_had_not_been(session, now):
    _import(session, _table(GRACE), now)
    before = _everybody(session)
    _import(session, _table(GRACE.replace("Water,", "Clean water,"), "MW,Tadala,Youth,en,,", LUIS), now)
    assert len(_everybody(session)) == 3
    assert _undo(session, now)
    assert _everybody(session) == before
    assert not _undo(session, now), "once"
    with session.read() as db:
        names = [event.name for event in db.query(Event).order_by(Event.id.desc()).limit(4)]
        assert names == ["session.import_undone", "speaker.removed", "speaker.removed", "speaker.updated"]
        assert db.query(Statement).count() == 1


@pytest.mark.parametrize("followed", ["link", "edit", "removed", "namesake"])
def test_an_import_that_something_followed_from_is_not_undone(session, now, followed):
    _import(session, _table(GRACE), now)
    _import(session, _table(GRACE.replace("Grace,", "Grace Banda,"), LUIS), now)
    with session.begin() as db:
        grace = country_of(db, "MW").speakers[0]
        luis = country_of(db, "HN").speakers[0]
        if followed == "link":
            db.add(Consent(statement_id=luis.statement.id, **CONSENT, given_at=now))
        elif followed == "edit":
            luis.theme = "Something else"
        elif followed == "removed":
            remove_speaker(db, luis.id, seen=version_of_speaker(luis), actor=STAFF, now=now)
        else:
            add_speaker(db, grace.country_id, speaker_plan(1, **NAMESAKE), actor=STAFF, now=now)
    after = _everybody(session)
    assert not _undo(session, now)
    assert _everybody(session) == after


def test_what_was_said_before_an_import_is_not_kept_of_who_is_erased(session, now):
    _import(session, _table(GRACE), now)
    _import(session, _table(GRACE.replace("Grace,", "Grace Banda,")), now)
    with session.begin() as db:
        assert "grace@example.org" in str(db.query(SpeakerImport).one().before)
        erase_person(db, country_of(db, "MW").speakers[0].statement, actor=STAFF, now=now)
        assert db.query(SpeakerImport).count() == 0


def test_the_record_of_somebody_removed_is_not_that_of_the_next(session, now):
    _import(session, _table(GRACE), now)
    with session.begin() as db:
        grace = country_of(db, "MW").speakers[0]
        ids = grace.id, grace.statement.id
        remove_speaker(db, grace.id, seen=version_of_speaker(grace), actor=STAFF, now=now)
    with session.begin() as db:
        there = add_speaker(db, country_of(db, "MW").id, speaker_plan(2), actor=STAFF, now=now)
        assert (there.id, there.statement.id) > ids
        assert there.statement.id > ids[1]
