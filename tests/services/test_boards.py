"""The board's read model: every standing, counts, filters, and a constant number of queries."""

import pytest
from sqlalchemy import delete, event, select

from pipeline.domain.consents import Audience
from pipeline.domain.findings import Verdict
from pipeline.domain.sheets import SheetState
from pipeline.domain.standings import Standing, Waiting
from pipeline.records.tables import Consent, PreSession
from pipeline.services.board_lines import Obstacle, Show
from pipeline.services.board_missing import Missing
from pipeline.services.boards import list_sessions, load_board
from pipeline.services.reviews import load_review
from pipeline.services.tracks import add_track
from tests.fixtures.panels import STAFF, approve_new_recording, country_of, give_consent, speaker_plan, statement_of
from tests.fixtures.sheets import open_typed
from tests.fixtures.standings import accept, bring_to, publish

WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"


def _line(db, now, position=1):
    return load_board(db, "36", now=now).country("MW").speakers[position - 1]


@pytest.mark.parametrize("standing", Standing)
def test_each_standing_is_told(database, load, now, standing):
    load(MW=1)
    with database.begin() as db:
        bring_to(db, statement_of(db, "MW"), standing)
    with database.read() as db:
        assert _line(db, now).standing is standing


def test_a_running_preparation_tells_how_far_it_is(database, load, now):
    load(MW=1)
    with database.begin() as db:
        bring_to(db, statement_of(db, "MW"), Standing.PREPARING)
    with database.read() as db:
        line = _line(db, now)
        assert line.progress == pytest.approx(0.41)
        assert line.waits_for is Waiting.MACHINE


def test_a_failure_comes_with_its_sentence(database, load, now):
    load(MW=1)
    with database.begin() as db:
        bring_to(db, statement_of(db, "MW"), Standing.PREPARE_FAILED)
    with database.read() as db:
        assert _line(db, now).failed_job.told_staff == "The disk is full. Tell the person who runs this."


def test_missing_subtitles_and_consent_are_counted_once_there_is_a_recording(database, load, now):
    load(MW=2)
    with database.begin() as db:
        recording = accept(db, statement_of(db, "MW"))
        add_track(db, recording, language="fr", data=WEBVTT, actor=STAFF, now=now)
    with database.read() as db:
        board = load_board(db, "36", now=now)
        assert list(board.country("MW").speakers[0].tracks) == ["fr"]
        assert board.country("MW").speakers[0].missing_subtitles == ("en",)
        assert board.count(Show.SUBTITLES) == 1
        assert board.count(Show.CONSENT) == 1
        assert board.count(Show.ALL) == 2


def test_wanted_subtitles_are_told_by_how_far_they_are_and_french_wants_english(database, load, now):
    load(MW=[speaker_plan(1, language="fr")])
    with database.begin() as db:
        db.scalars(select(PreSession)).one().subtitle_languages = ["fr", "es"]
        recording = accept(db, statement_of(db, "MW"))
        open_typed(db, recording, "fr")
        add_track(db, recording, language="es", data=WEBVTT, is_reviewed=False, actor=STAFF, now=now)
    with database.read() as db:
        assert _line(db, now).open_subtitles == {"fr": SheetState.DRAFT, "es": SheetState.IN_REVIEW, "en": None}


def test_what_was_sent_back_lacks_a_recording_and_nothing_of_the_old_one(database, load, now):
    load(MW=1)
    with database.begin() as db:
        bring_to(db, statement_of(db, "MW"), Standing.SENT_BACK)
    with database.read() as db:
        line = _line(db, now)
        assert line.row.verdict is Verdict.ACCEPTED
        assert line.missing == (Missing.ADDRESS, Missing.RECORDING)
        assert not line.is_shown_by(Show.SUBTITLES)


def test_what_a_board_loaded_is_not_taken_for_all_there_is(database, load, now):
    load(MW=1)
    with database.begin() as db:
        bring_to(db, statement_of(db, "MW"), Standing.APPROVED)
        for audience in (Audience.MISSIONS, Audience.PUBLIC):
            give_consent(db, statement_of(db, "MW"), audience)
    with database.read() as db:
        assert _line(db, now).recording_consent is Audience.PUBLIC
        statement = statement_of(db, "MW")
        assert len(statement.consents) > len({consent.item for consent in statement.consents})


