"""Which workers and schedulers are alive: each says so every few seconds, and takes its row away when it ends."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipeline.domain.jobs import JobState, Queue
from pipeline.records.tables import Job, RunningPart

SILENT_AFTER = timedelta(seconds=30)
"""A part that was not heard of for so long is shown as gone."""


@dataclass(frozen=True)
class PartIdentity:
    """Who a part is. `name` is opaque and new with each start; a scheduler has no queues and no slots."""

    name: str
    kind: str
    host: str
    process_id: int
    version: str
    queues: tuple[Queue, ...] = ()
    slots: int = 0


@dataclass(frozen=True)
class RunningPartSeen:
    """A part as it was last seen; `jobs` counts what it works on, `slots` what it can work on at the same time."""

    name: str
    kind: str
    host: str
    version: str
    queues: tuple[Queue, ...]
    slots: int
    started_at: datetime
    seen_at: datetime
    is_stopping: bool
    is_alive: bool
    jobs: int


def beat_part(db: Session, part: PartIdentity, *, now: datetime, is_stopping: bool = False) -> None:
    """Say that a part lives; its row is made with the first beat, and again where it was removed meanwhile."""
    if not _beaten(db, part, now, is_stopping):
        _insert(db, part, now, is_stopping)


def remove_part(db: Session, name: str) -> None:
    """Take the row of a part away that ends; nothing happens when there is none."""
    db.execute(delete(RunningPart).where(RunningPart.name == name))


def running_parts(db: Session, *, now: datetime) -> Sequence[RunningPartSeen]:
    """All parts that have not ended properly, schedulers first, then by queue and machine."""
    names = select(Job.worker_name, func.count()).where(Job.state == JobState.RUNNING).group_by(Job.worker_name)
    busy = Counter({name: count for name, count in db.execute(names)})
    parts = [_seen(row, busy[row.name], now) for row in db.scalars(select(RunningPart))]
    return sorted(parts, key=lambda part: (part.kind, part.queues, part.host, part.started_at, part.name))


def part_beats(db: Session) -> dict[str, int]:
    """How often each part has beaten, by its name."""
    return {name: beats for name, beats in db.execute(select(RunningPart.name, RunningPart.beats))}


def remove_silent_part(db: Session, name: str, beats: int) -> None:
    """Remove the row of a part unless it has beaten since it was looked at."""
    db.execute(delete(RunningPart).where(RunningPart.name == name, RunningPart.beats == beats))


def _beaten(db: Session, part: PartIdentity, now: datetime, is_stopping: bool) -> bool:
    values = {"beats": RunningPart.beats + 1, "seen_at": now, "is_stopping": is_stopping}
    beat = update(RunningPart).where(_is(part)).values(values).returning(RunningPart.id)
    return db.execute(beat).first() is not None


def _insert(db: Session, part: PartIdentity, now: datetime, is_stopping: bool) -> None:
    row = RunningPart(
        name=part.name,
        kind=part.kind,
        host=part.host[:80],
        process_id=part.process_id,
        version=part.version,
        queues=[queue.value for queue in part.queues],
        slots=part.slots,
        started_at=now,
        seen_at=now,
        is_stopping=is_stopping,
    )
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:  # another process of this part was a moment earlier
        _beaten(db, part, now, is_stopping)


def _is(part: PartIdentity) -> ColumnElement[bool]:
    return RunningPart.name == part.name


def _seen(row: RunningPart, jobs: int, now: datetime) -> RunningPartSeen:
    return RunningPartSeen(
        name=row.name,
        kind=row.kind,
        host=row.host,
        version=row.version,
        queues=tuple(Queue(queue) for queue in row.queues),
        slots=row.slots,
        started_at=row.started_at,
        seen_at=row.seen_at,
        is_stopping=row.is_stopping,
        is_alive=row.seen_at > now - SILENT_AFTER,
        jobs=jobs,
    )
