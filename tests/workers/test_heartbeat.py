"""A claim stays alive while its step works, and the step hears when it should end."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from pipeline.domain.jobs import JobKind
from pipeline.records.database import Database
from pipeline.records.tables import Job
from pipeline.services.claims import LeaseLost, claim_job
from pipeline.services.events import SYSTEM
from pipeline.services.jobs import cancel_job, queue_job
from pipeline.services.sweeps import sweep_jobs
from workers.clock import utc_now
from workers.heartbeat import Heartbeat, WorkerStopping

LEASE = 0.5


@pytest.fixture
def claim(database):
    with database.begin() as db:
        job = queue_job(db, JobKind.ENCODE, 1, now=utc_now())
        return claim_job(db, job.id, now=utc_now(), lease_seconds=LEASE)


def _heartbeat(database, claim, is_stopping=lambda: False):
    return Heartbeat(database, claim, beat_seconds=0.1, lease_seconds=LEASE, is_stopping=is_stopping)


def _sweep(database):
    with database.begin() as db:
        return sweep_jobs(db, now=utc_now(), resend_seconds=60)


def _eventually(error, call):
    until = time.monotonic() + 5
    with pytest.raises(error):
        while time.monotonic() < until:
            call()
            time.sleep(0.02)


def test_a_long_step_keeps_its_claim(database, claim):
    with _heartbeat(database, claim) as heartbeat:
        until = time.monotonic() + 3 * LEASE
        while time.monotonic() < until:
            heartbeat.report(0.4, "encoding")
            assert _sweep(database) == ()
            time.sleep(0.05)
    with database.read() as db:
        job = db.get_one(Job, claim.job_id)
        assert (job.progress, job.stage) == (0.4, "encoding")
        assert job.lease_until > utc_now() - timedelta(seconds=LEASE)


def test_a_cancelled_step_hears_of_it(database, claim):
    with _heartbeat(database, claim) as heartbeat:
        heartbeat.report(0.1, "encoding")
        with database.begin() as db:
            cancel_job(db, db.get_one(Job, claim.job_id), actor=SYSTEM, now=utc_now())
        _eventually(LeaseLost, lambda: heartbeat.report(0.2, "encoding"))


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


def test_records_that_are_away_for_a_moment_do_not_end_the_work(database, claim):
    records = SometimesAway(database.url)
    records.is_away = True
    with _heartbeat(records, claim) as heartbeat:
        time.sleep(0.3)
        heartbeat.report(0.1, "encoding")
        records.is_away = False
        time.sleep(0.3)
        heartbeat.report(0.2, "encoding")
    records.close()
    with database.read() as db:
        assert db.get_one(Job, claim.job_id).lease_until > utc_now()
