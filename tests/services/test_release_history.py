"""Earlier releases: what changed with each, going back as far as today allows; dates; whole sessions at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.publishing import Question, ScheduledDeed, ViewerChange
from pipeline.domain.roles import Role
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Country, Event, Job, Release, ScheduledRelease, StaffAccount
from pipeline.services.events import SYSTEM
from pipeline.services.panels import Direction, move_speaker
from pipeline.services.plan_versions import version_of_panel
from pipeline.services.publication import record_published
from pipeline.services.publish_checks import NotConfirmed
from pipeline.services.release_comparison import Difference
from pipeline.services.release_history import (
    check_return,
    compare_releases,
    find_release,
    list_country_releases,
    live_before,
    return_to_release,
)
from pipeline.services.release_schedule import carry_out, find_due, moment_in, open_schedule, schedule_release
from pipeline.services.releases import begin_release, is_under_way, publish_country, send_release
from pipeline.services.session_publication import CountryFate, publish_session, read_progress, read_session_check
from pipeline.services.statements import approve_recording
from pipeline.services.tracks import add_track
from pipeline.services.withdrawals import change_consent, withdraw_statement
from tests.fixtures.panels import STAFF, account_of, approve_again, approve_new_recording, country_of, statement_of

WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"


@dataclass
class Desk:
    """Malawi with three approved statements, published and written at once."""

    database: object
    now: datetime

    def publish(self) -> int:
        """Publish what is approved; the release's number."""
        with self.database.begin() as db:
            country = country_of(db, "MW")
            for speaker in country.speakers:
                if speaker.statement.approved_recording_id is not None:
                    approve_again(db, speaker.statement)
            return self.go_out(db, publish_country(db, country, actor=STAFF, now=self.now))

    def go_out(self, db, release: Release) -> int:
        """What the end of a release's job does."""
        record_published(db, release, f"r/{release.name}/programme/master.m3u8", now=self.now)
        db.flush()
        return release.number

    def changes(self, number: int) -> list[tuple[ViewerChange, str, str]]:
        """What changed with a release, in short."""
        with self.database.read() as db:
            release = find_release(db, country_of(db, "MW"), number)
            return [_short(one) for one in compare_releases(db, live_before(db, release), release)]


def _short(one: Difference) -> tuple[ViewerChange, str, str]:
    places = f"{one.place_before or ''}>{one.place_after or ''}" if one.place_before or one.place_after else ""
    return one.change, one.organisation[-1], one.language or places


@pytest.fixture
def desk(database, load, now) -> Desk:
    load(MW=3, HN=1, JM=1)
    with database.begin() as db:
        for position in (1, 2, 3):
            approve_new_recording(db, statement_of(db, "MW", position))
    return Desk(database, now)


def test_each_release_says_what_changed_for_viewers(desk):
    desk.publish()
    with desk.database.begin() as db:
        recording = statement_of(db, "MW", 2).current_recording
        add_track(db, recording, language="fr", data=WEBVTT, actor=STAFF, now=desk.now)
    desk.publish()
    with desk.database.begin() as db:
        country = country_of(db, "MW")
        first = statement_of(db, "MW", 1)
        seen = version_of_panel(country)
        move_speaker(db, country.id, first.speaker_id, Direction.DOWN, seen=seen, actor=STAFF, now=desk.now)
        answers = {ConsentItem.NAME: Audience.NOBODY}
        change_consent(db, statement=statement_of(db, "MW", 3), answers=answers, actor=STAFF, now=desk.now)
    desk.publish()
    added = [(ViewerChange.STATEMENT_ADDED, str(place), f">{place}") for place in (1, 2, 3)]
    numbers = [line.number for line in _lines(desk) if line.published_at]
    told = [desk.changes(number) for number in reversed(numbers)]
    assert told == [
        added,
        [(ViewerChange.SUBTITLES_ADDED, "2", "fr")],
        [
            (ViewerChange.MOVED, "2", "2>1"),
            (ViewerChange.MOVED, "1", "1>2"),
            (ViewerChange.NAME_CHANGED, "3", ""),
        ],
    ]


def _lines(desk):
    with desk.database.read() as db:
        return list_country_releases(db, country_of(db, "MW"))


