"""Keeps a claim alive while its step works, says how far it is, and notices when the work is no longer wanted."""

import threading
from collections.abc import Callable
from types import TracebackType

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pipeline.records.database import Database
from pipeline.services.claims import Claim, LeaseLost, beat_job
from workers.clock import utc_now

_log = structlog.get_logger(__name__)

_SHOWN_STEP = 0.02
"""Progress that is worth a beat before the next is due."""


class WorkerStopping(Exception):
    """This worker was told to stop; the job goes back as it was."""


class Heartbeat:
    """Beats in a thread of its own inside a `with` block; the step calls `report`, which raises when it should end."""

    def __init__(
        self,
        database: Database,
        claim: Claim,
        *,
        beat_seconds: float,
        lease_seconds: float,
        is_stopping: Callable[[], bool],
    ) -> None:
        self._database = database
        self._claim = claim
        self._beat_seconds = beat_seconds
        self._lease_seconds = lease_seconds
        self._is_stopping = is_stopping
        self._progress = 0.0
        self._stage = ""
        self._shown = (0.0, "")
        self._is_lost = False
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
        if self._is_stopping():
            raise WorkerStopping

    def _run(self) -> None:
        waited = 0.0
        tick = min(1.0, self._beat_seconds)
        while not self._is_lost and not self._ended.wait(tick):
            waited += tick
            if waited >= self._beat_seconds or self._has_news():
                waited = 0.0
                self._beat()

    def _has_news(self) -> bool:
        progress, stage = self._shown
        return self._stage != stage or self._progress - progress >= _SHOWN_STEP

    def _beat(self) -> None:
        shown = (self._progress, self._stage)
        try:
            with self._database.begin() as db:
                beat_job(
                    db, self._claim, now=utc_now(), lease_seconds=self._lease_seconds, progress=shown[0], stage=shown[1]
                )
        except LeaseLost:
            self._is_lost = True
        except SQLAlchemyError as error:  # the records may be back before the lease is over
            _log.warning("job.not_beaten", job_id=self._claim.job_id, error=type(error).__name__)
        else:
            self._shown = shown
