"""What schedulers look after: running jobs that stopped beating are taken back, waiting ones have their messages.

Nothing here compares the clocks of two machines: a scheduler watches beats by its own, and asks the broker how many
messages wait instead of guessing which were lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pipeline.domain.jobs import MAX_ATTEMPTS, FailureCode, JobState, Queue
from pipeline.records.tables import Job
from pipeline.services.claims import NO_LEASE, Failure, is_waiting_in, record_failed, told, urgency
from pipeline.services.events import SYSTEM, record_event
from pipeline.services.jobs import announce_job, move_job

_CRASHED = Failure(
    told_staff="The machine stopped three times while it worked on this. Please tell the person who runs it.",
    told_operator="The worker stopped beating in each of three attempts; look at its log and its memory.",
    code=FailureCode.CRASHED,
)


@dataclass(frozen=True)
class RunningAttempt:
    """One attempt at a job, by its token."""

    job_id: int
    token: str


def running_attempts(db: Session) -> dict[RunningAttempt, int]:
    """How often each attempt that runs has beaten."""
    running = select(Job.id, Job.lease_token, Job.beats).where(Job.state == JobState.RUNNING)
    return {RunningAttempt(job_id, token or ""): beats for job_id, token, beats in db.execute(running)}


def take_back_silent(db: Session, silent: Mapping[RunningAttempt, int], *, now: datetime) -> tuple[str, ...]:
    """Take back jobs that have not beaten since they were looked at; tokens of the attempts that were given up.

    A job that stopped its worker three times is failed, so that it does not stop workers for ever. The caller removes
    what the attempts had written.
    """
    return tuple(attempt.token for attempt, beats in silent.items() if _take_back(db, attempt, beats, now))


def count_due(db: Session, queue: Queue, *, now: datetime) -> int:
    """Jobs of a queue that wait and may be begun now."""
    return db.scalar(select(func.count()).select_from(Job).where(is_waiting_in(queue, now))) or 0


def announce_due(db: Session, queue: Queue, count: int, *, now: datetime) -> None:
    """Announce so many of the most urgent jobs of a queue, in place of messages that it lacks."""
    for job in db.scalars(select(Job).where(is_waiting_in(queue, now)).order_by(*urgency()).limit(count)):
        announce_job(db, job, now=now)


def _take_back(db: Session, attempt: RunningAttempt, beats: int, now: datetime) -> bool:
    still_silent = (Job.id == attempt.job_id, Job.lease_token == attempt.token, Job.beats == beats)
    job = db.scalars(select(Job).where(*still_silent, Job.state == JobState.RUNNING)).first()
    if job is None:
        return False
    if job.attempt >= MAX_ATTEMPTS:
        return _fail(db, job, still_silent, now)
    values = {"progress": 0.0, "stage": "", "not_before": None, **NO_LEASE}
    if not move_job(db, JobState.QUEUED, *still_silent, **values):
        return False
    announce_job(db, job, now=now)
    facts = {"kind": job.kind.value, "attempt": job.attempt}
    record_event(db, "job.taken_back", subject_kind="job", subject_id=job.id, actor=SYSTEM, now=now, **facts)
    return True


def _fail(db: Session, job: Job, still_silent: tuple[ColumnElement[bool], ...], now: datetime) -> bool:
    if not move_job(db, JobState.FAILED, *still_silent, finished_at=now, **told(_CRASHED), **NO_LEASE):
        return False
    record_failed(db, job.id, job.kind, job.attempt, _CRASHED, now=now)
    return True
