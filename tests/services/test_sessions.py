"""Loading session files into the records."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from config.settings import CONFIG_DIR
from pipeline.domain.session_files import read_session_file
from pipeline.domain.statements import StatementState
from pipeline.records.queries import find_pre_session, load_panels
from pipeline.records.tables import Country, Event, Speaker, Statement
from pipeline.services.events import SYSTEM
from pipeline.services.links import find_link, issue_link
from pipeline.services.sessions import load_pre_session
from tests.fixtures.panels import STAFF, country_of, hand_in, session_plan, speaker_plan, statement_of


def _load(database, now, plan):
    with database.begin() as db:
        return load_pre_session(db, plan, actor=STAFF, now=now)


def _names(database, code):
    with database.read() as db:
        return [speaker.name for speaker in country_of(db, code).speakers]


def test_a_plan_becomes_countries_panels_and_invited_statements(database, now):
    report = _load(database, now, session_plan(MW=3, HN=1))
    assert (len(report.added_countries), len(report.added_speakers), report.is_new) == (2, 4, True)
    with database.read() as db:
        assert country_of(db, "MW").pre_session.min_seconds == 1
        assert [speaker.position for speaker in country_of(db, "MW").speakers] == [1, 2, 3]
        assert {s.state for s in db.scalars(select(Statement))} == {StatementState.INVITED}


def test_loading_the_same_plan_twice_changes_nothing_and_records_nothing(database, now):
    plan = session_plan(MW=3, HN=1)
    _load(database, now, plan)
    with database.read() as db:
        events = db.scalar(select(func.count(Event.id)))
    report = _load(database, now, plan)
    assert not report.changed_something
    with database.read() as db:
        assert db.scalar(select(func.count(Event.id))) == events
        assert db.scalar(select(func.count(Speaker.id))) == 4


def test_facts_of_a_session_and_its_speakers_are_brought_up_to_date(database, now):
    _load(database, now, session_plan(MW=2))
    newer = replace(session_plan(MW=[speaker_plan(1, language="fr"), speaker_plan(2)]), title="New title")
    report = _load(database, now, newer)
    assert len(report.updated_speakers) == 1
    with database.read() as db:
        assert find_pre_session(db, "36").title == "New title"
        assert statement_of(db, "MW", 1).speaker.language == "fr"


def test_another_address_closes_the_links_that_were_mailed_to_the_one_before(database, now):
    _load(database, now, session_plan(MW=[speaker_plan(1, email="ana@example.org")]))
    with database.begin() as db:
        facts = {"statement": statement_of(db, "MW"), "expires_at": now + timedelta(days=1), "now": now}
        by_hand = issue_link(db, actor=STAFF, **facts)
        mailed = issue_link(db, actor=SYSTEM, revokes_older=False, **facts)
    for address, opens in (("Ana@example.org", True), ("rosa@example.org", False)):
        _load(database, now, session_plan(MW=[speaker_plan(1, email=address)]))
        with database.read() as db:
            assert (find_link(db, mailed, now=now) is not None) is opens
            assert find_link(db, by_hand, now=now) is not None


def test_the_order_that_staff_gave_a_panel_stays_and_new_speakers_come_last(database, now):
    _load(database, now, session_plan(MW=2))
    with database.begin() as db:
        first, second = country_of(db, "MW").speakers
        first.position, second.position = 2, 1
    _load(database, now, session_plan(MW=[speaker_plan(3), speaker_plan(1), speaker_plan(2)]))
    assert _names(database, "MW") == ["Speaker 2", "Speaker 1", "Speaker 3"]


def test_speakers_who_are_no_longer_planned_go_unless_they_handed_something_in(database, now):
    _load(database, now, session_plan(MW=2, HN=1))
    with database.begin() as db:
        hand_in(db, statement_of(db, "MW", 1))
    report = _load(database, now, session_plan(MW=0))
    assert (len(report.kept_speakers), len(report.removed_speakers), len(report.removed_countries)) == (1, 2, 1)
    assert _names(database, "MW") == ["Speaker 1"]


def test_a_panel_is_read_with_the_same_number_of_queries_whatever_its_size(database, now, count_queries):
    _load(database, now, session_plan("36", MW=1))
    _load(database, now, session_plan("37", HN=6, LU=6))
    counts = []
    for slug in ("36", "37"):
        with database.read() as db, count_queries(database) as queries:
            countries = load_panels(db, find_pre_session(db, slug).countries)
            for speaker in (speaker for country in countries for speaker in country.speakers):
                assert speaker.statement.consents == []
                assert speaker.statement.current_recording is None
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("slug", ["26", "29", "35", "36", "demo"])
def test_every_session_that_ships_loads(sqlite_database, now, slug):
    plan = read_session_file(CONFIG_DIR / "sessions" / f"{slug}.toml")
    _load(sqlite_database, now, plan)
    with sqlite_database.read() as db:
        assert db.scalar(select(func.count(Country.id))) == len(plan.countries)
