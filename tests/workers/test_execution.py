"""One job by its id: taken once, worked on without a transaction, recorded with its claim; each outcome in its row."""

import errno
import threading
from dataclasses import replace
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
from pipeline.storage.folder import FolderStore
from pipeline.storage.keys import package_prefix
from pipeline.storage.store import StoreUnavailable
from tests.fixtures.installation import run_job
from tests.fixtures.panels import statement_of
from tests.workers.test_heartbeat import SometimesAway
from workers.clock import utc_now
from workers.execution import run_next


def _make_due(installation, kind, subject_id):
    with installation.database.begin() as db:
        db.get_one(Job, installation.job(kind, subject_id).id).not_before = None


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


class ActsOnce(FolderStore):
    """A real store that has something else happen before the first thing of a kind is done."""

    def __init__(self, root, method, act):
        super().__init__(root)
        self._method, self._act = method, act

    def put_file(self, key, path, **attributes):
        self._before("put_file")
        super().put_file(key, path, **attributes)

    def fetch_file(self, key, path):
        self._before("fetch_file")
        super().fetch_file(key, path)

    def _before(self, method):
        if method == self._method and self._act is not None:
            act, self._act = self._act, None
            act()


def _with_store(installation, method, act):
    installation.store = ActsOnce(installation.settings.store_folder, method, act)


def test_a_cancelled_job_is_dropped_and_what_it_wrote_removed(installation, recording_id):
    _run(installation, JobKind.INTAKE, recording_id)
    job = installation.job(JobKind.ENCODE, recording_id)

    def cancel():
        with installation.database.begin() as db:
            cancel_job(db, db.get_one(Job, job.id), actor=SYSTEM, now=utc_now())

    _with_store(installation, "put_file", cancel)
    assert _run(installation, JobKind.ENCODE, recording_id).state is JobState.CANCELLED
    assert list(installation.store.list_keys("packages/")) == []
    assert installation.recording(recording_id).package is None


def test_a_worker_told_to_stop_gives_its_job_back_uncounted(installation, recording_id):
    told = threading.Event()
    _with_store(installation, "fetch_file", told.set)
    job = _run(installation, JobKind.INTAKE, recording_id, is_stopping=told.is_set)
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert installation.outbox.sent[-1] == (job.id, Queue.INTERACTIVE)
    assert _run(installation, JobKind.INTAKE, recording_id).state is JobState.DONE


@pytest.mark.slow
def test_a_step_that_hears_nothing_is_given_back_and_its_process_ended(installation, recording_id):
    told, ended = threading.Event(), threading.Event()
    left_behind = []

    def hang():
        told.set()
        assert ended.wait(60)

    def end_process():  # the pool's process would be gone here, and with it the folder's owner
        left_behind.extend(installation.work_folders())
        ended.set()

    _with_store(installation, "fetch_file", hang)
    context = installation.context(is_stopping=told.is_set)
    run_job(replace(context, end_process=end_process), installation.job(JobKind.INTAKE, recording_id).id)
    job = installation.job(JobKind.INTAKE, recording_id)
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert left_behind == []
    assert installation.recording(recording_id).verdict is None


def test_a_worker_told_to_stop_begins_nothing(installation, recording_id):
    run_next(installation.context(is_stopping=lambda: True), Queue.INTERACTIVE)
    assert installation.job(JobKind.INTAKE, recording_id).state is JobState.QUEUED


def test_a_message_of_any_job_begins_the_most_urgent_of_its_queue(installation, recording_id, clips):
    urgent = installation.hand_in(clips(seconds=3), position=2)
    with installation.database.begin() as db:
        job = db.get_one(Job, installation.job(JobKind.INTAKE, urgent).id)
        job.deadline -= timedelta(days=1)
    run_next(installation.context(), Queue.INTERACTIVE)
    assert installation.job(JobKind.INTAKE, urgent).state is JobState.DONE
    assert installation.job(JobKind.INTAKE, recording_id).state is JobState.QUEUED
    run_next(installation.context(), Queue.PACKAGING)
    assert installation.job(JobKind.INTAKE, recording_id).state is JobState.QUEUED


def test_a_store_that_is_away_is_waited_for_longer_each_time_and_is_no_attempt(installation, recording_id):
    def is_away():
        raise StoreUnavailable("The store is away.")

    waits = []
    for _ in range(6):
        _with_store(installation, "fetch_file", is_away)
        _make_due(installation, JobKind.INTAKE, recording_id)
        job = _run(installation, JobKind.INTAKE, recording_id)
        assert (job.state, job.attempt) == (JobState.QUEUED, 0)
        waits.append((job.not_before - job.started_at).total_seconds())
    assert "The store is away." in job.told_operator
    assert all(wait >= least for wait, least in zip(waits, [5, 10, 20, 40, 60, 60], strict=True))
    assert job.waits == 6
    _make_due(installation, JobKind.INTAKE, recording_id)
    done = _run(installation, JobKind.INTAKE, recording_id)
    assert (done.state, done.attempt, done.told_operator) == (JobState.DONE, 1, "")


def test_what_stays_away_for_a_day_fails_with_a_sentence_for_each_reader(installation, recording_id):
    def is_full():
        raise OSError(errno.ENOSPC, "No space left on device")

    with installation.database.begin() as db:
        db.get_one(Job, installation.job(JobKind.INTAKE, recording_id).id).waits = 24 * 60 + 10
    _with_store(installation, "fetch_file", is_full)
    job = _run(installation, JobKind.INTAKE, recording_id)
    assert job.state is JobState.FAILED
    assert "could not be checked" in job.told_staff
    assert "No space left on device" in job.told_operator
    with installation.database.read() as db:
        assert db.scalars(select(Event.facts).where(Event.name == "job.failed")).one()["code"] == "disk_full"


def test_a_result_is_recorded_once_the_records_are_back(installation, recording_id):
    context = installation.context()
    records = SometimesAway(installation.database.url)
    context = replace(context, database=records)

    def go_away():
        records.is_away = True
        threading.Timer(1.0, setattr, (records, "is_away", False)).start()

    _with_store(installation, "fetch_file", go_away)
    run_job(replace(context, store=installation.store), installation.job(JobKind.INTAKE, recording_id).id)
    records.close()
    job = installation.job(JobKind.INTAKE, recording_id)
    assert (job.state, job.attempt) == (JobState.DONE, 1)
    with installation.database.read() as db:
        assert len(db.scalars(select(Event).where(Event.name == "recording.accepted")).all()) == 1


def test_an_attempt_that_lost_its_claim_records_nothing(installation, recording_id):
    job = installation.job(JobKind.INTAKE, recording_id)
    stolen = []

    def steal():
        with installation.database.begin() as db:
            row = db.get_one(Job, job.id)
            row.state, row.lease_token = JobState.QUEUED, None
            db.flush()
            stolen.append(claim_job(db, job.id, now=utc_now(), lease_seconds=60))

    _with_store(installation, "fetch_file", steal)
    job = _run(installation, JobKind.INTAKE, recording_id)
    assert (job.state, job.lease_token) == (JobState.RUNNING, stolen[0].token)
    assert installation.recording(recording_id).verdict is None


def test_a_package_lies_under_the_name_of_its_attempt(installation, recording_id):
    _run(installation, JobKind.INTAKE, recording_id)
    job = _run(installation, JobKind.ENCODE, recording_id)
    assert installation.recording(recording_id).package_prefix == package_prefix(job.lease_token)
