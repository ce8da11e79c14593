"""Background work: jobs, kept results, and the programs that do it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables.base import Base


class Job(Base):
    """One unit of background work. The row is the truth; a Celery message is a hint.

    `subject_id` is the id of what it works on: a recording (intake, encode), a release, a mail. A worker holds the row
    while `lease_token` is its own; the token also names the place where this attempt writes. `beats` grows while it
    works: a sweep takes back what has stopped beating by the sweep's own clock, so that no two machines' clocks are
    ever compared.
    `lease_until` is for people to read. `worker_name` says who had it last. After a failure the next attempt waits
    until `not_before`; `waits` counts returns that were nobody's fault but a store's or a disk's, and are no attempts.
    `deadline` is when people need it: the most urgent goes first. `told_staff` and `told_operator` are the sentences
    of a failure.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_lease_until", "state", "lease_until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[JobKind]
    subject_id: Mapped[int] = mapped_column(index=True)
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    attempt: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    beats: Mapped[int] = mapped_column(default=0)
    waits: Mapped[int] = mapped_column(default=0)
    deadline: Mapped[datetime | None]
    worker_name: Mapped[str] = mapped_column(String(32), default="")
    progress: Mapped[float] = mapped_column(default=0.0)
    stage: Mapped[str] = mapped_column(String(24), default="")
    told_staff: Mapped[str] = mapped_column(Text, default="")
    told_operator: Mapped[str] = mapped_column(Text, default="")


class StepResult(Base):
    """A kept result of a step, found by the fingerprint of its inputs; `prefix` is where its objects lie.

    `inputs` has a short digest of each named input, so that what changed since can be told.
    """

    __tablename__ = "step_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(String(24))
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    prefix: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]]
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class RunningPart(Base):
    """A worker or scheduler that says every few seconds that it lives; `name` is opaque and new with each start.

    `host` is the machine's own name; `queues` and `slots` (jobs at the same time) are empty for a scheduler.
    `beats` grows with each sign of life, so that another machine's clock need not be trusted.
    """

    __tablename__ = "running_part"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    host: Mapped[str] = mapped_column(String(80))
    process_id: Mapped[int]
    version: Mapped[str] = mapped_column(String(32))
    queues: Mapped[list[Any]]
    slots: Mapped[int]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    beats: Mapped[int] = mapped_column(default=0)
    is_stopping: Mapped[bool] = mapped_column(default=False)
