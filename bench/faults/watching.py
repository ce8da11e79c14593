"""Watches a batch's jobs while a fault strikes: who held them when, and how long interrupted work stood still."""

import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from bench.faults.batches import Batch
from pipeline.domain.jobs import JobState

_LOOK_EVERY_SECONDS = 0.2


@dataclass(frozen=True)
class Sight:
    """How a job stood from a moment on (of the bench's own clock that never jumps)."""

    at: float
    job_id: int
    state: JobState
    token: str | None


class Watch:
    """Looks at the jobs in a thread of its own inside a `with` block."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._sights: list[Sight] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def seconds_to_restart(self, struck_at: float, mended_at: float) -> float | None:
        """What `seconds_to_restart` says of all that was seen."""
        return seconds_to_restart(tuple(self._sights), struck_at, mended_at)

    def _run(self) -> None:
        while not self._ended.wait(_LOOK_EVERY_SECONDS):
            with suppress(SQLAlchemyError):
                self._look()

    def _look(self) -> None:
        jobs, at = self._batch.read_jobs(), time.monotonic()
        standing = {sight.job_id: (sight.state, sight.token) for sight in self._sights}
        for job in jobs:
            if standing.get(job.id) != (job.state, job.lease_token):
                self._sights.append(Sight(at, job.id, job.state, job.lease_token))


def seconds_to_restart(sights: Sequence[Sight], struck_at: float, mended_at: float) -> float | None:
    """How long after a fault was over the last piece of work that it interrupted ran again, or was done.

    Where nothing that ran was interrupted, how long until the next waiting job began; None when none waited.
    """
    standing = {sight.job_id: sight for sight in sights if sight.at <= struck_at}
    running = {job_id: sight.token for job_id, sight in standing.items() if sight.state is JobState.RUNNING}
    after = [sight for sight in sights if sight.at > struck_at]
    waits = [wait for job_id, token in running.items() if (wait := _wait(after, job_id, token, mended_at)) is not None]
    if waits:
        return max(waits)
    begun = [sight.at for sight in after if sight.state is JobState.RUNNING and sight.at > mended_at]
    return min(begun) - mended_at if begun else None


def _wait(after: Iterable[Sight], job_id: int, token: str | None, mended_at: float) -> float | None:
    """None when the attempt went on under its own token, and so was never interrupted."""
    for sight in after:
        if sight.job_id == job_id and sight.token != token and sight.state in {JobState.RUNNING, JobState.DONE}:
            return max(0.0, sight.at - mended_at)
    return None
