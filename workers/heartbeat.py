"""Keeps a claim alive while its step works, says how far it is, and ends the step when its work is no longer wanted."""

import threading
import time
from collections.abc import Callable
from types import TracebackType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pipeline.processes import end_programs
from pipeline.records.database import Database
from pipeline.services.claims import Claim, LeaseLost, beat_job, holds_job
from workers.clock import utc_now

_log = structlog.get_logger(__name__)

_SHOWN_STEP = 0.02
"""Progress that is worth a beat before the next is due."""

_LOOK_SECONDS = 1.0
_STUCK_SECONDS = 10.0


class WorkerStopping(Exception):
    """This worker was told to stop and the time to finish in is over; the job goes back as it was."""


class Heartbeat:
    """Beats in a thread of its own inside a `with` block; the step calls `report`, which raises when it should end.

    A step that waits for a program hears of it by the program's end. One that does not hear at all, in a call to a
    store that hangs, makes `on_stuck` be called. Records that are away end nothing: whoever holds the claim when they
    are back is for them to say.
    """

    def __init__(
        self,
        database: Database,
        claim: Claim,
        *,
        beat_seconds: float,
        lease_seconds: float,
        drain_seconds: float,
        is_stopping: Callable[[], bool],
        on_stuck: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._claim = claim
        self._beat_seconds = beat_seconds
        self._lease_seconds = lease_seconds
        self._drain_seconds = drain_seconds
        self._is_stopping = is_stopping
        self._on_stuck = on_stuck
        self._progress = 0.0
        self._stage = ""
        self._shown = (0.0, "")
        self._is_lost = False
        self._told_to_stop_at: float | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def report(self, progress: float, stage: str) -> None:
        """Say how far the step is (0 to 1) and what it does; raises `LeaseLost` or `WorkerStopping`."""
        self._progress = progress
        self._stage = stage
        self.check()

    def check(self) -> None:
        """Raise `LeaseLost` or `WorkerStopping` when the step should end."""
        if self._is_lost:
            raise LeaseLost(f"Job {self._claim.job_id} is no longer held by this worker.")
        if self._is_drained():
            raise WorkerStopping

    def is_wanted_after(self, seconds: float) -> bool:
        """Wait, and say whether the step's work is still wanted then."""
        until = time.monotonic() + seconds
        while not self._is_lost and not self._is_drained() and time.monotonic() < until:
            time.sleep(0.1)
        return not self._is_lost and not self._is_drained()

    @property
    def is_stopping(self) -> bool:
        """Whether the worker was told to stop, even if there is time left to finish."""
        return self._is_stopping()

    def _is_drained(self) -> bool:
        if not self._is_stopping():
            return False
        if self._told_to_stop_at is None:
            self._told_to_stop_at = time.monotonic()
        return time.monotonic() - self._told_to_stop_at >= self._drain_seconds

    def _run(self) -> None:
        tick = min(_LOOK_SECONDS, self._beat_seconds)
        beaten_at = time.monotonic()
        while not self._ended.wait(tick):
            if not self._is_drained():
                is_due = time.monotonic() - beaten_at >= self._beat_seconds or self._has_news()
                beaten_at = time.monotonic() if is_due else beaten_at
                self._ask(self._beat if is_due else self._look)
            if self._is_lost or self._is_drained():
                self._end_step()
                return

    def _end_step(self) -> None:
        """Take away what the step waits for, until it has heard."""
        stuck_at = time.monotonic() + _STUCK_SECONDS
        while time.monotonic() < stuck_at:
            end_programs()
            if self._ended.wait(0.2):
                return
        _log.warning("job.step_stuck", job_id=self._claim.job_id)
        self._on_stuck()

    def _has_news(self) -> bool:
        progress, stage = self._shown
        return self._stage != stage or self._progress - progress >= _SHOWN_STEP

    def _ask(self, question: Callable[[], None]) -> None:
        try:
            question()
        except LeaseLost:
            self._is_lost = True
        except SQLAlchemyError as error:  # the job is ours until the records say otherwise
            _log.warning("job.not_beaten", job_id=self._claim.job_id, error=type(error).__name__)

    def _look(self) -> None:
        with self._database.read() as db:
            if not holds_job(db, self._claim):
                raise LeaseLost(f"Job {self._claim.job_id} is no longer held by this worker.")

    def _beat(self) -> None:
        progress, stage = self._progress, self._stage
        with self._database.begin() as db:
            beat_job(db, self._claim, now=utc_now(), lease_seconds=self._lease_seconds, progress=progress, stage=stage)
        self._shown = (progress, stage)
