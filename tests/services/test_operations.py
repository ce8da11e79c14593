"""What the operator sees of jobs, why work waits, and what is counted for monitoring; on each kind of database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from pipeline.domain.jobs import FailureCode, JobKind, JobState, Queue
from pipeline.domain.standings import Standing
from pipeline.records.tables import Job
from pipeline.services.board_rows import JobRow
from pipeline.services.board_waits import LONG_WAIT, Wait, WaitReason
from pipeline.services.claims import Failure, beat_job, claim_job, fail_job, finish_job
from pipeline.services.events import SYSTEM
from pipeline.services.jobs import cancel_job, queue_job, retry_job
from pipeline.services.operation_measures import (
    DURATION_BOUNDS,
    count_failed_attempts,
    count_failures,
    measure_durations,
)
from pipeline.services.operations import find_job, list_failures, list_jobs, list_work, load_job_history
from pipeline.services.releases import take_down_statement
from pipeline.services.running_parts import PartIdentity, beat_part, running_parts
from pipeline.services.sweeps import RunningAttempt, take_back_silent
from tests.fixtures.panels import STAFF, hand_in, statement_of
from tests.fixtures.standings import bring_to

ENCODER = PartIdentity("encoder", "worker", "host", 1, "1", (Queue.ENCODE,), 1)


@pytest.fixture
def encodes(database, load, now) -> list[int]:
    """Three encodes asked for one after the other; the ids of their jobs."""
    load(MW=3)
    with database.begin() as db:
        recordings = [hand_in(db, statement_of(db, "MW", position)) for position in (1, 2, 3)]
        return [
            queue_job(db, JobKind.ENCODE, recording.id, now=now + timedelta(seconds=place)).id
            for place, recording in enumerate(recordings)
        ]


def _wait(database, job_id: int, now) -> Wait | None:
    with database.read() as db:
        line = find_job(db, job_id, now=now)
        assert line is not None
        return line.wait


def test_without_a_worker_the_wait_says_since_when(database, encodes, now):
    assert _wait(database, encodes[0], now) == Wait(WaitReason.NO_WORKER)
    with database.begin() as db:
        beat_part(db, ENCODER, now=now - timedelta(minutes=5))
    assert _wait(database, encodes[0], now) == Wait(WaitReason.NO_WORKER, since=now - timedelta(minutes=5))


def test_a_worker_that_stops_takes_nothing_more(database, encodes, now):
    with database.begin() as db:
        beat_part(db, ENCODER, now=now, is_stopping=True)
    assert _wait(database, encodes[0], now).reason is WaitReason.NO_WORKER


def test_what_goes_before_is_counted(database, encodes, now):
    with database.begin() as db:
        beat_part(db, ENCODER, now=now)
    assert [_wait(database, job_id, now) for job_id in encodes] == [
        Wait(WaitReason.NEXT),
        Wait(WaitReason.BEHIND, ahead=1),
        Wait(WaitReason.BEHIND, ahead=2),
    ]
    with database.begin() as db:
        db.get_one(Job, encodes[2]).deadline = now
        assert claim_job(db, encodes[0], now=now, lease_seconds=30) is not None
    assert _wait(database, encodes[0], now) is None
    assert _wait(database, encodes[1], now) == Wait(WaitReason.BEHIND, ahead=2)
    assert _wait(database, encodes[2], now) == Wait(WaitReason.BEHIND, ahead=1)


def test_work_that_nobody_takes_although_somebody_could_is_noticed(database, encodes, now):
    later = now + LONG_WAIT + timedelta(seconds=1)
    with database.begin() as db:
        beat_part(db, ENCODER, now=later)
    assert _wait(database, encodes[0], later) == Wait(WaitReason.NOT_TAKEN, since=now)


@pytest.mark.parametrize(("waits", "reason"), [(0, WaitReason.RETRY), (1, WaitReason.AWAY)])
def test_another_attempt_has_its_time(database, encodes, now, waits, reason):
    until = now + timedelta(seconds=40)
    with database.begin() as db:
        job = db.get_one(Job, encodes[0])
        job.not_before, job.waits = until, waits
    assert _wait(database, encodes[0], now) == Wait(reason, until=until)
    assert _wait(database, encodes[0], until).reason is WaitReason.NO_WORKER


def _row(database, job_id: int, now) -> JobRow:
    with database.read() as db:
        line = find_job(db, job_id, now=now)
        assert line is not None
        return line.row


def test_the_time_left_follows_from_the_speed_by_the_workers_own_clock(database, encodes, now):
    ahead = now + timedelta(hours=7)  # of a machine whose clock is wrong
    with database.begin() as db:
        claim = claim_job(db, encodes[0], now=ahead, lease_seconds=30)
        beat_job(db, claim, now=ahead + timedelta(seconds=60), lease_seconds=30, progress=0.25, stage="encoding")
    assert _row(database, encodes[0], now).seconds_left(lease_seconds=30) == pytest.approx(180)
    with database.begin() as db:
        beat_job(db, claim, now=ahead + timedelta(seconds=60), lease_seconds=30, progress=0.01, stage="encoding")
    assert _row(database, encodes[0], now).seconds_left(lease_seconds=30) is None


def _fail(database, job_id: int, now, code: FailureCode = FailureCode.ERROR) -> None:
    with database.begin() as db:
        claim = claim_job(db, job_id, now=now, lease_seconds=30)
        fail_job(db, claim, Failure("Staff.", "Operator.", is_final=True, code=code), now=now, retry_seconds=1)


def test_a_failure_is_listed_until_it_is_tried_again_or_replaced(database, encodes, now):
    with database.begin() as db:
        for position in (1, 2, 3):
            statement_of(db, "MW", position).state = "in_review"
    for job_id in encodes[:2]:
        _fail(database, job_id, now, FailureCode.DISK_FULL)
    with database.begin() as db:
        found = list_failures(db, now=now)
        assert [(line.row.id, line.row.failure_code) for line in found] == [
            (encodes[1], "disk_full"),
            (encodes[0], "disk_full"),
        ]
        assert (found[0].subject.country_code, found[0].subject.position) == ("MW", 2)
        retry_job(db, db.get_one(Job, encodes[0]), actor=STAFF, now=now)
        hand_in(db, statement_of(db, "MW", 2))
        assert list_failures(db, now=now) == []


def test_only_the_newest_publication_of_a_country_counts(database, load, now):
    load(MW=1)
    with database.begin() as db:
        statement = statement_of(db, "MW")
        bring_to(db, statement, Standing.PUBLISHED)
        db.scalars(select(Job).where(Job.kind == JobKind.RELEASE)).one().state = JobState.FAILED
        db.flush()
        assert [line.subject.number for line in list_failures(db, now=now)] == [1]
        take_down_statement(db, statement, actor=STAFF, now=now)
        assert list_failures(db, now=now) == []


def test_jobs_are_paged_from_the_newest(database, encodes, now):
    with database.read() as db:
        newest = [line.row.id for line in list_jobs(db, now=now, kind=JobKind.ENCODE)]
        assert newest == encodes[::-1]
        assert [line.row.id for line in list_jobs(db, now=now, kind=JobKind.ENCODE, before_id=encodes[1])] == encodes[
            :1
        ]


def test_work_is_counted_by_kind(database, encodes, now):
    with database.begin() as db:
        beat_part(db, ENCODER, now=now)
        assert claim_job(db, encodes[0], now=now, lease_seconds=30) is not None
        db.get_one(Job, encodes[1]).not_before = now + timedelta(seconds=40)
        lines = {line.kind: line for line in list_work(db, running_parts(db, now=now), now=now)}
        line = lines[JobKind.ENCODE]
        assert (line.due, line.running, line.later, line.workers, line.slots) == (1, 1, 1, 1, 1)
        assert line.oldest_due == now + timedelta(seconds=2)
        assert lines[JobKind.RELEASE].oldest_due is None


def test_durations_and_failures_are_counted(database, encodes, now):
    with database.begin() as db:
        for job_id, seconds in zip(encodes[:2], (4.5, 70.0), strict=True):
            claim = claim_job(db, job_id, now=now, lease_seconds=30)
            finish_job(db, claim, now=now + timedelta(seconds=seconds))
    _fail(database, encodes[2], now, FailureCode.CRASHED)
    with database.read() as db:
        found = measure_durations(db)[JobKind.ENCODE]
        assert dict(zip(DURATION_BOUNDS, found.counts, strict=True)) | {2.0: 0, 5.0: 1, 60.0: 1, 120.0: 2} == dict(
            zip(DURATION_BOUNDS, found.counts, strict=True)
        )
        assert (found.total, found.seconds) == (2, pytest.approx(74.5, abs=0.01))
        assert count_failures(db) == {("encode", "crashed"): 1}


def test_a_jobs_history_tells_of_each_attempt(database, encodes, now):
    failure = Failure("Staff.", "Operator.", code=FailureCode.DISK_FULL)
    with database.begin() as db:
        claim = claim_job(db, encodes[0], now=now, lease_seconds=30)
        fail_job(db, claim, failure, now=now, retry_seconds=0)
        claim = claim_job(db, encodes[0], now=now, lease_seconds=30)
        take_back_silent(db, {RunningAttempt(encodes[0], claim.token): 0}, now=now)
        told = [(line.event.name, line.event.facts.get("code")) for line in load_job_history(db, encodes[0])]
        assert told == [("job.taken_back", None), ("job.attempt_failed", "disk_full")]
        assert count_failed_attempts(db) == {("encode", "disk_full"): 1}
        assert count_failures(db) == {}


def test_a_jobs_history_says_what_happened(database, encodes, now):
    with database.begin() as db:
        job = db.get_one(Job, encodes[0])
        cancel_job(db, job, actor=SYSTEM, now=now)
        retry_job(db, job, actor=STAFF, now=now)
        db.flush()
        history = load_job_history(db, encodes[0])
    assert [(line.event.name, line.event.actor_kind) for line in history] == [
        ("job.retried", "staff"),
        ("job.cancelled", "system"),
    ]
