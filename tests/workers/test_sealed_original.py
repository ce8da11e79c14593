"""A sealed original from the worker's side: checked like any other with its master key, waited for without it."""

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from config.settings import OriginalSettings
from pipeline.domain.findings import Verdict
from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Job
from pipeline.services.original_keys import seal_original
from pipeline.storage.sealing import new_master_key
from tests.fixtures.clock import NOW
from tests.fixtures.installation import run_job

pytestmark = pytest.mark.slow


def with_key(installation, key):
    originals = OriginalSettings(master_keys=SecretStr(key))
    installation.settings = installation.settings.model_copy(update={"originals": originals})
    return installation.context()


def test_a_worker_opens_it_with_the_master_key_and_waits_without(sqlite_installation, clips):
    recording_id = sqlite_installation.hand_in(clips(seconds=2))
    key = new_master_key()
    context = with_key(sqlite_installation, key)
    work_dir = sqlite_installation.settings.work_dir / "sealing"
    assert seal_original(context.database, context.originals, recording_id, work_dir=work_dir, now=NOW)
    job_id = sqlite_installation.job(JobKind.INTAKE, recording_id).id
    run_job(with_key(sqlite_installation, new_master_key()), job_id)
    waiting = sqlite_installation.job(JobKind.INTAKE, recording_id)
    assert (waiting.state, waiting.attempt) == (JobState.QUEUED, 0)
    assert "master key" in waiting.told_operator
    with sqlite_installation.database.begin() as db:
        db.execute(update(Job).values(not_before=None))
    run_job(with_key(sqlite_installation, key), job_id)
    assert sqlite_installation.job(JobKind.INTAKE, recording_id).state is JobState.DONE
    assert sqlite_installation.recording(recording_id).verdict in set(Verdict)
    assert not (sqlite_installation.settings.work_dir / "original").exists()
