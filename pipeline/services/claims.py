"""What a worker does with a job: claim it, beat, finish, fail, give it back. Nothing is accepted without the claim.

Every function runs in the caller's transaction. A worker's results are recorded in the transaction of `finish_job`,
which raises when the claim no longer holds the job, so that nothing of them is kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from pipeline.domain.errors import PresessionError
from pipeline.domain.jobs import MAX_ATTEMPTS, JobKind, JobState
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Job
from pipeline.services.events import SYSTEM, record_event
from pipeline.services.jobs import announce_job, move_job

_NO_LEASE: dict[str, Any] = {"lease_token": None, "lease_until": None}


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
    """Why an attempt failed, told to both readers; a final one is not tried again."""

    told_staff: str
    told_operator: str
    is_final: bool = False


def claim_job(db: Session, job_id: int, *, now: datetime, lease_seconds: float) -> Claim | None:
    """Take a queued job that is due; None when there is nothing to take. Of racing workers one wins."""
    token = new_name()
    taken = move_job(
        db,
        JobState.RUNNING,
        Job.id == job_id,
        or_(Job.not_before.is_(None), Job.not_before <= now),
        attempt=Job.attempt + 1,
        started_at=now,
        lease_token=token,
        lease_until=now + timedelta(seconds=lease_seconds),
        progress=0.0,
        stage="",
    )
    if not taken:
        return None
    job = _fresh(db, job_id)
    return Claim(job.id, job.kind, job.subject_id, job.attempt, token)


def beat_job(db: Session, claim: Claim, *, now: datetime, lease_seconds: float, progress: float, stage: str) -> None:
    """Prolong a claim and say how far the work is (0 to 1); raises `LeaseLost`."""
    values = {
        "lease_until": now + timedelta(seconds=lease_seconds),
        "progress": min(max(progress, 0.0), 1.0),
        "stage": stage,
    }
    beat = update(Job).where(_holds(claim)).values(values).returning(Job.id)
    if db.execute(beat).first() is None:
        raise _lost(claim)


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
        _move_held(db, claim, JobState.FAILED, finished_at=now, **_told(failure))
        _record_failed(db, claim.job_id, claim.kind, claim.attempt, now)
        return JobState.FAILED
    wait = timedelta(seconds=retry_seconds * 4 ** (claim.attempt - 1))
    told = {"told_operator": failure.told_operator}
    _move_held(db, claim, JobState.QUEUED, not_before=now + wait, sent_at=None, **told)
    return JobState.QUEUED


def give_back_job(db: Session, claim: Claim, *, now: datetime) -> None:
    """Put an unfinished job back because this worker was told to stop: the attempt is not counted."""
    _move_held(db, claim, JobState.QUEUED, attempt=Job.attempt - 1, progress=0.0, stage="")
    announce_job(db, _fresh(db, claim.job_id), now=now)


def take_back_expired(db: Session, *, now: datetime) -> tuple[str, ...]:
    """Take back jobs whose workers stopped beating; tokens of the attempts that were given up.

    A job that stopped its worker three times is failed, so that it does not stop workers for ever.
    """
    expired = select(Job).where(Job.state == JobState.RUNNING, Job.lease_until < now)
    given_up = []
    for job in db.scalars(expired).all():
        claim = Claim(job.id, job.kind, job.subject_id, job.attempt, job.lease_token or "")
        if _take_back(db, claim, now):
            given_up.append(claim.token)
    return tuple(given_up)


def _take_back(db: Session, claim: Claim, now: datetime) -> bool:
    still_expired = (_holds(claim), Job.lease_until < now)
    failure = Failure(
        told_staff="The machine stopped three times while it worked on this. Please tell the person who runs it.",
        told_operator="The worker stopped beating in each of three attempts; look at its log and its memory.",
    )
    if claim.attempt >= MAX_ATTEMPTS:
        failed = move_job(db, JobState.FAILED, *still_expired, finished_at=now, **_told(failure), **_NO_LEASE)
        if failed:
            _record_failed(db, claim.job_id, claim.kind, claim.attempt, now)
        return failed
    taken = move_job(db, JobState.QUEUED, *still_expired, progress=0.0, stage="", not_before=None, **_NO_LEASE)
    if taken:
        announce_job(db, _fresh(db, claim.job_id), now=now)
    return taken


def _move_held(db: Session, claim: Claim, target: JobState, **values: Any) -> None:
    if not move_job(db, target, _holds(claim), **values, **_NO_LEASE):
        raise _lost(claim)


def _holds(claim: Claim) -> ColumnElement[bool]:
    return (Job.id == claim.job_id) & (Job.lease_token == claim.token) & (Job.state == JobState.RUNNING)


def _told(failure: Failure) -> dict[str, str]:
    return {"told_staff": failure.told_staff, "told_operator": failure.told_operator}


def _record_failed(db: Session, job_id: int, kind: JobKind, attempt: int, now: datetime) -> None:
    facts = {"kind": kind.value, "attempt": attempt}
    record_event(db, "job.failed", subject_kind="job", subject_id=job_id, actor=SYSTEM, now=now, **facts)


def _fresh(db: Session, job_id: int) -> Job:
    return db.get_one(Job, job_id, populate_existing=True)


def _lost(claim: Claim) -> LeaseLost:
    return LeaseLost(f"Job {claim.job_id} is no longer held by this worker.")


def live_tokens(db: Session) -> frozenset[str]:
    """The tokens of all attempts that run now."""
    running = select(Job.lease_token).where(Job.state == JobState.RUNNING)
    return frozenset(token for token in db.scalars(running) if token)
