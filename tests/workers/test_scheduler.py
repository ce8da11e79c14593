"""What the scheduler does in each round, and that one chore's trouble keeps no other from being done."""

import os
import time
from datetime import timedelta

import pytest

from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.mails import MailKind
from pipeline.records.tables import Job, Mail, Upload
from pipeline.services.claims import beat_job, claim_job
from pipeline.services.links import issue_link
from pipeline.services.uploads import begin_upload
from pipeline.storage.folder import FolderStore
from pipeline.storage.keys import package_prefix, under
from pipeline.storage.spool import Spool
from pipeline.storage.store import StoreUnavailable
from tests.fixtures.panels import STAFF, statement_of
from tests.fixtures.worker_processes import eventually
from workers.clock import utc_now
from workers.scheduler import Scheduler
from workers.silence import SilenceWatch


class StoreAway(FolderStore):
    """A store that answers nothing that changes it."""

    def delete_prefix(self, prefix):
        raise StoreUnavailable("The store is away.")

    def put_file(self, key, path, **attributes):
        raise StoreUnavailable("The store is away.")


class Broker:
    """A queue's depth as a broker would tell it: what was sent and not taken."""

    def __init__(self, outbox):
        self.outbox = outbox
        self.taken = 0
        self.is_away = False

    def __call__(self, queue):
        return None if self.is_away else len([sent for sent in self.outbox.sent if sent[1] is queue]) - self.taken


@pytest.fixture
def broker(installation):
    return Broker(installation.outbox)


@pytest.fixture
def scheduler(installation, broker):
    jobs = installation.settings.jobs.model_copy(update={"lease_seconds": 0.2, "heartbeat_seconds": 0.1})
    settings = installation.settings.model_copy(update={"jobs": jobs})
    return Scheduler(settings, installation.database, installation.store, installation.outbox, broker)


def _watch_until(scheduler, condition):
    eventually(lambda: scheduler.sweep_round() or condition(), because="nothing was taken back")
    scheduler.chore_round()


def _state(installation, claim):
    with installation.database.read() as db:
        return db.get_one(Job, claim.job_id).state


@pytest.fixture
def dead_attempt(installation, clips):
    """A job whose worker does not beat, with what it had written."""
    recording_id = installation.hand_in(clips(seconds=3))
    job = installation.job(JobKind.INTAKE, recording_id)
    with installation.database.begin() as db:
        claim = claim_job(db, job.id, now=utc_now(), lease_seconds=5)
    key = under(package_prefix(claim.token), "v180.mp4")
    installation.store.put_bytes(key, b"half a package", content_type="video/mp4")
    (installation.settings.work_dir / claim.token).mkdir(parents=True)
    return claim


def test_what_stopped_beating_is_sent_again_and_what_it_wrote_removed(installation, scheduler, dead_attempt):
    _watch_until(scheduler, lambda: _state(installation, dead_attempt) is JobState.QUEUED)
    assert [job_id for job_id, _queue in installation.outbox.sent] == [dead_attempt.job_id]
    assert list(installation.store.list_keys("packages/")) == []
    assert installation.work_folders() == []


def test_what_beats_is_left_alone_whatever_its_clock_says(installation, scheduler, dead_attempt):
    with installation.database.begin() as db:
        db.get_one(Job, dead_attempt.job_id).lease_until = utc_now() - timedelta(days=1)
    for _ in range(10):
        with installation.database.begin() as db:
            beat_job(db, dead_attempt, now=utc_now() - timedelta(days=1), lease_seconds=5, progress=0, stage="")
        time.sleep(0.1)
        scheduler.sweep_round()
    assert _state(installation, dead_attempt) is JobState.RUNNING
    assert installation.work_folders() == [dead_attempt.token]


def test_each_waiting_job_has_a_message_and_no_more(installation, scheduler, broker, clips):
    installation.hand_in(clips(seconds=3))
    installation.hand_in(clips(seconds=3), position=2)
    broker.is_away = True
    scheduler.sweep_round()
    assert installation.outbox.sent == []
    broker.is_away = False
    scheduler.sweep_round()
    assert len(installation.outbox.sent) == 2
    scheduler.sweep_round()
    assert len(installation.outbox.sent) == 2
    broker.taken = 2  # and lost
    scheduler.sweep_round()
    assert len(installation.outbox.sent) == 4


def test_uploads_whose_time_is_over_are_forgotten(installation, scheduler):
    spool = Spool(installation.settings.spool_dir)
    with installation.database.begin() as db:
        upload = begin_upload(
            db,
            spool,
            statement=statement_of(db, "MW"),
            length_bytes=10,
            max_bytes=100,
            expire_hours=1,
            actor=STAFF,
            now=utc_now() - timedelta(hours=2),
        )
        name = upload.name
    for path in installation.settings.spool_dir.iterdir():
        os.utime(path, (0, 0))
    scheduler.chore_round()
    with installation.database.read() as db:
        assert db.query(Upload).all() == []
    assert name not in spool.names()


def test_what_a_store_that_is_away_keeps_is_removed_when_it_is_back(installation, scheduler, dead_attempt):
    store = scheduler._store
    scheduler._store = StoreAway(installation.settings.store_folder)
    _watch_until(scheduler, lambda: _state(installation, dead_attempt) is JobState.QUEUED)
    assert list(store.list_keys("packages/")) != []
    scheduler._store = store
    scheduler.chore_round()
    assert list(store.list_keys("packages/")) == []


def test_a_scheduler_that_was_stopped_itself_hears_the_others_first():
    seconds = iter([0.0, 1.0, 1000.0, 1001.0, 1002.0])
    watch = SilenceWatch(silent_seconds=3.0, longest_gap_seconds=1.0, clock=lambda: next(seconds))
    assert watch.look({"job": 7}) == {}
    assert watch.look({"job": 7}) == {}
    assert watch.look({"job": 7}) == {}
    assert watch.look({"job": 7}) == {"job": 7}


def test_who_has_not_handed_in_is_reminded_of_the_last_day(installation, scheduler):
    with installation.database.begin() as db:
        statement = statement_of(db, "MW")
        statement.speaker.email = "ana@example.org"
        statement.speaker.country.hand_in_until = utc_now().date() + timedelta(days=1)
        until, begun = utc_now() + timedelta(days=9), utc_now() - timedelta(days=2)
        issue_link(db, statement=statement, expires_at=until, actor=STAFF, now=begun)
    for _ in range(2):
        scheduler.chore_round()
    with installation.database.read() as db:
        assert [mail.kind for mail in db.query(Mail)] == [MailKind.REMINDER]
