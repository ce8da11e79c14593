"""A claim stays alive while its step works, and the step hears when it should end."""

import threading
import time

import pytest
from sqlalchemy.exc import OperationalError

from pipeline.domain.jobs import JobKind
from pipeline.processes import run_program
from pipeline.records.database import Database
from pipeline.records.tables import Job
from pipeline.services.claims import LeaseLost, claim_job
from pipeline.services.events import SYSTEM
from pipeline.services.jobs import cancel_job, queue_job
from workers.clock import utc_now
from workers.heartbeat import Heartbeat, WorkerStopping

LEASE = 0.5


@pytest.fixture
def claim(database):
    with database.begin() as db:
        job = queue_job(db, JobKind.ENCODE, 1, now=utc_now())
        return claim_job(db, job.id, now=utc_now(), lease_seconds=LEASE)


def _heartbeat(database, claim, is_stopping=lambda: False, beat_seconds=0.1, drain_seconds=0.0):
    return Heartbeat(
        database,
        claim,
        beat_seconds=beat_seconds,
        lease_seconds=LEASE,
        drain_seconds=drain_seconds,
        is_stopping=is_stopping,
    )


def _job(database, claim):
    with database.read() as db:
        return db.get_one(Job, claim.job_id)


def _cancel(database, claim):
    with database.begin() as db:
        cancel_job(db, db.get_one(Job, claim.job_id), actor=SYSTEM, now=utc_now())


def _until(condition, seconds=10):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def _eventually(error, call):
    until = time.monotonic() + 10
    with pytest.raises(error):
        while time.monotonic() < until:
            call()
            time.sleep(0.02)


def test_a_long_step_beats_and_says_how_far_it_is(database, claim):
    with _heartbeat(database, claim) as heartbeat:
        heartbeat.report(0.4, "encoding")
        _until(lambda: _job(database, claim).beats >= 3)
    job = _job(database, claim)
    assert (job.progress, job.stage) == (0.4, "encoding")
    assert job.lease_until > job.started_at


def test_a_cancelled_step_hears_of_it(database, claim):
    with _heartbeat(database, claim) as heartbeat:
        heartbeat.report(0.1, "encoding")
        _cancel(database, claim)
        _eventually(LeaseLost, lambda: heartbeat.report(0.2, "encoding"))


def test_a_cancelled_step_that_waits_for_a_silent_program_loses_it_within_seconds(sqlite_database):
    with sqlite_database.begin() as db:
        job = queue_job(db, JobKind.ENCODE, 1, now=utc_now())
        claim = claim_job(db, job.id, now=utc_now(), lease_seconds=60)
    with _heartbeat(sqlite_database, claim, beat_seconds=30) as heartbeat:  # long before the next beat is due
        threading.Timer(0.1, _cancel, (sqlite_database, claim)).start()
        began = time.monotonic()
        assert run_program(["sleep", "60"], deadline_seconds=90).was_killed
        with pytest.raises(LeaseLost):
            heartbeat.check()
    assert time.monotonic() - began < 30


def test_a_step_has_time_to_finish_when_its_worker_is_told_to_stop(sqlite_database):
    with sqlite_database.begin() as db:
        job = queue_job(db, JobKind.ENCODE, 1, now=utc_now())
        claim = claim_job(db, job.id, now=utc_now(), lease_seconds=60)
    with _heartbeat(sqlite_database, claim, lambda: True, drain_seconds=0.5) as heartbeat:
        heartbeat.report(0.1, "encoding")
        _eventually(WorkerStopping, heartbeat.check)


def test_a_step_hears_that_its_worker_is_told_to_stop(database, claim):
    stop = threading.Event()
    with _heartbeat(database, claim, stop.is_set) as heartbeat:
        heartbeat.report(0.1, "encoding")
        stop.set()
        with pytest.raises(WorkerStopping):
            heartbeat.report(0.2, "encoding")


class SometimesAway(Database):
    """Real records that can be made to fail as they do when the server is away."""

    is_away = False

    def begin(self):
        if self.is_away:
            raise OperationalError("BEGIN", {}, ConnectionError())
        return super().begin()


def test_records_that_are_away_do_not_end_the_work(database, claim):
    records = SometimesAway(database.url)
    records.is_away = True
    with _heartbeat(records, claim) as heartbeat:
        time.sleep(2 * LEASE)
        heartbeat.report(0.1, "encoding")
        records.is_away = False
        _until(lambda: _job(database, claim).beats >= 1)
        heartbeat.report(0.2, "encoding")
    records.close()
