"""Figures for monitoring, counted from the records, so that they are right with any number of processes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, case, cast, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Event, Job

DURATION_BOUNDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 3600.0)
"""Seconds; from the check of a short recording to the encode of a long one on a slow machine."""


@dataclass(frozen=True)
class Durations:
    """How long finished jobs took in their last attempt: how many up to each bound, of how many, in all."""

    counts: tuple[int, ...]
    total: int
    seconds: float


def count_jobs(db: Session) -> dict[tuple[JobKind, JobState], int]:
    """How many jobs of each kind are in each state."""
    counted = select(Job.kind, Job.state, func.count()).group_by(Job.kind, Job.state)
    return {(kind, state): count for kind, state, count in db.execute(counted)}


def measure_durations(db: Session) -> dict[JobKind, Durations]:
    """How long the finished jobs of each kind took."""
    took = _seconds(db, Job.finished_at) - _seconds(db, Job.started_at)
    below = [func.sum(case((took <= bound, 1), else_=0)) for bound in DURATION_BOUNDS]
    wanted = select(Job.kind, func.count(), func.sum(took), *below)
    done = wanted.where(Job.state == JobState.DONE, Job.started_at.is_not(None), Job.finished_at.is_not(None))
    return {
        kind: Durations(tuple(int(count) for count in counts), total, float(seconds))
        for kind, total, seconds, *counts in db.execute(done.group_by(Job.kind))
    }


def count_failures(db: Session) -> Mapping[tuple[str, str], int]:
    """How often work failed for good, by kind and code."""
    return _count_events(db, "job.failed")


def count_failed_attempts(db: Session) -> Mapping[tuple[str, str], int]:
    """How often an attempt failed after which another followed, by kind and code."""
    return _count_events(db, "job.attempt_failed")


def _count_events(db: Session, name: str) -> Mapping[tuple[str, str], int]:
    told = db.scalars(select(Event.facts).where(Event.name == name))
    return Counter((str(facts.get("kind", "")), str(facts.get("code", "error"))) for facts in told)


def _seconds(db: Session, moment: InstrumentedAttribute[Any]) -> ColumnElement[float]:
    """Seconds since some day, whole and parts; each database has words of its own for it."""
    if db.get_bind().dialect.name == "sqlite":
        return func.julianday(moment) * 86400.0
    return cast(extract("epoch", moment), Float)
