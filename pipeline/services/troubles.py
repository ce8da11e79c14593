"""Background work that does not go on as it should, for who looks after an installation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Job

SILENT_FOR = timedelta(minutes=2)
"""A scheduler takes a job back long before its claim has been over for so long."""

LONG_RUN = timedelta(hours=6)
"""An encode of seven minutes is over within this on the slowest machine that is of any use."""


@dataclass(frozen=True)
class TroubledJob:
    """A job's number and kind, and what was told the operator."""

    job_id: int
    kind: JobKind
    told_operator: str


@dataclass(frozen=True)
class Troubles:
    """Jobs that nobody takes back, jobs that run without end, and jobs that wait for something that is away."""

    silent: Sequence[TroubledJob]
    endless: Sequence[TroubledJob]
    waiting: Sequence[TroubledJob]


def find_troubles(db: Session, *, now: datetime) -> Troubles:
    """What stands now, oldest first."""
    wanted = select(Job.id, Job.kind, Job.told_operator).order_by(Job.id)
    running = wanted.where(Job.state == JobState.RUNNING)
    silent = Job.lease_until < now - SILENT_FOR
    endless = (Job.lease_until >= now - SILENT_FOR, Job.started_at < now - LONG_RUN)
    waiting = wanted.where(Job.state == JobState.QUEUED, Job.waits > 0)
    return Troubles(
        silent=_jobs(db, running.where(silent)),
        endless=_jobs(db, running.where(*endless)),
        waiting=_jobs(db, waiting),
    )


def _jobs(db: Session, wanted: Select[int, JobKind, str]) -> list[TroubledJob]:
    return [TroubledJob(*row) for row in db.execute(wanted)]
