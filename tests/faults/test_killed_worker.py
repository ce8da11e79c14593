"""`kill -9` in the middle of an encode: nothing keeps running, nothing is lost, and the job is done once."""

import os
import signal
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Event
from tests.fixtures.programs import script
from tests.fixtures.worker_processes import descendants, eventually, kill_hard, still_running

pytestmark = pytest.mark.slow

QUEUES = ("--queue", "interactive", "--queue", "encode", "--concurrency", "1")


@contextmanager
def long_encodes(installation):
    """Encodes that begin inside the block read their recording as slowly as it plays, to be killed in the middle."""
    folder = installation.settings.data_dir.parent
    (slow := folder / "slow").touch()
    body = f"""
        case "$*" in *libx264*) [ -e {slow} ] && exec ffmpeg -readrate 1 "$@" ;; esac
        exec ffmpeg "$@"
    """
    media = installation.settings.media.model_copy(update={"ffmpeg": script(folder, body, "slow-ffmpeg")})
    installation.settings = installation.settings.model_copy(update={"media": media})
    yield
    slow.unlink()


def _is_in_mid_encode(installation, worker, recording_id):
    job = installation.job(JobKind.ENCODE, recording_id)
    is_encoding = job.state is JobState.RUNNING and job.stage == "encoding" and job.progress > 0.1
    return is_encoding and "ffmpeg" in descendants(worker.pid).values()


def another_machine(installation):
    """Where nothing is shared but records, broker and store, another machine goes on with the work."""
    return "" if installation.settings.store.kind == "folder" else "another"


def test_a_killed_worker_leaves_no_ffmpeg_and_its_job_is_finished_once(processes, clips):
    installation = processes.installation
    with long_encodes(installation):
        processes.start_broker()
        processes.start("scheduler")
        worker = processes.start("worker", *QUEUES)
        recording_id = installation.hand_in(clips(seconds=20))
        installation.wait_for(JobKind.INTAKE, recording_id, JobState.DONE)
        eventually(lambda: _is_in_mid_encode(installation, worker, recording_id), because="never in mid-encode")
        interrupted = installation.job(JobKind.ENCODE, recording_id)
        family = descendants(worker.pid)

        kill_hard(worker)

    eventually(lambda: not still_running(family), seconds=5, because=f"still running: {still_running(family)}")
    assert installation.recording(recording_id).package is None
    processes.start("worker", "--queue", "encode", machine=another_machine(installation))
    job = installation.wait_for(JobKind.ENCODE, recording_id, JobState.DONE, seconds=120)
    assert (job.id, job.attempt) == (interrupted.id, 2)
    assert job.lease_token != interrupted.lease_token
    with installation.database.read() as db:
        assert len(db.scalars(select(Event).where(Event.name == "recording.packaged")).all()) == 1
    prefixes = {key.split("/")[1] for key in installation.store.list_keys("packages/")}
    assert prefixes == {job.lease_token}
    eventually(lambda: installation.work_folders() == [], because="work folders were left behind")


def test_a_killed_pool_process_loses_nothing_either(sqlite_processes, clips):
    processes, installation = sqlite_processes, sqlite_processes.installation
    with long_encodes(installation):
        processes.start_broker()
        processes.start("scheduler")
        worker = processes.start("worker", *QUEUES)
        recording_id = installation.hand_in(clips(seconds=20))
        installation.wait_for(JobKind.INTAKE, recording_id, JobState.DONE)
        eventually(lambda: _is_in_mid_encode(installation, worker, recording_id), because="never in mid-encode")
        family = descendants(worker.pid)
        (pool_process,) = [pid for pid in family if "ffmpeg" in descendants(pid).values()]

        os.kill(pool_process, signal.SIGKILL)

    ffmpeg = {pid: name for pid, name in family.items() if name == "ffmpeg"}
    eventually(lambda: not still_running(ffmpeg), seconds=5, because="ffmpeg outlived its pool process")
    job = installation.wait_for(JobKind.ENCODE, recording_id, JobState.DONE, seconds=120)
    assert job.attempt == 2


def test_a_broker_that_is_killed_and_forgets_everything_loses_no_job(sqlite_processes, clips):
    processes, installation = sqlite_processes, sqlite_processes.installation
    broker = processes.start_broker()
    processes.start("scheduler")
    worker = processes.start("worker", *QUEUES)
    before = installation.hand_in(clips(seconds=3))
    installation.wait_for(JobKind.ENCODE, before, JobState.DONE)

    kill_hard(broker)

    meanwhile = installation.hand_in(clips(seconds=4), position=2)
    processes.start_broker()
    installation.wait_for(JobKind.ENCODE, meanwhile, JobState.DONE)
    assert worker.is_running()
