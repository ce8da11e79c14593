"""One job by its id: taken once, worked on without a transaction, recorded with its claim; each outcome in its row."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from pipeline.domain.findings import Verdict
from pipeline.domain.jobs import MAX_ATTEMPTS, JobKind, JobState, Queue
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Event, Job, Recording, StepResult
from pipeline.services.claims import claim_job
from pipeline.services.events import SYSTEM
from pipeline.services.jobs import cancel_job
from pipeline.storage.keys import package_prefix
from tests.fixtures.panels import statement_of
from workers.clock import utc_now
from workers.execution import run_job


def _run(installation, kind, subject_id, **options):
    job = installation.job(kind, subject_id)
    run_job(installation.context(**options), job.id)
    return installation.job(kind, subject_id)


@pytest.fixture
def recording_id(installation, clips):
    return installation.hand_in(clips(seconds=3))


def test_a_good_recording_goes_from_received_to_watchable(installation, recording_id):
    assert _run(installation, JobKind.INTAKE, recording_id).state is JobState.DONE
    assert installation.outbox.sent[-1][1] is Queue.ENCODE
    assert _run(installation, JobKind.ENCODE, recording_id).state is JobState.DONE
    recording = installation.recording(recording_id)
    assert (recording.verdict, round(recording.duration_seconds)) == (Verdict.ACCEPTED, 3)
    assert installation.store.stat(recording.package_prefix + recording.package["poster_uri"]) is not None
    with installation.database.read() as db:
        assert statement_of(db, "MW").state is StatementState.IN_REVIEW
        names = db.scalars(select(Event.name).order_by(Event.id)).all()[-3:]
    assert names == ["recording.received", "recording.accepted", "recording.packaged"]
    assert installation.work_folders() == []


def test_a_bad_recording_is_an_answer_and_no_failure(installation, tmp_path):
    (tmp_path / "letter.mp4").write_text("This is no video.")
    recording_id = installation.hand_in(tmp_path / "letter.mp4")
    assert _run(installation, JobKind.INTAKE, recording_id).state is JobState.DONE
    recording = installation.recording(recording_id)
    assert recording.verdict is Verdict.REFUSED
    with installation.database.read() as db:
        assert statement_of(db, "MW").state is StatementState.SENT_BACK
        assert db.scalars(select(Job).where(Job.kind == JobKind.ENCODE)).all() == []


def test_a_doubled_message_does_nothing_twice(installation, recording_id):
    first = _run(installation, JobKind.INTAKE, recording_id)
    second = _run(installation, JobKind.INTAKE, recording_id)
    assert (first.attempt, second.attempt) == (1, 1)
    with installation.database.read() as db:
        assert len(db.scalars(select(Event).where(Event.name == "recording.accepted")).all()) == 1


def test_the_same_bytes_are_checked_and_encoded_once(installation, recording_id, clips):
    for kind in (JobKind.INTAKE, JobKind.ENCODE):
        _run(installation, kind, recording_id)
    again = installation.hand_in(clips(seconds=3), position=2)
    installation.store.delete_prefix("originals/")  # nobody needs to read it again
    for kind in (JobKind.INTAKE, JobKind.ENCODE):
        assert _run(installation, kind, again).state is JobState.DONE
    assert installation.recording(again).package_prefix == installation.recording(recording_id).package_prefix


def test_a_kept_package_whose_files_are_gone_is_made_again(installation, recording_id, clips):
    for kind in (JobKind.INTAKE, JobKind.ENCODE):
        _run(installation, kind, recording_id)
    lost = installation.recording(recording_id).package_prefix
    installation.store.delete_prefix(lost)
    again = installation.hand_in(clips(seconds=3), position=2)
    for kind in (JobKind.INTAKE, JobKind.ENCODE):
        _run(installation, kind, again)
    prefix = installation.recording(again).package_prefix
    assert prefix != lost
    with installation.database.read() as db:
        assert db.scalars(select(StepResult.prefix).where(StepResult.step == "encode")).all() == [prefix]


def test_a_missing_original_fails_at_once_with_a_sentence_for_each_reader(installation, recording_id):
    installation.store.delete(installation.recording(recording_id).original_key)
    job = _run(installation, JobKind.INTAKE, recording_id)
    assert (job.state, job.attempt) == (JobState.FAILED, 1)
    assert "could not be checked" in job.told_staff
    assert "gone from the store" in job.told_operator


def test_a_passing_fault_is_tried_three_times_and_leaves_nothing_behind(installation, recording_id):
    key = installation.recording(recording_id).original_key
    installation.store.put_bytes(key, b"cut short", content_type="application/octet-stream")
    for attempt in range(1, MAX_ATTEMPTS + 1):
        job = _run(installation, JobKind.INTAKE, recording_id)
        assert job.attempt == attempt
    assert job.state is JobState.FAILED
    assert "Attempt 3 of 3" in job.told_operator
    assert installation.work_folders() == []


def test_a_fault_in_our_own_code_names_its_place_and_no_contents(installation, recording_id):
    _run(installation, JobKind.INTAKE, recording_id)
    with installation.database.begin() as db:
        db.get_one(Recording, recording_id).report = {"verdict": "Jane Doe"}
    job = _run(installation, JobKind.ENCODE, recording_id)
    assert "KeyError at" in job.told_operator
    assert "report.py" in job.told_operator
    assert "Jane" not in job.told_operator


def test_a_cancelled_job_is_dropped_and_what_it_wrote_removed(installation, recording_id):
    _run(installation, JobKind.INTAKE, recording_id)
    job = installation.job(JobKind.ENCODE, recording_id)

    def cancel_once_something_is_stored():
        if any(installation.store.list_keys("packages/")):
            with installation.database.begin() as db:
                row = db.get_one(Job, job.id)
                if row.state is JobState.RUNNING:
                    cancel_job(db, row, actor=SYSTEM, now=utc_now())
            time.sleep(1)  # the heartbeat hears of it
        return False

    ended = _run(installation, JobKind.ENCODE, recording_id, is_stopping=cancel_once_something_is_stored)
    assert ended.state is JobState.CANCELLED
    assert list(installation.store.list_keys("packages/")) == []
    assert installation.recording(recording_id).package is None


def test_a_worker_told_to_stop_gives_its_job_back_uncounted(installation, recording_id):
    asked = iter([False, False, True])
    job = _run(installation, JobKind.INTAKE, recording_id, is_stopping=lambda: next(asked, True))
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert installation.outbox.sent[-1] == (job.id, Queue.INTERACTIVE)
    assert _run(installation, JobKind.INTAKE, recording_id).state is JobState.DONE


def test_an_attempt_that_lost_its_claim_records_nothing(installation, recording_id):
    job = installation.job(JobKind.INTAKE, recording_id)
    stolen = []

    def steal_once():
        if not stolen:
            stolen.append(True)
            return False
        with installation.database.begin() as db:
            row = db.get_one(Job, job.id)
            if row.state is JobState.RUNNING and len(stolen) == 1:
                row.state, row.lease_token, row.lease_until = JobState.QUEUED, None, None
                db.flush()
                stolen.append(claim_job(db, job.id, now=utc_now(), lease_seconds=60))
        return False

    job = _run(installation, JobKind.INTAKE, recording_id, is_stopping=steal_once)
    assert (job.state, job.lease_token) == (JobState.RUNNING, stolen[1].token)
    assert installation.recording(recording_id).verdict is None
    assert job.lease_until > utc_now() - timedelta(seconds=60)


def test_a_package_lies_under_the_name_of_its_attempt(installation, recording_id):
    _run(installation, JobKind.INTAKE, recording_id)
    job = _run(installation, JobKind.ENCODE, recording_id)
    assert installation.recording(recording_id).package_prefix == package_prefix(job.lease_token)