def test_going_back_shows_what_was_and_respects_the_consents_of_today(desk):
    first = desk.publish()
    with desk.database.begin() as db:
        recording = statement_of(db, "MW", 2).current_recording
        add_track(db, recording, language="fr", data=WEBVTT, actor=STAFF, now=desk.now)
    desk.publish()
    with desk.database.begin() as db:
        withdraw_statement(db, statement=statement_of(db, "MW", 1), actor=STAFF, now=desk.now)
    with desk.database.begin() as db:
        desk.go_out(db, db.scalars(select(Release).order_by(Release.id.desc())).first())
    with desk.database.begin() as db:
        country = country_of(db, "MW")
        old = find_release(db, country, first)
        check = check_return(db, country, old)
        assert [organisation[-1] for _, organisation in check.left_out] == ["1"]
        assert [_short(one) for one in check.changes] == [(ViewerChange.SUBTITLES_REMOVED, "2", "fr")]
        with pytest.raises(ChangeNotAllowed):
            return_to_release(db, country, old, seen="of yesterday", actor=STAFF, now=desk.now)
        back = return_to_release(db, country, old, seen=check.seen, actor=STAFF, now=desk.now)
        desk.go_out(db, back)
        assert [item.statement_id for item in back.items] == [statement_of(db, "MW", place).id for place in (2, 3)]
        assert not any(item.track_ids for item in back.items)


def test_what_an_earlier_release_did_not_have_is_left_out_and_stays_approved(desk):
    with desk.database.begin() as db:
        statement = statement_of(db, "MW", 3)
        recording_id = statement.approved_recording_id
        statement.state, statement.approved_recording_id = StatementState.IN_REVIEW, None
    first = desk.publish()
    with desk.database.begin() as db:
        approve_recording(db, statement_of(db, "MW", 3), recording_id, actor=STAFF, now=desk.now)
    desk.publish()
    with desk.database.begin() as db:
        country = country_of(db, "MW")
        old = find_release(db, country, first)
        check = check_return(db, country, old)
        assert (ViewerChange.STATEMENT_REMOVED, "3", "3>") in [_short(one) for one in check.changes]
        desk.go_out(db, return_to_release(db, country, old, seen=check.seen, actor=STAFF, now=desk.now))
    with desk.database.read() as db:
        states = [statement_of(db, "MW", place).state for place in (1, 2, 3)]
    assert states == [StatementState.PUBLISHED, StatementState.PUBLISHED, StatementState.APPROVED]


def test_a_country_is_published_and_ended_at_the_moments_that_were_set(desk):
    with desk.database.begin() as db:
        anna, country = account_of(db, "anna"), country_of(db, "MW")
        for deed, hours in ((ScheduledDeed.PUBLISH, 1), (ScheduledDeed.EXPIRE, 3)):
            at = desk.now + timedelta(hours=hours)
            yes = [Question.SUBTITLES_MISSING]
            told = {"time_zone": "Europe/Zurich", "actor": anna, "now": desk.now, "confirmed": yes}
            schedule_release(db, country, deed, at=at, **told)
    assert _carry_out(desk, hours=0) == []
    assert _carry_out(desk, hours=1) == ["done"]
    with desk.database.begin() as db:
        planned = db.scalars(select(Event).where(Event.name == "release.planned")).one()
        assert planned.actor_id == anna.id
        desk.go_out(db, db.scalars(select(Release)).one())
    assert _carry_out(desk, hours=3) == ["done"]
    with desk.database.begin() as db:
        ended = db.scalars(select(Release).order_by(Release.id.desc())).first()
        assert (list(ended.items), ended.facts["missing"]) == ([], [1, 2, 3])
        desk.go_out(db, ended)
        assert db.scalars(select(Country.live_release_id).where(Country.code == "MW")).one() is None
        assert statement_of(db, "MW", 1).state is StatementState.APPROVED
    assert _carry_out(desk, hours=9) == []


def _carry_out(desk, hours):
    now = desk.now + timedelta(hours=hours)
    with desk.database.begin() as db:
        return [done.outcome for one in find_due(db, now=now) if (done := carry_out(db, one, now=now))]


def test_what_nobody_said_yes_to_is_not_published_at_any_moment(desk):
    with desk.database.begin() as db:
        told = {"at": desk.now + timedelta(hours=1), "time_zone": "UTC", "actor": SYSTEM, "now": desk.now}
        schedule_release(db, country_of(db, "MW"), ScheduledDeed.PUBLISH, **told)
        schedule_release(db, country_of(db, "HN"), ScheduledDeed.PUBLISH, **told)
        schedule_release(db, country_of(db, "JM"), ScheduledDeed.EXPIRE, **told)
    assert _carry_out(desk, hours=2) == ["questions_open", "in_the_way", "nothing_out"]
    with desk.database.read() as db:
        assert db.scalars(select(Release)).all() == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.VIEWER}])
