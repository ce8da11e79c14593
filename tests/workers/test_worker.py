"""A real worker on a real broker: from a recording handed in to its package, and a clean end."""

import json

import pytest

from pipeline.domain.jobs import JobKind, JobState, Queue
from pipeline.services.running_parts import running_parts
from tests.fixtures.worker_processes import descendants, eventually, still_running
from workers.app import make_celery
from workers.clock import utc_now
from workers.producer import CeleryProducer
from workers.queue_depths import waiting_messages

pytestmark = pytest.mark.slow

QUEUES = ("--queue", "interactive", "--queue", "encode", "--concurrency", "1")


def _send(installation, kind, subject_id):
    queue = Queue.INTERACTIVE if kind is JobKind.INTAKE else Queue.ENCODE
    producer = CeleryProducer(installation.settings)
    producer.send(installation.job(kind, subject_id).id, queue)
    producer.close()


def _take_without_acknowledging(settings, queue):
    """What a worker does that is killed between the broker's answer and its own."""
    with make_celery(settings).connection_for_read() as connection, connection.channel() as channel:
        assert channel.basic_get(queue.value) is not None
        channel.qos.restore_at_shutdown = False
    assert waiting_messages(settings, queue) == 0


def _parts(installation):
    with installation.database.read() as db:
        return running_parts(db, now=utc_now())


def test_a_recording_is_checked_and_encoded_without_any_scheduler(processes, clips):
    installation = processes.installation
    processes.start_broker()
    processes.start("worker", *QUEUES)
    recording_id = installation.hand_in(clips(seconds=3))
    _send(installation, JobKind.INTAKE, recording_id)
    job = installation.wait_for(JobKind.ENCODE, recording_id, JobState.DONE)
    assert job.attempt == 1
    assert installation.recording(recording_id).package is not None
    assert installation.work_folders() == []


def test_jobs_queued_while_broker_and_worker_were_away_are_found_by_the_scheduler(brokered_processes, clips):
    installation = brokered_processes.installation
    recording_id = installation.hand_in(clips(seconds=3))  # its message went nowhere
    brokered_processes.start_broker()
    brokered_processes.start("worker", *QUEUES)
    brokered_processes.start("scheduler")
    assert installation.wait_for(JobKind.ENCODE, recording_id, JobState.DONE).attempt == 1
    assert installation.recording(recording_id).package is not None


def test_a_message_that_was_lost_with_its_worker_delays_its_job_by_a_sweep(sqlite_processes, clips):
    installation = sqlite_processes.installation
    sqlite_processes.start_broker()
    recording_id = installation.hand_in(clips(seconds=3))
    _send(installation, JobKind.INTAKE, recording_id)
    _take_without_acknowledging(installation.settings, Queue.INTERACTIVE)
    sqlite_processes.start("worker", "--queue", "interactive")
    sqlite_processes.start("scheduler")
    job = installation.wait_for(JobKind.INTAKE, recording_id, JobState.DONE)
    # Not after the broker's own time for such messages, which is a day.
    assert job.attempt == 1


def test_messages_that_are_doubled_begin_nothing_twice(brokered_processes, clips):
    installation = brokered_processes.installation
    brokered_processes.start_broker()
    recording_id = installation.hand_in(clips(seconds=3))
    for _ in range(5):
        _send(installation, JobKind.INTAKE, recording_id)
    brokered_processes.start("worker", "--queue", "interactive")
    installation.wait_for(JobKind.INTAKE, recording_id, JobState.DONE)
    eventually(lambda: waiting_messages(installation.settings, Queue.INTERACTIVE) == 0, because="messages were left")
    brokered_processes.stop_all()
    assert brokered_processes.log("worker").count('"job.started"') == 1


def test_rabbitmq_is_one_setting_and_tells_how_much_waits(rabbitmq_processes, clips):
    installation = rabbitmq_processes.installation
    recording_id = installation.hand_in(clips(seconds=3))  # its message went nowhere
    assert waiting_messages(installation.settings, Queue.INTERACTIVE) == 0
    rabbitmq_processes.start("scheduler")
    eventually(lambda: waiting_messages(installation.settings, Queue.INTERACTIVE) == 1, because="nothing was sent")
    worker = rabbitmq_processes.start("worker", *QUEUES)
    assert installation.wait_for(JobKind.ENCODE, recording_id, JobState.DONE).attempt == 1
    assert worker.stop(60) == 0
    assert [part.kind for part in _parts(installation)] == ["scheduler"]


def test_told_to_stop_it_gives_its_job_back_and_ends(brokered_processes, clips):
    installation = brokered_processes.installation
    brokered_processes.start_broker()
    worker = brokered_processes.start("worker", "--queue", "interactive")
    recording_id = installation.hand_in(clips(seconds=40, size="640x360"))
    _send(installation, JobKind.INTAKE, recording_id)
    installation.wait_for(JobKind.INTAKE, recording_id, JobState.RUNNING)
    eventually(lambda: "ffmpeg" in descendants(worker.pid).values(), because="no ffmpeg was seen")
    family = descendants(worker.pid)
    (part,) = _parts(installation)
    assert (part.queues, part.is_alive, part.is_stopping, part.jobs) == ((Queue.INTERACTIVE,), True, False, 1)
    assert worker.stop(60) == 0
    job = installation.job(JobKind.INTAKE, recording_id)
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert still_running(family) == {}
    assert installation.work_folders() == []
    assert list(_parts(installation)) == []


def test_its_log_is_json_lines_with_ids_and_no_names(sqlite_processes, clips):
    installation = sqlite_processes.installation
    sqlite_processes.start_broker()
    sqlite_processes.start("worker")
    recording_id = installation.hand_in(clips(seconds=3))
    _send(installation, JobKind.INTAKE, recording_id)
    installation.wait_for(JobKind.ENCODE, recording_id, JobState.DONE)
    eventually(lambda: sqlite_processes.log("worker").count('"job.done"') == 2, because="it did not log what it did")
    log = sqlite_processes.log("worker")
    events = [json.loads(line) for line in log.splitlines()]
    done = [event for event in events if event["event"] == "job.done"]
    assert [(event["kind"], event["subject_id"]) for event in done] == [
        ("intake", recording_id),
        ("encode", recording_id),
    ]
    assert "Speaker 1" not in log
    assert "Organisation" not in log
