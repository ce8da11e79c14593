"""What a worker does with a job: claim it, beat, finish, fail, give it back. Nothing is accepted without the claim.

Every function runs in the caller's transaction. A worker's results are recorded in the transaction of `finish_job`,
which raises when the claim no longer holds the job, so that nothing of them is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from pipeline.domain.errors import PresessionError
from pipeline.domain.jobs import (
    LONGEST_RETRY_SECONDS,
    MAX_ATTEMPTS,
    QUEUES,
    FailureCode,
    JobKind,
    JobState,
    Queue,
    wait_seconds,
    waited_seconds,
)
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Job
from pipeline.services.events import SYSTEM, record_event
from pipeline.services.jobs import announce_job, move_job

NO_LEASE: Mapping[str, Any] = {"lease_token": None, "lease_until": None}
"""Values of a row that nobody holds."""


class LeaseLost(PresessionError):
    """This worker no longer holds the job: cancelled, or taken back and given to another. Its work is dropped."""


@dataclass(frozen=True)
class Claim:
    """A worker's hold on a job. `token` also names the place where this attempt writes."""

    job_id: int
    kind: JobKind
    subject_id: int
    attempt: int
    token: str


@dataclass(frozen=True)
class Failure:
    """Why an attempt failed, told to both readers; a final one is not tried again. `code` is for counting."""

    told_staff: str
    told_operator: str
    is_final: bool = False
    code: FailureCode = FailureCode.ERROR


def claim_next(db: Session, queue: Queue, *, now: datetime, lease_seconds: float, worker_name: str) -> Claim | None:
    """Take the most urgent job of a queue that is due; None when there is none. Workers that ask at once get others."""
    urgent = select(Job.id).where(is_waiting_in(queue, now)).order_by(*urgency()).limit(1)
    job_id = db.scalars(urgent.with_for_update(skip_locked=True)).first()
    if job_id is None:
        return None
    return claim_job(db, job_id, now=now, lease_seconds=lease_seconds, worker_name=worker_name)


def claim_job(db: Session, job_id: int, *, now: datetime, lease_seconds: float, worker_name: str = "") -> Claim | None:
    """Take a queued job that is due; None when there is nothing to take. Of racing workers one wins."""
    token = new_name()
    taken = move_job(
        db,
        JobState.RUNNING,
        Job.id == job_id,
        is_due(now),
        attempt=Job.attempt + 1,
        started_at=now,
        lease_token=token,
        lease_until=now + timedelta(seconds=lease_seconds),
        beats=0,
        worker_name=worker_name,
        progress=0.0,
        stage="",
    )
    if not taken:
        return None
    job = _fresh(db, job_id)
    return Claim(job.id, job.kind, job.subject_id, job.attempt, token)


def is_waiting_in(queue: Queue, now: datetime) -> ColumnElement[bool]:
    """Whether a job waits in a queue and may be begun now."""
    kinds = [kind for kind, its_queue in QUEUES.items() if its_queue is queue]
    return Job.kind.in_(kinds) & (Job.state == JobState.QUEUED) & is_due(now)


def is_due(now: datetime) -> ColumnElement[bool]:
    """Whether a job's wait is over; one that waits longer than any may was put off by a wrong clock."""
    too_far = now + timedelta(seconds=LONGEST_RETRY_SECONDS)
    return or_(Job.not_before.is_(None), Job.not_before <= now, Job.not_before > too_far)


def urgency() -> tuple[ColumnElement[Any], ...]:
    """The order in which waiting jobs are begun."""
    return (Job.deadline.asc().nulls_last(), Job.created_at.asc(), Job.id.asc())


def beat_job(db: Session, claim: Claim, *, now: datetime, lease_seconds: float, progress: float, stage: str) -> None:
    """Prolong a claim and say how far the work is (0 to 1); raises `LeaseLost`."""
    values = {
        "lease_until": now + timedelta(seconds=lease_seconds),
        "beats": Job.beats + 1,
        "progress": min(max(progress, 0.0), 1.0),
        "stage": stage,
    }
    beat = update(Job).where(_holds(claim)).values(values).returning(Job.id)
    if db.execute(beat).first() is None:
        raise _lost(claim)


def holds_job(db: Session, claim: Claim) -> bool:
    """Whether the claim still holds its job: a cheap look between two beats."""
    return db.scalars(select(Job.id).where(_holds(claim))).first() is not None


def check_claim(db: Session, claim: Claim) -> None:
    """Hold the job's row until the end of this transaction; raises `LeaseLost`."""
    if db.scalars(select(Job.id).where(_holds(claim)).with_for_update()).first() is None:
        raise _lost(claim)


