"""Background work as rows: asked for, sent to workers, cancelled, tried again. Workers' side of it is in `claims`.

The row is the truth and a message is a hint: an edge (a request, a worker, a command) asks `jobs_to_send` before
its commit and calls `send_jobs` after it; `transaction` does both.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Protocol

import structlog
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import ALLOWED_CHANGES, OPEN_STATES, QUEUES, JobKind, JobState, Queue
from pipeline.records.database import Database
from pipeline.records.tables import Country, Job
from pipeline.services.events import Actor, record_event

_log = structlog.get_logger(__name__)

_FAILURES_OF_A_BROKER = 3

_TO_SEND = "jobs_to_send"


class JobProducer(Protocol):
    """Tells workers that there is something to do. May raise: a lost message is sent again by the sweep."""

    def send(self, job_id: int, queue: Queue) -> None:
        """Send one job's id."""


@dataclass(frozen=True)
class JobMessage:
    """What is sent to workers after a commit."""

    job_id: int
    queue: Queue


def queue_job(db: Session, kind: JobKind, subject_id: int, *, now: datetime, deadline: datetime | None = None) -> Job:
    """Ask for work on a subject; where the same work is already asked for, that job is returned.

    `deadline` is when people need it: of the jobs that wait, the most urgent is begun first.
    """
    open_jobs = select(Job).where(Job.kind == kind, Job.subject_id == subject_id, Job.state.in_(OPEN_STATES))
    asked_for = db.scalars(open_jobs).first()
    if asked_for is not None:
        return asked_for
    job = Job(kind=kind, subject_id=subject_id, state=JobState.QUEUED, created_at=now, deadline=deadline)
    db.add(job)
    db.flush()
    announce_job(db, job, now=now)
    return job


def deadline_of(country: Country) -> datetime:
    """When work for a country has to be done: its session begins."""
    return datetime.combine(country.pre_session.starts_on, time.min, tzinfo=UTC)


def cancel_job(db: Session, job: Job, *, actor: Actor, now: datetime) -> None:
    """Stop a job that waits or runs; its worker notices with the next heartbeat. Raises `ChangeNotAllowed`."""
    if not _cancelled(db, job, actor=actor, now=now):
        raise ChangeNotAllowed("This work is no longer waiting or running. Reload the page to see what changed.")


def cancel_open_jobs(db: Session, kind: JobKind, subject_id: int, *, actor: Actor, now: datetime) -> None:
    """Cancel what waits or runs for a subject that has become out of date; nothing happens when there is none.

    Work that ends at this very moment is no reason to refuse what made it out of date.
    """
    open_jobs = select(Job).where(Job.kind == kind, Job.subject_id == subject_id, Job.state.in_(OPEN_STATES))
    for job in db.scalars(open_jobs):
        _cancelled(db, job, actor=actor, now=now)


def retry_job(db: Session, job: Job, *, actor: Actor, now: datetime) -> None:
    """Give a failed or cancelled job three new attempts; raises `ChangeNotAllowed`."""
    stopped = Job.state.in_([JobState.FAILED, JobState.CANCELLED])
    fresh = {"attempt": 0, "waits": 0, "not_before": None, "told_staff": "", "told_operator": "", "progress": 0.0}
    if not move_job(db, JobState.QUEUED, Job.id == job.id, stopped, finished_at=None, **fresh):
        raise ChangeNotAllowed("This work has not failed. Reload the page to see what changed.")
    announce_job(db, job, now=now)
    record_event(db, "job.retried", subject_kind="job", subject_id=job.id, actor=actor, now=now)


def move_job(db: Session, target: JobState, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Change the job that meets the conditions, as the table of changes allows, in one compare-and-set.

    True when a row changed. Racing transactions see each other's change: of two that fit one job, one wins.
    """
    sources = [state for state, targets in ALLOWED_CHANGES.items() if target in targets]
    change = update(Job).where(Job.state.in_(sources), *conditions).values(state=target, **values).returning(Job.id)
    return db.execute(change).first() is not None


def announce_job(db: Session, job: Job, *, now: datetime) -> None:
    """Have a queued job sent after this transaction's commit."""
    job.sent_at = now
    db.info.setdefault(_TO_SEND, []).append(JobMessage(job.id, QUEUES[job.kind]))


def jobs_to_send(db: Session) -> tuple[JobMessage, ...]:
    """What this transaction announced; ask before the commit, send after it. Each is given once."""
    return tuple(db.info.pop(_TO_SEND, ()))


def send_jobs(producer: JobProducer, messages: tuple[JobMessage, ...]) -> None:
    """Send ids to the workers; a broker that is away is no error, the sweep sends again.

    Nobody waits for a broker that did not answer several times: whoever asked for the work is to be answered.
    """
    failures = 0
    for message in messages:
        try:
            producer.send(message.job_id, message.queue)
        except Exception as error:  # noqa: BLE001 - any transport's own errors; the row is kept and swept
            _log.warning("job.not_sent", job_id=message.job_id, error=type(error).__name__)
            failures += 1
            if failures == _FAILURES_OF_A_BROKER:
                return


@contextmanager
def transaction(database: Database, producer: JobProducer) -> Iterator[Session]:
    """An edge: one transaction, committed at the end of the block, then the messages of what it queued."""
    with database.begin() as db:
        yield db
        messages = jobs_to_send(db)
    send_jobs(producer, messages)


def _cancelled(db: Session, job: Job, *, actor: Actor, now: datetime) -> bool:
    """Cancel a job unless it has ended meanwhile; whether it was cancelled."""
    if not move_job(db, JobState.CANCELLED, Job.id == job.id, finished_at=now, lease_token=None, lease_until=None):
        return False
    record_event(db, "job.cancelled", subject_kind="job", subject_id=job.id, actor=actor, now=now)
    return True
