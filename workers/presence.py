"""Says every few seconds that a worker or scheduler lives, from a thread of its own."""

import importlib.metadata
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pipeline.domain.jobs import Queue
from pipeline.domain.tokens import new_name
from pipeline.records.database import Database
from pipeline.services.running_parts import PartIdentity, beat_part, remove_part
from workers.clock import utc_now

_TIDY_SECONDS = 20.0

_log = structlog.get_logger(__name__)


def worker_identity(queues: Sequence[Queue], slots: int) -> PartIdentity:
    """This process as a worker, under a new name."""
    return _identity("worker", tuple(queues), slots)


def scheduler_identity() -> PartIdentity:
    """This process as a scheduler, under a new name."""
    return _identity("scheduler", (), 0)


def _identity(kind: str, queues: tuple[Queue, ...], slots: int) -> PartIdentity:
    version = importlib.metadata.version("presession")
    return PartIdentity(new_name(), kind, socket.gethostname(), os.getpid(), version, queues, slots)


class Presence:
    """Beats for one part from `start` on. Several processes may beat for the same part.

    `tidy` is called every few seconds: a part that is idle keeps its machine clean too.
    """

    def __init__(
        self,
        database: Database,
        part: PartIdentity,
        *,
        beat_seconds: float,
        is_stopping: Callable[[], bool],
        tidy: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._part = part
        self._beat_seconds = beat_seconds
        self._is_stopping = is_stopping
        self._tidy = tidy
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Beat no more."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        tidied_at = time.monotonic()
        while True:
            self._beat()
            if time.monotonic() > tidied_at + _TIDY_SECONDS:
                tidied_at = time.monotonic()
                self._tidy()
            if self._ended.wait(self._beat_seconds):
                break

    def _beat(self) -> None:
        try:
            with self._database.begin() as db:
                beat_part(db, self._part, now=utc_now(), is_stopping=self._is_stopping())
        except SQLAlchemyError as error:
            _log.warning("part.not_beaten", error=type(error).__name__)


def say_ended(database: Database, part: PartIdentity) -> None:
    """Take a part's row away; one that records which are away keep is removed by a scheduler later."""
    try:
        with database.begin() as db:
            remove_part(db, part.name)
    except SQLAlchemyError as error:
        _log.warning("part.not_removed", error=type(error).__name__)