def finish_job(db: Session, claim: Claim, *, now: datetime) -> None:
    """Mark a job done; raises `LeaseLost`. The row keeps the token: it says which attempt the results are from."""
    values = {"finished_at": now, "progress": 1.0, "stage": "", "told_operator": "", "lease_until": None}
    if not move_job(db, JobState.DONE, _holds(claim), **values):
        raise _lost(claim)


def was_finished_by(db: Session, claim: Claim) -> bool:
    """Whether this attempt's results are on record; asked after a commit whose answer got lost."""
    by_this = (Job.id == claim.job_id, Job.state == JobState.DONE, Job.lease_token == claim.token)
    return db.scalars(select(Job.id).where(*by_this)).first() is not None


def fail_job(db: Session, claim: Claim, failure: Failure, *, now: datetime, retry_seconds: float) -> JobState:
    """Record a failed attempt; the state says whether another follows. Raises `LeaseLost`.

    The wait before the next attempt is `retry_seconds`, then four times as long.
    """
    if failure.is_final or claim.attempt >= MAX_ATTEMPTS:
        return _fail_for_good(db, claim, failure, now)
    wait = timedelta(seconds=retry_seconds * 4 ** (claim.attempt - 1))
    _move_held(db, claim, JobState.QUEUED, not_before=now + wait, sent_at=None, told_operator=failure.told_operator)
    facts = _facts(claim.kind, claim.attempt, failure)
    record_event(db, "job.attempt_failed", subject_kind="job", subject_id=claim.job_id, actor=SYSTEM, now=now, **facts)
    return JobState.QUEUED


def postpone_job(db: Session, claim: Claim, failure: Failure, *, now: datetime, away_hours: float) -> JobState:
    """Put a job back that could not be done for a reason outside it: the attempt is not counted, the wait grows.

    What stays away for longer than `away_hours` fails the job; the state says so. Raises `LeaseLost`.
    """
    waits = db.scalars(select(Job.waits).where(_holds(claim)).with_for_update()).first()
    if waits is None:
        raise _lost(claim)
    if waited_seconds(waits) >= away_hours * 3600:
        return _fail_for_good(db, claim, failure, now)
    values = {"attempt": Job.attempt - 1, "waits": waits + 1, "sent_at": None, "progress": 0.0, "stage": ""}
    not_before = now + timedelta(seconds=wait_seconds(waits))
    _move_held(db, claim, JobState.QUEUED, not_before=not_before, told_operator=failure.told_operator, **values)
    return JobState.QUEUED


def give_back_job(db: Session, claim: Claim, *, now: datetime) -> None:
    """Put an unfinished job back because this worker was told to stop: the attempt is not counted."""
    _move_held(db, claim, JobState.QUEUED, attempt=Job.attempt - 1, progress=0.0, stage="")
    announce_job(db, _fresh(db, claim.job_id), now=now)


def told(failure: Failure) -> dict[str, str]:
    """The sentences of a failure as values of a job's row."""
    return {"told_staff": failure.told_staff, "told_operator": failure.told_operator}


def record_failed(db: Session, job_id: int, kind: JobKind, attempt: int, failure: Failure, *, now: datetime) -> None:
    """Add the event of a job that will not be tried again."""
    facts = _facts(kind, attempt, failure)
    record_event(db, "job.failed", subject_kind="job", subject_id=job_id, actor=SYSTEM, now=now, **facts)


def _facts(kind: JobKind, attempt: int, failure: Failure) -> dict[str, Any]:
    return {"kind": kind.value, "attempt": attempt, "code": failure.code.value}


def _fail_for_good(db: Session, claim: Claim, failure: Failure, now: datetime) -> JobState:
    _move_held(db, claim, JobState.FAILED, finished_at=now, **told(failure))
    record_failed(db, claim.job_id, claim.kind, claim.attempt, failure, now=now)
    return JobState.FAILED


def _move_held(db: Session, claim: Claim, target: JobState, **values: Any) -> None:
    if not move_job(db, target, _holds(claim), **values, **NO_LEASE):
        raise _lost(claim)


def _holds(claim: Claim) -> ColumnElement[bool]:
    return (Job.id == claim.job_id) & (Job.lease_token == claim.token) & (Job.state == JobState.RUNNING)


def _fresh(db: Session, job_id: int) -> Job:
    return db.get_one(Job, job_id, populate_existing=True)


def _lost(claim: Claim) -> LeaseLost:
    return LeaseLost(f"Job {claim.job_id} is no longer held by this worker.")


def live_tokens(db: Session) -> frozenset[str]:
    """The tokens of all attempts that run now."""
    running = select(Job.lease_token).where(Job.state == JobState.RUNNING)
    return frozenset(token for token in db.scalars(running) if token)
