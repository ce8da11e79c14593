"""Publishing a country as the records tell it; what the job does in the store is in `tests/workers`."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.statements import StatementAction, StatementState
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Consent, Country, Event, Job, Release
from pipeline.services.claims import Failure, claim_job, fail_job, finish_job
from pipeline.services.hiding import find_unwanted, record_unwanted_removed
from pipeline.services.jobs import cancel_job
from pipeline.services.posters import choose_poster
from pipeline.services.publication import (
    check_still_allowed,
    find_kept_names,
    load_release,
    record_published,
    record_removed,
)
from pipeline.services.recordings import move_statement
from pipeline.services.releases import after_withdrawal, publish_country, publish_problems, take_down_statement
from pipeline.services.takedowns import renew_failed_takedowns
from pipeline.services.tracks import add_track, remove_track
from pipeline.services.withdrawals import change_consent
from pipeline.storage.keys import package_prefix
from tests.fixtures.panels import (
    STAFF,
    approve_again,
    approve_new_recording,
    country_of,
    give_consent,
    hand_in,
    statement_of,
)

WEBVTT = b"WEBVTT\n\n00:00.500 --> 00:02.000\nWords\n"


@pytest.fixture
def panel(database, load):
    """Three speakers of Malawi, two of them approved."""
    load(MW=3)
    with database.begin() as db:
        for position in (1, 3):
            approve_new_recording(db, statement_of(db, "MW", position))
    return database


def _publish(database, now):
    with database.begin() as db:
        return publish_country(db, country_of(db, "MW"), actor=STAFF, now=now).id


def _make_live(database, release_id, now):
    """What the job does with the records, at its end."""
    with database.begin() as db:
        job = db.scalars(select(Job).where(Job.kind == JobKind.RELEASE, Job.subject_id == release_id)).one()
        claim = claim_job(db, job.id, now=now, lease_seconds=30)
        release = db.get_one(Release, release_id)
        check_still_allowed(db, release)
        record_published(db, release, "r/x/programme/master.m3u8", now=now)
        finish_job(db, claim, now=now)


def _publish_for_good(database, now):
    release_id = _publish(database, now)
    _make_live(database, release_id, now)
    return release_id


def _withdraw(database, now, position):
    with database.begin() as db:
        statement = statement_of(db, "MW", position)
        move_statement(statement, StatementAction.WITHDRAW, now=now)
        after_withdrawal(db, statement, actor=STAFF, now=now)


def _take_down(database, now, position):
    with database.begin() as db:
        take_down_statement(db, statement_of(db, "MW", position), actor=STAFF, now=now)


def _positions(database, release_id):
    with database.read() as db:
        return [item.position for item in db.get_one(Release, release_id).items]


def _newest(db):
    return db.scalars(select(Release).order_by(Release.number.desc())).first()


def _release_jobs(db):
    return db.scalars(select(Job.state).where(Job.kind == JobKind.RELEASE).order_by(Job.id)).all()


def test_a_release_holds_exactly_what_is_approved_and_names_what_is_missing(panel, now):
    release_id = _publish(panel, now)
    assert _positions(panel, release_id) == [1, 3]
    with panel.read() as db:
        inputs = load_release(db, release_id)
        assert inputs.missing == (2,)
        assert [item.speaker for item in inputs.items] == ["Speaker 1", "Speaker 3"]
        assert (inputs.slug, inputs.country_code, inputs.is_published) == ("36", "MW", False)
        assert _release_jobs(db) == [JobState.QUEUED]


def test_live_means_pointer_statements_and_events_at_once(panel, now):
    release_id = _publish_for_good(panel, now)
    with panel.read() as db:
        assert country_of(db, "MW").live_release_id == release_id
        states = [statement_of(db, "MW", position).state for position in (1, 2, 3)]
        assert states == [StatementState.PUBLISHED, StatementState.INVITED, StatementState.PUBLISHED]
        names = db.scalars(select(Event.name).where(Event.name.like("%.published")).order_by(Event.id)).all()
        assert names == ["statement.published", "statement.published", "release.published"]


def test_publishing_the_same_again_makes_nothing_new(panel, now):
    first = _publish(panel, now)
    assert _publish(panel, now) == first
    _make_live(panel, first, now)
    assert _publish(panel, now) == first


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda db, statement, now: give_consent(db, statement, Audience.NOBODY), "no_consent"),
        (lambda db, statement, now: setattr(statement.current_recording, "package", None), "not_ready"),
        (lambda db, statement, now: setattr(statement, "approved_recording_id", None), "changed_since_approval"),
    ],
)
def test_what_stands_in_the_way_is_told_and_nothing_is_planned(panel, now, spoil, code):
    with panel.begin() as db:
        spoil(db, statement_of(db, "MW", 3), now)
    with panel.read() as db:
        (problem,) = publish_problems(db, country_of(db, "MW"))
        assert (problem.code, problem.statement_id) == (code, statement_of(db, "MW", 3).id)
    with pytest.raises(ChangeNotAllowed, match="Place 3: "):
        _publish(panel, now)
    with panel.read() as db:
        assert db.scalars(select(Release)).all() == []


def test_a_country_without_an_approved_statement_is_not_published(database, load, now):
    load(MW=1)
    with database.begin() as db:
        hand_in(db, statement_of(db, "MW"))
        (problem,) = publish_problems(db, country_of(db, "MW"))
    assert problem.code == "nothing_approved"
    with pytest.raises(ChangeNotAllowed, match="Approve at least one"):
        _publish(database, now)


def test_a_name_is_shown_only_where_its_speaker_agreed(panel, now):
    with panel.begin() as db:
        statement = statement_of(db, "MW", 1)
        answer = Consent(item=ConsentItem.NAME, audience=Audience.NOBODY, words_version="test", given_at=now)
        statement.consents.append(answer)
        approve_again(db, statement)
    release_id = _publish(panel, now)
    with panel.read() as db:
        assert [item.speaker for item in load_release(db, release_id).items] == [None, "Speaker 3"]


def test_a_newer_release_takes_the_place_of_one_under_way(panel, now):
    first = _publish(panel, now)
    with panel.begin() as db:
        recording = statement_of(db, "MW", 1).current_recording
        add_track(db, recording, language="fr", data=WEBVTT, actor=STAFF, now=now)
        approve_again(db, recording.statement)
    second = _publish(panel, now)
    assert second != first
    with panel.read() as db:
        assert _release_jobs(db) == [JobState.CANCELLED, JobState.QUEUED]
        assert list(load_release(db, second).items[0].subtitles) == ["fr"]
        assert load_release(db, first).items[0].subtitles == {}


def test_people_who_publish_at_the_same_moment_get_one_release(panel, now):
    barrier = threading.Barrier(4)
    releases = []

    def publish():
        barrier.wait()
        releases.append(_publish(panel, now))

    threads = [threading.Thread(target=publish) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(releases) == 4
    assert len(set(releases)) == 1


def test_an_older_release_cannot_go_live_over_a_newer_one(panel, now):
    first = _publish(panel, now)
    with panel.begin() as db:
        country_of(db, "MW").speakers[1].position = 9
    _publish_for_good(panel, now)
    with panel.read() as db, pytest.raises(ChangeNotAllowed, match="newer release"):
        check_still_allowed(db, db.get_one(Release, first))


def test_a_release_does_not_go_live_when_a_statement_lost_approval_meanwhile(panel, now):
    release_id = _publish(panel, now)
    with panel.begin() as db:
        move_statement(statement_of(db, "MW", 1), StatementAction.REOPEN, now=now)
    with panel.read() as db, pytest.raises(ChangeNotAllowed, match="Publish again"):
        check_still_allowed(db, db.get_one(Release, release_id))


def test_a_release_does_not_go_live_with_a_name_that_was_withdrawn_meanwhile(panel, now):
    release_id = _publish(panel, now)
    with panel.begin() as db:
        statement = statement_of(db, "MW", 1)
        answer = Consent(item=ConsentItem.NAME, audience=Audience.NOBODY, words_version="test", given_at=now)
        statement.consents.append(answer)
    with panel.read() as db, pytest.raises(ChangeNotAllowed, match="Publish again"):
        check_still_allowed(db, db.get_one(Release, release_id))


def test_taking_down_leaves_the_rest_as_it_was_out(panel, now):
    live = _publish_for_good(panel, now)
    with panel.begin() as db:
        approve_new_recording(db, statement_of(db, "MW", 2))
    _take_down(panel, now, 1)
    with panel.read() as db:
        newest = _newest(db)
        assert [item.position for item in newest.items] == [3], "approved since, but not by taking down"
        assert newest.facts["missing"] == [1, 2]
        kept = {item.media_name for item in db.get_one(Release, live).items}
        assert newest.items[0].media_name in kept, "media that stay out are not copied again"
        assert statement_of(db, "MW", 1).state is StatementState.TAKEN_DOWN


def test_what_is_not_published_cannot_be_taken_down(panel, now):
    with pytest.raises(ChangeNotAllowed):
        _take_down(panel, now, 1)


def test_withdrawing_the_only_statement_that_is_out_leaves_nothing_live(database, load, now):
    load(MW=1)
    with database.begin() as db:
        approve_new_recording(db, statement_of(db, "MW"))
    _publish_for_good(database, now)
    _withdraw(database, now, 1)
    with database.read() as db:
        empty = _newest(db).id
    assert _positions(database, empty) == []
    _make_live(database, empty, now)
    with database.read() as db:
        assert country_of(db, "MW").live_release_id is None


def test_withdrawing_before_anything_was_published_makes_no_release_and_stops_the_work(panel, now):
    with panel.begin() as db:
        hand_in(db, statement_of(db, "MW", 2))
    _withdraw(panel, now, 2)
    with panel.read() as db:
        assert db.scalars(select(Release)).all() == []
        intake = select(Job.state).where(Job.kind == JobKind.INTAKE).order_by(Job.id.desc())
        assert db.scalars(intake).first() is JobState.CANCELLED


def test_withdrawing_from_a_release_under_way_replaces_it(panel, now):
    under_way = _publish(panel, now)
    _withdraw(panel, now, 3)
    with panel.read() as db:
        assert [item.position for item in _newest(db).items] == [1]
        assert _release_jobs(db) == [JobState.CANCELLED, JobState.QUEUED]
        assert _newest(db).id != under_way


def test_a_takedown_also_leaves_out_what_else_lost_its_consent(panel, now):
    _publish_for_good(panel, now)
    with panel.begin() as db:
        give_consent(db, statement_of(db, "MW", 3), Audience.NOBODY)
    _take_down(panel, now, 1)
    with panel.read() as db:
        assert _newest(db).items == []


def test_older_releases_stay_unless_they_show_more_than_the_newest(panel, now):
    first = _publish_for_good(panel, now)
    with panel.begin() as db:
        recording = statement_of(db, "MW", 1).current_recording
        add_track(db, recording, language="fr", data=WEBVTT, actor=STAFF, now=now)
        approve_again(db, recording.statement)
    second = _publish_for_good(panel, now)
    assert _kept(panel) == {first, second}
    _take_down(panel, now, 3)
    with panel.read() as db:
        third = _newest(db).id
    assert _kept(panel) == {first, second, third}, "until the newest is out, everything stays"
    _make_live(panel, third, now)
    assert _kept(panel) == {third}


def test_an_older_release_with_subtitles_that_were_removed_does_not_stay(panel, now):
    with panel.begin() as db:
        recording = statement_of(db, "MW", 1).current_recording
        add_track(db, recording, language="fr", data=WEBVTT, actor=STAFF, now=now)
        approve_again(db, recording.statement)
    first = _publish_for_good(panel, now)
    with panel.begin() as db:
        recording = statement_of(db, "MW", 1).current_recording
        (track,) = recording.tracks
        remove_track(db, recording, track_id=track.id, actor=STAFF, now=now)
    assert _kept(panel) == {first}, "until a release without them is out"
    second = _publish_for_good(panel, now)
    assert _kept(panel) == {second}


def test_an_older_release_with_what_was_cut_off_or_hidden_since_does_not_stay(panel, now):
    first = _publish_for_good(panel, now)
    with panel.begin() as db:
        statement_of(db, "MW", 1).current_recording.package_prefix = package_prefix(new_name())
        approve_again(db, statement_of(db, "MW", 1), now)
    second = _publish_for_good(panel, now)
    assert first != second
    assert _kept(panel) == {second}


def test_removed_releases_are_on_record(panel, now):
    first = _publish_for_good(panel, now)
    _take_down(panel, now, 3)
    with panel.read() as db:
        _make_live(panel, _newest(db).id, now)
    with panel.begin() as db:
        country = country_of(db, "MW")
        record_removed(db, country.id, find_kept_names(db, country.id), now=now + timedelta(minutes=1))
    with panel.read() as db:
        assert db.get_one(Release, first).removed_at == now + timedelta(minutes=1)
        assert db.scalars(select(Event.subject_id).where(Event.name == "release.removed")).all() == [first]
        assert db.scalars(select(Country.live_release_id)).one() != first


def _kept(database):
    with database.read() as db:
        names = find_kept_names(db, country_of(db, "MW").id).releases
        return set(db.scalars(select(Release.id).where(Release.name.in_(names))))


def _fail_newest(database, at):
    with database.begin() as db:
        job = db.scalars(select(Job).where(Job.kind == JobKind.RELEASE).order_by(Job.id.desc())).first()
        claim = claim_job(db, job.id, now=at, lease_seconds=30)
        fail_job(db, claim, Failure("s", "o", is_final=True), now=at, retry_seconds=0)


def _renew(database, at):
    with database.begin() as db:
        return renew_failed_takedowns(db, now=at)


def test_a_takedown_that_failed_is_asked_for_again_until_it_is_done(panel, now):
    _publish_for_good(panel, now)
    _take_down(panel, now, 1)
    _fail_newest(panel, now)
    assert _renew(panel, now + timedelta(minutes=1)) == (), "not at once"
    later = now + timedelta(minutes=3)
    with panel.read() as db:
        country_id = country_of(db, "MW").id
    assert _renew(panel, later) == (country_id,)
    assert _renew(panel, later) == (), "one is under way"
    with panel.begin() as db:
        unwanted = find_unwanted(db, _newest(db).id)
        assert unwanted is not None
        record_unwanted_removed(db, unwanted, now=later)  # hidden meanwhile: nothing wrong is out any more
    _fail_newest(panel, later)
    later += timedelta(minutes=3)
    assert _renew(panel, later) == (country_id,)
    with panel.read() as db:
        newest = _newest(db)
        assert [item.position for item in newest.items] == [3]
    _make_live(panel, newest.id, later)
    assert _renew(panel, later + timedelta(days=1)) == ()


def test_a_takedown_that_somebody_cancelled_is_asked_for_again(panel, now):
    _publish_for_good(panel, now)
    _take_down(panel, now, 1)
    with panel.begin() as db:
        job = db.scalars(select(Job).where(Job.kind == JobKind.RELEASE).order_by(Job.id.desc())).first()
        cancel_job(db, job, actor=STAFF, now=now)
        country_id = country_of(db, "MW").id
    assert _renew(panel, now + timedelta(minutes=3)) == (country_id,)


def test_a_publication_that_failed_is_left_to_staff(panel, now):
    _publish_for_good(panel, now)
    with panel.begin() as db:
        approve_new_recording(db, statement_of(db, "MW", 2))
    _publish(panel, now)
    _fail_newest(panel, now)
    assert _renew(panel, now + timedelta(days=1)) == ()


def _rename(database, position=1):
    with database.begin() as db:
        speaker = statement_of(db, "MW", position).speaker
        speaker.name, speaker.organisation = "Her real name", "Her real organisation"


def _words(database, release_id):
    with database.read() as db:
        return {(item.speaker, item.organisation) for item in load_release(db, release_id).items}


def test_what_staff_write_of_a_speaker_is_not_published_before_somebody_approved_it(panel, now):
    release_id = _publish(panel, now)
    _rename(panel)
    assert ("Speaker 1", "Organisation 1") in _words(panel, release_id)
    _make_live(panel, release_id, now)
    _withdraw(panel, now, 3)  # a release is made without anybody's looking
    with panel.read() as db:
        remade = db.scalars(select(Release.id).order_by(Release.number.desc())).first()
    assert remade != release_id
    assert _words(panel, remade) == {("Speaker 1", "Organisation 1")}


def test_a_name_that_is_hidden_after_it_was_out_is_told_by_no_release(panel, now):
    with panel.begin() as db:
        statement_of(db, "MW", 1).speaker.theme = "The case of Speaker 1"
        approve_again(db, statement_of(db, "MW", 1))
    release_id = _publish_for_good(panel, now)
    assert _themes(panel, release_id) == {"The case of Speaker 1", ""}
    with panel.begin() as db:
        hidden = {ConsentItem.NAME: Audience.NOBODY}
        change_consent(db, statement=statement_of(db, "MW", 1), answers=hidden, actor=STAFF, now=now)
    _rename(panel)
    with panel.read() as db:
        remade = db.scalars(select(Release.id).order_by(Release.number.desc())).first()
    assert (None, "Organisation 1") in _words(panel, remade)
    assert _themes(panel, remade) == {""}


def _themes(database, release_id):
    with database.read() as db:
        return {item.theme for item in load_release(db, release_id).items}


def test_subtitles_that_staff_take_away_meanwhile_do_not_go_out(panel, now):
    with panel.begin() as db:
        statement = statement_of(db, "MW", 1)
        track = add_track(db, statement.current_recording, language="en", data=WEBVTT, actor=STAFF, now=now)
        approve_again(db, statement)
        track_id = track.id
    release_id = _publish(panel, now)
    with panel.begin() as db:
        remove_track(db, statement_of(db, "MW", 1).current_recording, track_id=track_id, actor=STAFF, now=now)
    with pytest.raises(ChangeNotAllowed, match="Subtitles were removed"):
        _make_live(panel, release_id, now)


def test_the_still_stays_as_it_was_approved_while_a_country_is_published(panel, now):
    _publish(panel, now)
    with panel.begin() as db:
        statement = statement_of(db, "MW", 1)
        with pytest.raises(ChangeNotAllowed, match="being published"):
            choose_poster(db, statement, statement.current_recording_id, 1.0, actor=STAFF, now=now)