def test_a_removed_track_is_missing_again(database, load, now):
    load(MW=1)
    with database.begin() as db:
        recording = accept(db, statement_of(db, "MW"))
        track = add_track(db, recording, language="fr", data=WEBVTT, actor=STAFF, now=now)
        track.is_removed = True
    with database.read() as db:
        assert _line(db, now).missing_subtitles == ("en", "fr")


@pytest.mark.parametrize(
    ("audience", "obstacle"), [(None, Obstacle.CONSENT_MISSING), (Audience.NOBODY, Obstacle.CONSENT_REFUSED)]
)
def test_an_approved_statement_without_consent_keeps_the_country_from_being_published(
    database, load, now, audience, obstacle
):
    load(MW=2)
    with database.begin() as db:
        approve_new_recording(db, statement_of(db, "MW", 1))
        second = statement_of(db, "MW", 2)
        approve_new_recording(db, second)
        db.execute(delete(Consent).where(Consent.statement_id == second.id))
        if audience is not None:
            give_consent(db, second, audience)
    with database.read() as db:
        country = load_board(db, "36", now=now).country("MW")
        assert [line.obstacle for line in country.speakers] == [None, obstacle]
        assert not country.can_be_published


def test_what_is_out_is_up_to_date_until_something_changes(database, load, now):
    load(MW=2)
    with database.begin() as db:
        approve_new_recording(db, statement_of(db, "MW", 1))
        publish(db, country_of(db, "MW"))
    with database.begin() as db:
        country = load_board(db, "36", now=now).country("MW")
        assert country.is_up_to_date
        assert [line.is_live for line in country.speakers] == [True, False]
        recording = statement_of(db, "MW", 1).current_recording
        add_track(db, recording, language="fr", data=WEBVTT, actor=STAFF, now=now)
        assert not load_board(db, "36", now=now).country("MW").is_up_to_date


def test_withdrawing_the_name_makes_what_is_out_stale(database, load, now):
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        approve_new_recording(db, statement)
        publish(db, country_of(db, "MW"))
        statement.consents[-1].audience = Audience.NOBODY
        db.flush()
        assert not load_board(db, "36", now=now).country("MW").is_up_to_date


def test_a_board_of_another_session_is_not_mixed_in(database, load, now):
    load(MW=1)
    with database.read() as db:
        assert load_board(db, "no-such", now=now) is None
        assert load_board(db, "36", now=now, only_country="HN").countries == ()


def test_sessions_are_listed_with_counts(database, load):
    load(MW=2, HN=1)
    with database.begin() as db:
        accept(db, statement_of(db, "MW"))
    with database.read() as db:
        (session,) = list_sessions(db)
        assert (session.countries, session.speakers, session.to_review, session.published) == (2, 3, 1, 0)


def _count_queries(database, ask):
    count = 0

    def note(*_arguments):
        nonlocal count
        count += 1

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        with database.read() as db:
            ask(db)
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return count


def _fill(database, now):
    with database.begin() as db:
        for code in FOURTEEN:
            for position, standing in enumerate(SIX, start=1):
                statement = statement_of(db, code, position)
                bring_to(db, statement, standing)
                if statement.current_recording is not None:
                    add_track(db, statement.current_recording, language="fr", data=WEBVTT, actor=STAFF, now=now)


FOURTEEN = ("AD", "BY", "BG", "HR", "HN", "JM", "LR", "LY", "MW", "MV", "MH", "MN", "PA", "US")
SIX = (
    Standing.INVITED,
    Standing.REFUSED,
    Standing.PREPARING,
    Standing.TO_REVIEW,
    Standing.SENT_BACK,
    Standing.PUBLISHED,
)


@pytest.mark.slow
def test_fourteen_countries_of_six_cost_as_many_queries_as_one_of_one(database, load, now):
    load(**dict.fromkeys(FOURTEEN, 6))
    empty = _count_queries(database, lambda db: load_board(db, "36", now=now))
    _fill(database, now)
    with database.read() as db:
        statement_id = statement_of(db, "US", 6).id
        board = load_board(db, "36", now=now)
        assert board.count(Show.ALL) == 84
        assert board.count(Show.PUBLISHED) == 14
    assert _count_queries(database, lambda db: load_board(db, "36", now=now)) <= max(empty, 25)
    assert _count_queries(database, list_sessions) <= 4
    assert _count_queries(database, lambda db: load_review(db, statement_id, now=now)) <= 34
