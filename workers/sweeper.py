"""One scheduler's sweeps: what stopped beating is taken back, what waits has its messages in the broker."""

from collections.abc import Callable

import structlog

from config.settings import JobSettings
from pipeline.domain.jobs import Queue
from pipeline.records.database import Database
from pipeline.services.jobs import JobProducer, transaction
from pipeline.services.running_parts import part_beats, remove_silent_part
from pipeline.services.sweeps import RunningAttempt, announce_due, count_due, running_attempts, take_back_silent
from workers.clock import utc_now
from workers.silence import SilenceWatch

AskDepth = Callable[[Queue], int | None]
"""How many messages wait in a queue; None when the broker is away."""

_log = structlog.get_logger(__name__)

_GONE_AFTER_SECONDS = 600.0


class Sweeper:
    """Remembers what it saw in earlier sweeps. Any number of them may sweep at once: each change is made by one."""

    def __init__(self, jobs: JobSettings, database: Database, producer: JobProducer, depths: AskDepth) -> None:
        self._database = database
        self._producer = producer
        self._depths = depths
        gap = max(2 * jobs.sweep_seconds, jobs.heartbeat_seconds)
        self._attempts: SilenceWatch[RunningAttempt] = SilenceWatch(
            silent_seconds=jobs.lease_seconds, longest_gap_seconds=gap
        )
        self._parts: SilenceWatch[str] = SilenceWatch(silent_seconds=_GONE_AFTER_SECONDS, longest_gap_seconds=gap)

    def sweep(self) -> tuple[str, ...]:
        """Everything once; the tokens of attempts that were given up, whose writings are to be removed."""
        given_up = self._take_back()
        for queue in Queue:
            self._top_up(queue)
        self._forget_parts()
        return given_up

    def _take_back(self) -> tuple[str, ...]:
        with self._database.read() as db:
            silent = self._attempts.look(running_attempts(db))
        if not silent:
            return ()
        with transaction(self._database, self._producer) as db:
            given_up = take_back_silent(db, silent, now=utc_now())
        for attempt in silent:
            if attempt.token in given_up:
                _log.warning("job.taken_back", job_id=attempt.job_id)
        return given_up

    def _top_up(self, queue: Queue) -> None:
        """Send what the broker lacks: messages that were lost, those of retries, and of changes nobody could send."""
        with self._database.read() as db:
            due = count_due(db, queue, now=utc_now())
        waiting = self._depths(queue) if due else None
        if waiting is None or waiting >= due:
            return
        _log.info("queue.topped_up", queue=queue.value, messages=due - waiting)
        with transaction(self._database, self._producer) as db:
            announce_due(db, queue, due - waiting, now=utc_now())

    def _forget_parts(self) -> None:
        """Remove the rows of workers and schedulers that were killed long ago."""
        with self._database.read() as db:
            silent = self._parts.look(part_beats(db))
        for name, beats in silent.items():
            with self._database.begin() as db:
                remove_silent_part(db, name, beats)
