"""Until when recordings are taken, and an earlier one that counts again."""

from datetime import UTC, date, datetime

import pytest

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind
from pipeline.domain.statements import StatementState
from pipeline.services.attempts import HandInClosed, check_may_hand_in, give_more_time, may_hand_in, use_recording
from pipeline.services.statements import approve_recording, send_back
from tests.fixtures.panels import STAFF, hand_in, statement_of
from tests.fixtures.standings import accept
from tests.fixtures.trimming import hand_in_too_long
from tests.services.test_trims import open_jobs

LAST_DAY = date(2026, 9, 20)
LAST_MOMENT = datetime(2026, 9, 21, 11, 59, tzinfo=UTC)  # the day still goes on furthest west
TOO_LATE = datetime(2026, 9, 21, 12, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def panel(load):
    load(MW=1, HN=1)


@pytest.fixture
def closing(database):
    with database.begin() as db:
        statement_of(db, "MW").speaker.country.pre_session.hand_in_until = LAST_DAY


def test_recordings_are_taken_until_the_last_day_has_ended_everywhere(database, closing):
    with database.read() as db:
        statement = statement_of(db, "MW")
        assert may_hand_in(statement, now=LAST_MOMENT)
        with pytest.raises(HandInClosed):
            check_may_hand_in(statement, now=TOO_LATE)


def test_a_country_may_have_a_day_of_its_own(database, closing):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        statement.speaker.country.hand_in_until = date(2026, 9, 30)
        assert may_hand_in(statement, now=TOO_LATE)


def test_staff_can_still_take_one(database, closing):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        give_more_time(db, statement, date(2026, 9, 25), actor=STAFF, now=TOO_LATE)
        assert may_hand_in(statement, now=TOO_LATE)
        give_more_time(db, statement, None, actor=STAFF, now=TOO_LATE)
        assert not may_hand_in(statement, now=TOO_LATE)
        accept(db, statement)
        send_back(db, statement, reason="Once more, please.", actor=STAFF, now=TOO_LATE)
        assert may_hand_in(statement, now=TOO_LATE)


def test_an_earlier_recording_counts_again(database, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        first = accept(db, statement)
        second = accept(db, statement)
        approve_recording(db, statement, second.id, actor=STAFF, now=now)
        use_recording(db, statement, first.id, actor=STAFF, now=now)
        assert statement.current_recording is first
        assert (statement.state, statement.approved_recording_id) == (StatementState.IN_REVIEW, None)


def test_what_an_earlier_recording_lacks_is_made(database, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        unchecked = hand_in(db, statement)
        unprepared = accept(db, statement)
        unprepared.package, unprepared.package_prefix = None, None
        accept(db, statement)
        use_recording(db, statement, unchecked.id, actor=STAFF, now=now)
        assert statement.state is StatementState.RECEIVED
        assert open_jobs(db) == {JobKind.INTAKE}
        use_recording(db, statement, unprepared.id, actor=STAFF, now=now)
        assert statement.state is StatementState.IN_REVIEW
        assert open_jobs(db) == {JobKind.ENCODE}


def test_a_refused_a_withdrawn_or_somebody_elses_recording_is_not_taken(database, now):
    with database.begin() as db:
        statement = statement_of(db, "MW")
        refused = hand_in_too_long(db, statement)
        withdrawn = accept(db, statement)
        withdrawn.withdrawn_at = now
        accept(db, statement)
        foreign = accept(db, statement_of(db, "HN"))
        for recording in (refused, withdrawn, foreign):
            with pytest.raises(ChangeNotAllowed):
                use_recording(db, statement, recording.id, actor=STAFF, now=now)
