"""Sessions, countries, speakers and panels changed at the desk: what was seen is named; the second of two is told."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.domain.approvals import ApprovalWord
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.pre_sessions import SpeakerKind, SpeakerPlan
from pipeline.records.database import Database
from pipeline.records.queries import find_pre_session
from pipeline.records.tables import Country, Event, Speaker
from pipeline.services import plan_versions as versions
from pipeline.services.approvals import approval_of
from pipeline.services.panels import Direction, move_speaker, order_panel, read_panel, undo_order
from pipeline.services.plan_rows import plan_of
from pipeline.services.session_edits import (
    CountryDays,
    SlugTaken,
    add_countries,
    create_session,
    edit_session,
    remove_country,
    set_country_days,
)
from pipeline.services.sessions import load_pre_session
from pipeline.services.speaker_edits import SpeakerHolds, SpeakerThere, add_speaker, edit_speaker, remove_speaker
from tests.fixtures.panels import (
    STAFF,
    approve_new_recording,
    country_of,
    hand_in,
    load_plan,
    session_plan,
    statement_of,
)

ALI = SpeakerPlan("Ali", "Org", SpeakerKind.CSO, "tr", "Water", "ali@example.org", "man")


@pytest.fixture
def session(database):
    load_plan(database, session_plan(MW=3, HN=1))
    return database


def test_a_session_is_made_with_its_countries_and_once(database, now):
    with database.begin() as db:
        create_session(db, session_plan("41", MW=0, HN=0), actor=STAFF, now=now)
        with pytest.raises(SlugTaken):
            create_session(db, session_plan("41"), actor=STAFF, now=now)
        with pytest.raises(WrongUsage):
            create_session(db, session_plan("accounts"), actor=STAFF, now=now)
    with database.read() as db:
        assert [country.code for country in find_pre_session(db, "41").countries] == ["MW", "HN"]


def test_the_second_of_two_who_edit_a_session_is_told(session, now):
    with session.begin() as db:
        row = find_pre_session(db, "36")
        seen = versions.version_of_session(row)
        plan = replace(session_plan(), title="Mine", wants_second_look=True, retention_days={"originals": 30})
        assert edit_session(db, row.id, plan, seen=seen, actor=STAFF, now=now) == [
            "retention_days",
            "title",
            "wants_second_look",
        ]
        with pytest.raises(ChangeNotAllowed):
            edit_session(db, row.id, replace(plan, title="Theirs"), seen=seen, actor=STAFF, now=now)
    with session.read() as db:
        assert (find_pre_session(db, "36").title, find_pre_session(db, "36").retention_days) == (
            "Mine",
            {"originals": 30},
        )


def test_a_file_that_is_loaded_again_leaves_alone_what_was_changed_at_the_desk(session, now):
    with session.begin() as db:
        row = find_pre_session(db, "36")
        seen = versions.version_of_session(row)
        plan = replace(session_plan(), hand_in_until=date(2026, 9, 1))
        edit_session(db, row.id, plan, seen=seen, actor=STAFF, now=now)
        add_countries(db, row.id, ["TR", "MW"], actor=STAFF, now=now)
        speaker = statement_of(db, "MW", 1).speaker
        newer = replace(plan_of(speaker), theme="Mine")
        edit_speaker(db, speaker.id, newer, seen=versions.version_of_speaker(speaker), actor=STAFF, now=now)
    with session.begin() as db:
        again = replace(session_plan(MW=3, HN=1), title="From the file")
        assert load_pre_session(db, again, actor=STAFF, now=now).kept_facts == ["hand_in_until"]
    with session.read() as db:
        row = find_pre_session(db, "36")
        assert (row.title, row.hand_in_until) == ("From the file", date(2026, 9, 1))
        assert [country.code for country in row.countries] == ["MW", "HN", "TR"]
        assert statement_of(db, "MW", 1).speaker.theme == "Mine"


def test_countries_have_days_of_their_own_and_go_only_when_they_are_empty(session, now):
    with session.begin() as db:
        row = find_pre_session(db, "36")
        add_countries(db, row.id, ["TR"], actor=STAFF, now=now)
        seen = versions.version_of_countries(row)
        days = {"TR": CountryDays(hand_in_until=date(2026, 9, 9))}
        assert set_country_days(db, row.id, days, seen=seen, actor=STAFF, now=now) == ["TR"]
        with pytest.raises(ChangeNotAllowed):
            set_country_days(db, row.id, {}, seen=seen, actor=STAFF, now=now)
        remove_country(db, row.id, "TR", actor=STAFF, now=now)
        with pytest.raises(ChangeNotAllowed):
            remove_country(db, row.id, "MW", actor=STAFF, now=now)
    with session.read() as db:
        assert {country.code for country in db.query(Country)} == {"MW", "HN"}


def test_a_speaker_is_added_once_and_removed_while_nothing_is_held(session, now):
    with session.begin() as db:
        country_id = country_of(db, "MW").id
        added = add_speaker(db, country_id, ALI, actor=STAFF, now=now)
        assert added.position == 4
        for same in (ALI, replace(ALI, name="Other", email="ALI@example.org")):
            with pytest.raises(SpeakerThere):
                add_speaker(db, country_id, same, actor=STAFF, now=now)
        first = statement_of(db, "MW", 1)
        hand_in(db, first)
        with pytest.raises(SpeakerHolds):
            seen = versions.version_of_speaker(first.speaker)
            remove_speaker(db, first.speaker_id, seen=seen, actor=STAFF, now=now)
        second = statement_of(db, "MW", 2).speaker
        remove_speaker(db, second.id, seen=versions.version_of_speaker(second), actor=STAFF, now=now)
    with session.read() as db:
        assert [(s.position, s.name) for s in country_of(db, "MW").speakers] == [
            (1, "Speaker 1"),
            (2, "Speaker 3"),
            (3, "Ali"),
        ]


def test_editing_a_speaker_asks_for_the_approval_again(session, now):
    with session.begin() as db:
        approve_new_recording(db, statement_of(db, "MW", 1))
        speaker = statement_of(db, "MW", 1).speaker
        newer = replace(plan_of(speaker), organisation="Renamed")
        edit_speaker(db, speaker.id, newer, seen=versions.version_of_speaker(speaker), actor=STAFF, now=now)
    with session.read() as db:
        assert approval_of(statement_of(db, "MW", 1)).word is ApprovalWord.STALE


def _names(db):
    return [speaker.name[-1] for speaker in country_of(db, "MW").speakers]


def test_an_order_is_given_and_undone_step_by_step(session, now):
    with session.begin() as db:
        country = country_of(db, "MW")
        first, second, third = (speaker.id for speaker in country.speakers)
        seen = versions.version_of_panel(country)
        order_panel(db, country.id, [third, first, second], seen=seen, actor=STAFF, now=now)
        assert _names(db) == ["3", "1", "2"]
        with pytest.raises(ChangeNotAllowed):
            order_panel(db, country.id, [first, second, third], seen=seen, actor=STAFF, now=now)
        panel = read_panel(db, country)
        move_speaker(db, country.id, second, Direction.UP, seen=panel.seen, actor=STAFF, now=now)
        assert _names(db) == ["3", "2", "1"]
        for expected in (["3", "1", "2"], ["1", "2", "3"]):
            panel = read_panel(db, country)
            undo_order(db, country.id, panel.undoable, seen=panel.seen, actor=STAFF, now=now)
            assert _names(db) == expected
        assert read_panel(db, country).undoable is None
        assert db.query(Event).filter(Event.name == "country.order_undone").count() == 2


@pytest.mark.parametrize("order", [[], [1], [1, 1, 2], [1, 2, 99]])
def test_an_order_that_is_not_of_this_panel_is_refused(session, now, order):
    with session.begin() as db:
        country = country_of(db, "MW")
        with pytest.raises(ChangeNotAllowed):
            order_panel(db, country.id, order, seen=versions.version_of_panel(country), actor=STAFF, now=now)


def test_a_panel_says_how_it_is_made_up(session, now):
    with session.begin() as db:
        country = country_of(db, "MW")
        for speaker, gender, theme in zip(
            country.speakers, ("woman", "woman", ""), ("Water", "water", ""), strict=True
        ):
            speaker.gender, speaker.theme = gender, theme
        balance = read_panel(db, country).balance
    assert (balance.genders, balance.unsaid, balance.is_one_sided) == ((("woman", 2),), 1, True)
    assert (balance.themes, balance.shared_themes, balance.without_theme) == (1, (("Water", 2),), 1)
    assert not balance.is_too_large


def test_who_was_erased_is_not_edited_and_not_counted(session, now):
    with session.begin() as db:
        speaker = statement_of(db, "MW", 1).speaker
        seen = versions.version_of_speaker(speaker)
        speaker.erased_at = now
        db.flush()
        with pytest.raises(ChangeNotAllowed):
            edit_speaker(db, speaker.id, ALI, seen=seen, actor=STAFF, now=now)
        assert read_panel(db, country_of(db, "MW")).balance.size == 2
        assert db.query(Speaker).filter(Speaker.name == "Ali").count() == 0


def _edit_title(db, seen, now):
    plan = replace(session_plan(), title=f"By {id(db)}")
    return edit_session(db, find_pre_session(db, "36").id, plan, seen=seen, actor=STAFF, now=now)


def _edit_days(db, seen, now):
    days = {"MW": CountryDays(hand_in_until=date(2026, 9, 9))}
    return set_country_days(db, find_pre_session(db, "36").id, days, seen=seen, actor=STAFF, now=now)


def _edit_speaker(db, seen, now):
    speaker = statement_of(db, "MW", 1).speaker
    return edit_speaker(db, speaker.id, replace(ALI, theme=f"{id(db)}"), seen=seen, actor=STAFF, now=now)


def _edit_order(db, seen, now):
    country = country_of(db, "MW")
    order = [speaker.id for speaker in country.speakers][::-1]
    return order_panel(db, country.id, order, seen=seen, actor=STAFF, now=now)


@pytest.mark.parametrize(
    ("see", "change"),
    [
        (lambda db: versions.version_of_session(find_pre_session(db, "36")), _edit_title),
        (lambda db: versions.version_of_countries(find_pre_session(db, "36")), _edit_days),
        (lambda db: versions.version_of_speaker(statement_of(db, "MW", 1).speaker), _edit_speaker),
        (lambda db: versions.version_of_panel(country_of(db, "MW")), _edit_order),
    ],
    ids=["session", "countries", "speaker", "order"],
)
def test_what_was_read_before_somebody_else_saved_is_not_saved_over(postgres_url, now, see, change):
    database = Database(postgres_url)
    load_plan(database, session_plan(MW=3))
    with database.begin() as mine:
        seen = see(mine)
        read = [(country, country.pre_session, *country.speakers) for country in mine.query(Country)]
        with database.begin() as theirs:
            change(theirs, seen, now)
        assert see(mine) == seen, "what was read is still at hand"
        with pytest.raises(ChangeNotAllowed):
            change(mine, seen, now)
    assert len(read) == 1
    database.close()
