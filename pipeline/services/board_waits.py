"""Why work that is queued has not begun: what comes before it, who is missing, when it is tried again."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.domain.jobs import LONGEST_RETRY_SECONDS, QUEUES, JobKind, JobState, Queue
from pipeline.records.tables import Job
from pipeline.services.board_rows import JobRow
from pipeline.services.running_parts import RunningPartSeen, running_parts

LONG_WAIT = timedelta(minutes=2)
"""A job that is next, with a worker free, is taken up within seconds; after this something is wrong."""

_Urgency = tuple[bool, datetime, datetime, int]


class WaitReason(StrEnum):
    """Why a queued job waits; the first that holds."""

    AWAY = "away"
    RETRY = "retry"
    NO_WORKER = "no_worker"
    NOT_TAKEN = "not_taken"
    BEHIND = "behind"
    NEXT = "next"


@dataclass(frozen=True)
class Wait:
    """Why a job waits.

    `until` is when it is tried again, `since` when work of its kind was last seen to be done (None: never), or since
    when it waits for a free worker that does not take it; `ahead` is how many jobs go before it.
    """

    reason: WaitReason
    until: datetime | None = None
    since: datetime | None = None
    ahead: int = 0


class Waits:
    """What is known of all open work at one moment; asked of the records once, and only when something waits."""

    def __init__(self, db: Session, *, now: datetime) -> None:
        self._db = db
        self._now = now

    def of(self, job: JobRow | None) -> Wait | None:
        """Why a job has not begun; None for one that does not wait."""
        if job is None or job.state is not JobState.QUEUED:
            return None
        if not is_due(job.not_before, self._now):
            return Wait(WaitReason.AWAY if job.waits else WaitReason.RETRY, until=job.not_before)
        queue = QUEUES[job.kind]
        found = takers(self._parts, queue)
        if not found:
            return Wait(WaitReason.NO_WORKER, since=self._last_seen(queue))
        return self._turn_of(job, slots=sum(part.slots for part in found))

    def _turn_of(self, job: JobRow, *, slots: int) -> Wait:
        queue = QUEUES[job.kind]
        running = self._running[queue]
        ahead = bisect_left(self._ready[queue], _urgency(job))
        if ahead or running >= slots:
            return Wait(WaitReason.BEHIND, ahead=ahead + running)
        ready_since = max(job.created_at, job.not_before or job.created_at)
        is_long = self._now - ready_since > LONG_WAIT
        return Wait(WaitReason.NOT_TAKEN, since=ready_since) if is_long else Wait(WaitReason.NEXT)

    def _last_seen(self, queue: Queue) -> datetime | None:
        signs = [part.seen_at for part in self._parts if queue in part.queues]
        finished = [at for kind, at in self._last_done.items() if QUEUES[kind] is queue]
        return max([*signs, *finished], default=None)

    @cached_property
    def _parts(self) -> Sequence[RunningPartSeen]:
        return running_parts(self._db, now=self._now)

    @cached_property
    def _open_jobs(self) -> list[JobRow]:
        wanted = select(*JobRow.columns()).where(Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
        return [JobRow(*row) for row in self._db.execute(wanted)]

    @cached_property
    def _running(self) -> Counter[Queue]:
        return Counter(QUEUES[job.kind] for job in self._open_jobs if job.state is JobState.RUNNING)

    @cached_property
    def _ready(self) -> dict[Queue, list[_Urgency]]:
        """What could begin now, by queue, the most urgent first."""
        ready = [job for job in self._open_jobs if job.state is JobState.QUEUED and is_due(job.not_before, self._now)]
        return {queue: sorted(_urgency(job) for job in ready if QUEUES[job.kind] is queue) for queue in Queue}

    @cached_property
    def _last_done(self) -> dict[JobKind, datetime]:
        done = select(Job.kind, func.max(Job.finished_at)).where(Job.state == JobState.DONE).group_by(Job.kind)
        return {kind: at for kind, at in self._db.execute(done) if at is not None}


def takers(parts: Iterable[RunningPartSeen], queue: Queue) -> list[RunningPartSeen]:
    """The workers that live and go on taking work of a queue."""
    return [part for part in parts if part.is_alive and not part.is_stopping and queue in part.queues]


def is_due(not_before: datetime | None, now: datetime) -> bool:
    """Whether a queued job may begin now; one put off for longer than any may be was so by a wrong clock."""
    longest = timedelta(seconds=LONGEST_RETRY_SECONDS)
    return not_before is None or not now < not_before <= now + longest


def _urgency(job: JobRow) -> _Urgency:
    """As workers claim: what is needed soonest first, what has no day last, then in the order of asking."""
    return (job.deadline is None, job.deadline or job.created_at, job.created_at, job.id)
