"""Jobs as rows: asked for once, claimed by one, accepted only from who holds them, never lost."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import ALLOWED_CHANGES, MAX_ATTEMPTS, JobKind, JobState, Queue
from pipeline.records.tables import Event, Job
from pipeline.services.claims import (
    Failure,
    LeaseLost,
    beat_job,
    check_claim,
    claim_job,
    claim_next,
    fail_job,
    finish_job,
    give_back_job,
)
from pipeline.services.events import SYSTEM
from pipeline.services.jobs import (
    cancel_job,
    cancel_open_jobs,
    jobs_to_send,
    move_job,
    queue_job,
    retry_job,
    send_jobs,
    transaction,
)
from pipeline.services.sweeps import RunningAttempt, announce_due, count_due, running_attempts, take_back_silent

LEASE = 30.0


class Outbox:
    """A producer that keeps what it is told to send."""

    def __init__(self):
        self.sent = []

    def send(self, job_id, queue):
        self.sent.append((job_id, queue))


class AwayBroker:
    """A producer whose broker is away."""

    asked = 0

    def send(self, job_id, queue):
        self.asked += 1
        raise ConnectionError


@pytest.fixture
def job_id(database, now):
    with database.begin() as db:
        return queue_job(db, JobKind.ENCODE, 7, now=now).id


def _claim(database, job_id, now):
    with database.begin() as db:
        return claim_job(db, job_id, now=now, lease_seconds=LEASE)


def _claim_next(database, now):
    with database.begin() as db:
        return claim_next(db, Queue.ENCODE, now=now, lease_seconds=LEASE, worker_name="one")


def _job(database, job_id):
    with database.read() as db:
        job = db.get_one(Job, job_id)
        db.expunge(job)
        return job


def _fail(database, claim, now, failure=Failure("For staff.", "For the operator.")):  # noqa: B008 - frozen
    with database.begin() as db:
        return fail_job(db, claim, failure, now=now, retry_seconds=10)


def _take_back(database, claim, now, beats=0):
    with database.begin() as db:
        given_up = take_back_silent(db, {RunningAttempt(claim.job_id, claim.token): beats}, now=now)
        return given_up, [message.job_id for message in jobs_to_send(db)]


def _due(database, now):
    with database.read() as db:
        return count_due(db, Queue.ENCODE, now=now)


def test_a_message_is_sent_after_the_commit_and_only_then(database, now):
    outbox = Outbox()
    with transaction(database, outbox) as db:
        job = queue_job(db, JobKind.INTAKE, 1, now=now)
        assert outbox.sent == []
    assert outbox.sent == [(job.id, Queue.INTERACTIVE)]


def test_nothing_is_sent_of_what_was_rolled_back(database, now):
    outbox = Outbox()
    with pytest.raises(RuntimeError), transaction(database, outbox) as db:
        queue_job(db, JobKind.INTAKE, 1, now=now)
        raise RuntimeError
    assert outbox.sent == []


def test_a_broker_that_is_away_fails_nobody_and_is_not_asked_for_ever(database, now):
    broker = AwayBroker()
    with transaction(database, broker) as db:
        for subject_id in range(10):
            queue_job(db, JobKind.ENCODE, subject_id, now=now)
    assert broker.asked == 3
    assert _due(database, now) == 10


def test_the_same_work_is_asked_for_once_while_it_is_open(database, now, job_id):
    with database.begin() as db:
        assert queue_job(db, JobKind.ENCODE, 7, now=now).id == job_id
        assert queue_job(db, JobKind.ENCODE, 8, now=now).id != job_id
    claim = _claim(database, job_id, now)
    with database.begin() as db:
        finish_job(db, claim, now=now)
    with database.begin() as db:
        assert queue_job(db, JobKind.ENCODE, 7, now=now).id != job_id


def test_of_many_workers_that_claim_at_once_exactly_one_wins(database, now, job_id):
    barrier = threading.Barrier(6)
    claims = []

    def claim():
        barrier.wait()
        claims.append(_claim(database, job_id, now))

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claims) == 6
    assert len([claim for claim in claims if claim]) == 1
    assert _job(database, job_id).attempt == 1


def test_a_late_or_doubled_message_finds_nothing_to_claim(database, now, job_id):
    claim = _claim(database, job_id, now)
    assert _claim(database, job_id, now) is None
    with database.begin() as db:
        finish_job(db, claim, now=now)
    assert _claim(database, job_id, now) is None
    assert _claim(database, 404, now) is None


def test_a_heartbeat_says_how_far_the_work_is_and_that_it_goes_on(database, now, job_id):
    claim = _claim(database, job_id, now)
    later = now + timedelta(seconds=20)
    with database.begin() as db:
        beat_job(db, claim, now=later, lease_seconds=LEASE, progress=0.5, stage="encoding")
    with database.read() as db:
        assert running_attempts(db) == {RunningAttempt(job_id, claim.token): 1}
    assert _take_back(database, claim, later, beats=0) == ((), [])
    job = _job(database, job_id)
    assert (job.progress, job.stage, job.lease_until) == (0.5, "encoding", later + timedelta(seconds=LEASE))


def test_a_job_that_stopped_beating_is_taken_back_and_the_first_worker_refused(database, now, job_id):
    first = _claim(database, job_id, now)
    later = now + timedelta(seconds=LEASE + 1)
    assert _take_back(database, first, later) == ((first.token,), [job_id])
    assert _take_back(database, first, later) == ((), [])
    second = _claim(database, job_id, later)
    assert second.attempt == 2
    for act in (finish_job, give_back_job, check_claim):
        with pytest.raises(LeaseLost), database.begin() as db:
            act(db, first, **({} if act is check_claim else {"now": later}))
    with pytest.raises(LeaseLost), database.begin() as db:
        beat_job(db, first, now=later, lease_seconds=LEASE, progress=0.9, stage="")
    with pytest.raises(LeaseLost):
        _fail(database, first, later)
    with database.begin() as db:
        finish_job(db, second, now=later)
    assert _job(database, job_id).state is JobState.DONE


def test_results_are_recorded_with_the_finish_or_not_at_all(database, now, job_id):
    claim = _claim(database, job_id, now)
    with database.begin() as db:
        cancel_job(db, db.get_one(Job, job_id), actor=SYSTEM, now=now)
    with pytest.raises(LeaseLost), database.begin() as db:
        db.add(Job(kind=JobKind.INTAKE, subject_id=99, created_at=now))
        db.flush()
        finish_job(db, claim, now=now)
    with database.read() as db:
        assert db.scalars(select(Job).where(Job.subject_id == 99)).all() == []


def test_a_failed_attempt_waits_then_is_tried_again_three_times_in_all(database, now, job_id):
    waits = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        claim = _claim(database, job_id, now)
        assert claim.attempt == attempt
        state = _fail(database, claim, now)
        job = _job(database, job_id)
        if state is JobState.QUEUED:
            assert _claim(database, job_id, now) is None
            assert _due(database, now) == 0
            waits.append((job.not_before - now).total_seconds())
            now = job.not_before
            assert _due(database, now) == 1
    assert waits == [10, 40]
    assert (job.state, job.told_staff, job.told_operator) == (JobState.FAILED, "For staff.", "For the operator.")
    assert _due(database, now + timedelta(days=1)) == 0


def test_a_final_failure_is_not_tried_again(database, now, job_id):
    claim = _claim(database, job_id, now)
    assert _fail(database, claim, now, Failure("s", "o", is_final=True)) is JobState.FAILED
    with database.read() as db:
        assert db.scalars(select(Event.facts).where(Event.name == "job.failed")).one()["attempt"] == 1


def test_a_job_that_stops_its_worker_three_times_is_failed(database, now, job_id):
    for _ in range(MAX_ATTEMPTS):
        claim = _claim(database, job_id, now)
        assert _take_back(database, claim, now)[0] == (claim.token,)
    job = _job(database, job_id)
    assert job.state is JobState.FAILED
    assert job.told_staff and job.told_operator


def test_a_job_given_back_keeps_its_attempts_and_is_sent_at_once(database, now, job_id):
    claim = _claim(database, job_id, now)
    with database.begin() as db:
        give_back_job(db, claim, now=now)
        assert [message.job_id for message in jobs_to_send(db)] == [job_id]
    assert _claim(database, job_id, now).attempt == 1


def test_a_cancelled_job_can_be_tried_again_from_the_start(database, now, job_id):
    _claim(database, job_id, now)
    with database.begin() as db:
        cancel_job(db, db.get_one(Job, job_id), actor=SYSTEM, now=now)
    with pytest.raises(ChangeNotAllowed), database.begin() as db:
        cancel_job(db, db.get_one(Job, job_id), actor=SYSTEM, now=now)
    with database.begin() as db:
        retry_job(db, db.get_one(Job, job_id), actor=SYSTEM, now=now)
        assert [message.job_id for message in jobs_to_send(db)] == [job_id]
    assert _claim(database, job_id, now).attempt == 1


def test_work_that_did_not_fail_cannot_be_tried_again(database, now, job_id):
    with pytest.raises(ChangeNotAllowed), database.begin() as db:
        retry_job(db, db.get_one(Job, job_id), actor=SYSTEM, now=now)


def test_the_most_urgent_job_of_a_queue_is_begun_first(database, now):
    day = timedelta(days=1)
    with database.begin() as db:
        whenever = queue_job(db, JobKind.ENCODE, 1, now=now - day).id
        later = queue_job(db, JobKind.ENCODE, 2, now=now - day, deadline=now + 2 * day).id
        soon = queue_job(db, JobKind.ENCODE, 3, now=now, deadline=now + day).id
        soon_too = queue_job(db, JobKind.ENCODE, 4, now=now, deadline=now + day).id
        queue_job(db, JobKind.INTAKE, 5, now=now, deadline=now - day)
        jobs_to_send(db)
        announce_due(db, Queue.ENCODE, 2, now=now)
        assert [message.job_id for message in jobs_to_send(db)] == [soon, soon_too]
    assert [_claim_next(database, now).job_id for _ in range(4)] == [soon, soon_too, later, whenever]
    assert _claim_next(database, now) is None


def test_workers_that_ask_at_once_get_different_jobs(database, now):
    with database.begin() as db:
        for subject_id in range(6):
            queue_job(db, JobKind.ENCODE, subject_id, now=now)
    barrier = threading.Barrier(6)
    claims = []

    def claim():
        barrier.wait()
        claims.append(_claim_next(database, now))

    threads = [threading.Thread(target=claim) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({claim.job_id for claim in claims}) == 6


def test_a_wait_longer_than_any_is_over_since_a_clock_was_set_back(database, now, job_id):
    _fail(database, _claim(database, job_id, now + timedelta(hours=3)), now + timedelta(hours=3))
    assert _claim_next(database, now).attempt == 2


@pytest.mark.parametrize("source", JobState)
@pytest.mark.parametrize("target", JobState)
def test_only_the_changes_in_the_table_happen(sqlite_database, now, source, target):
    with sqlite_database.begin() as db:
        db.add(Job(kind=JobKind.INTAKE, subject_id=1, state=source, created_at=now))
    with sqlite_database.begin() as db:
        assert move_job(db, target, Job.subject_id == 1) is (target in ALLOWED_CHANGES[source])
    with sqlite_database.read() as db:
        expected = target if target in ALLOWED_CHANGES[source] else source
        assert db.scalars(select(Job.state)).one() is expected


def test_sending_goes_on_after_one_message_could_not_be_sent(database, now):
    class FirstFails(Outbox):
        def send(self, job_id, queue):
            super().send(job_id, queue)
            if len(self.sent) == 1:
                raise ConnectionError

    outbox = FirstFails()
    with database.begin() as db:
        for subject_id in (1, 2):
            queue_job(db, JobKind.INTAKE, subject_id, now=now)
        messages = jobs_to_send(db)
    send_jobs(outbox, messages)
    assert len(outbox.sent) == 2


def test_cancelling_passes_over_work_that_ends_at_that_moment(database, job_id, now, monkeypatch):
    # On PostgreSQL another transaction may end the job between the question and the answer.
    monkeypatch.setattr("pipeline.services.jobs.move_job", lambda *_conditions, **_values: False)
    with database.begin() as db:
        cancel_open_jobs(db, JobKind.ENCODE, 7, actor=SYSTEM, now=now)
        assert "job.cancelled" not in set(db.scalars(select(Event.name)))
    with database.begin() as db, pytest.raises(ChangeNotAllowed):
        cancel_job(db, db.get_one(Job, job_id), actor=SYSTEM, now=now)
