"""What the scheduler does in each round, and that one chore's trouble keeps no other from being done."""

import os
from datetime import timedelta

import pytest

from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Job, Upload
from pipeline.services.claims import claim_job
from pipeline.services.uploads import begin_upload
from pipeline.storage.folder import FolderStore
from pipeline.storage.keys import package_prefix, under
from pipeline.storage.spool import Spool
from pipeline.storage.store import StoreUnavailable
from tests.fixtures.panels import STAFF, statement_of
from workers.clock import utc_now
from workers.scheduler import Scheduler


class StoreAway(FolderStore):
    """A store that answers nothing that changes it."""

    def delete_prefix(self, prefix):
        raise StoreUnavailable("The store is away.")

    def put_file(self, key, path, **attributes):
        raise StoreUnavailable("The store is away.")


@pytest.fixture
def scheduler(installation):
    return Scheduler(installation.settings, installation.database, installation.store, installation.outbox)


@pytest.fixture
def dead_attempt(installation, clips):
    """A job whose worker stopped beating an hour ago, with what it had written."""
    recording_id = installation.hand_in(clips(seconds=3))
    job = installation.job(JobKind.INTAKE, recording_id)
    with installation.database.begin() as db:
        claim = claim_job(db, job.id, now=utc_now() - timedelta(hours=1), lease_seconds=5)
    key = under(package_prefix(claim.token), "v180.mp4")
    installation.store.put_bytes(key, b"half a package", content_type="video/mp4")
    (installation.settings.work_dir / claim.token).mkdir(parents=True)
    return claim


def test_what_stopped_beating_is_sent_again_and_what_it_wrote_removed(installation, scheduler, dead_attempt):
    scheduler.run_round()
    with installation.database.read() as db:
        assert db.get_one(Job, dead_attempt.job_id).state is JobState.QUEUED
    assert [job_id for job_id, _queue in installation.outbox.sent] == [dead_attempt.job_id]
    assert list(installation.store.list_keys("packages/")) == []
    assert installation.work_folders() == []


def test_what_still_beats_is_left_alone(installation, scheduler, clips):
    recording_id = installation.hand_in(clips(seconds=3))
    job = installation.job(JobKind.INTAKE, recording_id)
    with installation.database.begin() as db:
        claim = claim_job(db, job.id, now=utc_now(), lease_seconds=60)
    (installation.settings.work_dir / claim.token).mkdir(parents=True)
    scheduler.run_round()
    assert installation.outbox.sent == []
    assert installation.work_folders() == [claim.token]


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
    scheduler.run_round()
    with installation.database.read() as db:
        assert db.query(Upload).all() == []
    assert name not in spool.names()


def test_a_store_that_is_away_keeps_no_job_from_being_sent_again(installation, dead_attempt):
    store = StoreAway(installation.settings.store_folder)
    scheduler = Scheduler(installation.settings, installation.database, store, installation.outbox)
    scheduler.run_round()
    assert [job_id for job_id, _queue in installation.outbox.sent] == [dead_attempt.job_id]