def test_nothing_is_published_for_somebody_who_may_no_longer(desk, change):
    with desk.database.begin() as db:
        anna = account_of(db, "anna")
        told = {"at": desk.now + timedelta(hours=1), "time_zone": "UTC", "actor": anna, "now": desk.now}
        schedule_release(db, country_of(db, "MW"), ScheduledDeed.PUBLISH, confirmed=list(Question), **told)
        for name, value in change.items():
            setattr(db.get_one(StaffAccount, anna.id), name, value)
    assert _carry_out(desk, hours=2) == ["nobody_answers"]


def test_an_end_stops_what_is_under_way(desk):
    with desk.database.begin() as db:
        country = country_of(db, "MW")
        release = publish_country(db, country, actor=STAFF, now=desk.now, confirmed={})
        told = {"time_zone": "UTC", "actor": SYSTEM, "now": desk.now}
        schedule_release(db, country, ScheduledDeed.EXPIRE, at=desk.now + timedelta(hours=1), **told)
        assert is_under_way(db, release)
    assert _carry_out(desk, hours=2) == ["done"]
    with desk.database.read() as db:
        assert not is_under_way(db, db.get_one(Release, release.id))
        assert [one.state for one in read_progress(db, country_of(db, "MW").pre_session)] == [JobState.CANCELLED]


def test_a_country_has_failed_where_either_of_its_releases_has(desk):
    with desk.database.begin() as db:
        country = country_of(db, "MW")
        release = publish_country(db, country, actor=STAFF, now=desk.now, confirmed={})
        missions = begin_release(db, country, Audience.MISSIONS, actor=STAFF, now=desk.now)
        send_release(db, missions, desk.now, actor=STAFF, now=desk.now)
        job = db.scalars(select(Job).where(Job.kind == JobKind.RELEASE, Job.subject_id == release.id)).one()
        job.state = JobState.FAILED
        db.flush()
        assert [one.state for one in read_progress(db, country.pre_session)] == [JobState.FAILED]
        job.state = JobState.DONE
        db.flush()
        assert [one.state for one in read_progress(db, country.pre_session)] == [JobState.QUEUED]


def test_a_new_date_takes_the_place_of_the_one_before(desk):
    with desk.database.begin() as db:
        country = country_of(db, "MW")
        for hours in (1, 2):
            at = desk.now + timedelta(hours=hours)
            schedule_release(db, country, ScheduledDeed.PUBLISH, at=at, time_zone="UTC", actor=SYSTEM, now=desk.now)
        assert [row.at for row in open_schedule(db, country.id)] == [desk.now + timedelta(hours=2)]
        assert [row.outcome for row in db.scalars(select(ScheduledRelease))] == ["replaced", ""]
        with pytest.raises(WrongUsage):
            schedule_release(
                db, country, ScheduledDeed.EXPIRE, at=desk.now, time_zone="UTC", actor=SYSTEM, now=desk.now
            )


def test_moments_are_said_in_a_time_zone():
    said = datetime.fromisoformat
    assert moment_in("Europe/Zurich", said("2026-07-01T09:00")) == said("2026-07-01T07:00Z")
    assert moment_in("Africa/Blantyre", said("2026-07-01T09:00")) == said("2026-07-01T07:00Z")
    assert moment_in("Europe/Zurich", said("2026-10-25T02:30")) == said("2026-10-25T00:30Z"), "the first of two"
    for zone, local in (("Europe/Zurich", "2026-03-29T02:30"), ("Nowhere/Land", "2026-01-01T00:00")):
        with pytest.raises(WrongUsage):
            moment_in(zone, said(local))


def test_a_session_is_published_country_by_country_as_it_was_seen(desk):
    with desk.database.begin() as db:
        approve_new_recording(db, statement_of(db, "HN"))
        pre_session = country_of(db, "MW").pre_session
        check = read_session_check(db, pre_session)
        fates = {one.country.code: one.fate for one in check.countries}
        assert fates == {"MW": CountryFate.GOES_OUT, "HN": CountryFate.GOES_OUT, "JM": CountryFate.EMPTY}
        assert check.asked == {Question.SUBTITLES_MISSING: 4}
        told = {"actor": STAFF, "now": desk.now}
        with pytest.raises(NotConfirmed):
            publish_session(db, pre_session, seen=check.seen, confirmed=[], **told)
        with pytest.raises(ChangeNotAllowed):
            publish_session(db, pre_session, seen="yesterday", confirmed=[], **told)
        begun = publish_session(db, pre_session, seen=check.seen, confirmed=["subtitles_missing"], **told)
        assert len(begun) == 2
        again = read_session_check(db, pre_session)
        assert [one.fate for one in again.countries if one.country.code != "JM"] == [CountryFate.IS_OUT] * 2
