"""A real worker on a real broker: from a recording handed in to its package, and a clean end."""

import json

import pytest

from pipeline.domain.jobs import JobKind, JobState, Queue
from tests.fixtures.worker_processes import descendants, eventually, still_running
from workers.producer import CeleryProducer

pytestmark = pytest.mark.slow


def _send(installation, kind, subject_id):
    queue = Queue.INTERACTIVE if kind is JobKind.INTAKE else Queue.ENCODE
    producer = CeleryProducer(installation.settings)
    producer.send(installation.job(kind, subject_id).id, queue)
    producer.close()


def test_a_recording_is_checked_and_encoded_without_any_scheduler(installation, processes, clips):
    processes.start_broker()
    processes.start("worker")
    recording_id = installation.hand_in(clips(seconds=3))
    _send(installation, JobKind.INTAKE, recording_id)
    job = installation.wait_for(JobKind.ENCODE, recording_id, JobState.DONE)
    assert job.attempt == 1
    assert installation.recording(recording_id).package is not None
    assert installation.work_folders() == []


def test_jobs_queued_while_broker_and_worker_were_away_are_found_by_the_scheduler(sqlite_processes, clips):
    installation = sqlite_processes.installation
    recording_id = installation.hand_in(clips(seconds=3))  # its message went nowhere
    sqlite_processes.start_broker()
    sqlite_processes.start("worker")
    sqlite_processes.start("scheduler")
    installation.wait_for(JobKind.ENCODE, recording_id, JobState.DONE)


def test_a_broker_of_ones_own_is_one_setting(sqlite_processes, clips):
    installation = sqlite_processes.installation
    recording_id = installation.hand_in(clips(seconds=3))
    sqlite_processes.start_broker_with_port()
    sqlite_processes.start("worker", "--queue", "interactive")
    sqlite_processes.start("worker", "--queue", "encode")
    sqlite_processes.start("scheduler")
    installation.wait_for(JobKind.ENCODE, recording_id, JobState.DONE)
    assert not installation.settings.broker_socket.exists()


def test_told_to_stop_it_gives_its_job_back_and_ends(sqlite_processes, clips):
    installation = sqlite_processes.installation
    sqlite_processes.start_broker()
    worker = sqlite_processes.start("worker", "--queue", "interactive")
    recording_id = installation.hand_in(clips(seconds=40, size="640x360"))
    _send(installation, JobKind.INTAKE, recording_id)
    installation.wait_for(JobKind.INTAKE, recording_id, JobState.RUNNING)
    eventually(lambda: "ffmpeg" in descendants(worker.pid).values(), because="no ffmpeg was seen")
    family = descendants(worker.pid)
    assert worker.stop(60) == 0
    job = installation.job(JobKind.INTAKE, recording_id)
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert still_running(family) == {}
    assert installation.work_folders() == []


def test_its_log_is_json_lines_with_ids_and_no_names(sqlite_processes, clips):
    installation = sqlite_processes.installation
    sqlite_processes.start_broker()
    sqlite_processes.start("worker")
    recording_id = installation.hand_in(clips(seconds=3))
    _send(installation, JobKind.INTAKE, recording_id)
    installation.wait_for(JobKind.ENCODE, recording_id, JobState.DONE)
    log = sqlite_processes.log("worker")
    events = [json.loads(line) for line in log.splitlines()]
    done = [event for event in events if event["event"] == "job.done"]
    assert [(event["kind"], event["subject_id"]) for event in done] == [
        ("intake", recording_id),
        ("encode", recording_id),
    ]
    assert "Speaker 1" not in log
    assert "Organisation" not in log
