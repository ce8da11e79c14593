"""Keeps long-lived parts running: starts them in order, starts again what died, stops all.

Everything is started in the main thread: a part dies with the thread that started it, even on `kill -9`.
"""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from pipeline.domain.errors import FinalError, PresessionError
from pipeline.processes import ServerProcess

Say = Callable[[str], None]

_LOOK_EVERY_SECONDS = 0.2
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_SECONDS = 60.0


class PartNotReady(FinalError):
    """A part ended, or did not answer in time, when everything was being started."""


@dataclass(frozen=True)
class Part:
    """One long-lived process. `is_ready` is asked until it says yes; `log` is where its own words are.

    A base is what other parts stand on: it ends after them.
    """

    name: str
    start: Callable[[], ServerProcess]
    is_ready: Callable[[], bool]
    log: str
    ready_seconds: float = 60.0
    grace_seconds: float = 10.0
    is_base: bool = False


class _Watched:
    """A part with its process, and when it may be started again."""

    def __init__(self, part: Part, process: ServerProcess) -> None:
        self.part = part
        self.process = process
        self.started_at = time.monotonic()
        self.pause_seconds = _FIRST_PAUSE_SECONDS
        self.restart_at: float | None = None

    def look(self, now: float, say: Say) -> None:
        """Start the process again, some time after it ended: longer each time, until it has run steadily."""
        if self.process.is_running():
            return
        if self.restart_at is None:
            if now - self.started_at > _STEADY_SECONDS:
                self.pause_seconds = _FIRST_PAUSE_SECONDS
            self.restart_at = now + self.pause_seconds
            say(
                f"The {self.part.name} ended ({_ending(self.process)}); it is started again in "
                f"{self.pause_seconds:g} s. Its log: {self.part.log}"
            )
        elif now >= self.restart_at:
            self._start_again(now, say)

    def _start_again(self, now: float, say: Say) -> None:
        """One part that cannot be started now does not stop the others: it is tried again after its next pause."""
        self.pause_seconds = min(self.pause_seconds * 2, _LONGEST_PAUSE_SECONDS)
        try:
            self.process = self.part.start()
        except (PresessionError, OSError) as error:
            self.restart_at = now + self.pause_seconds
            say(f"The {self.part.name} could not be started; next try in {self.pause_seconds:g} s. {error}")
        else:
            self.started_at, self.restart_at = now, None


class Supervisor:
    """Runs some parts until it is told to stop."""

    def __init__(self, parts: Sequence[Part], *, say: Say) -> None:
        self._parts = parts
        self._say = say
        self._watched: list[_Watched] = []
        self._is_stopping = False

    def run(self, on_ready: Callable[[], None] | None = None) -> None:
        """Start all, call `on_ready`, watch until SIGTERM or SIGINT, stop all. Raises `PartNotReady`."""
        with self._stop_signals():
            try:
                self._start_all()
                if not self._is_stopping and on_ready is not None:
                    on_ready()
                self._watch()
            finally:
                self._stop_all()

    def _start_all(self) -> None:
        for part in self._parts:
            if self._is_stopping:
                return
            watched = _Watched(part, part.start())
            self._watched.append(watched)
            self._wait_until_ready(watched)

    def _wait_until_ready(self, watched: _Watched) -> None:
        part, deadline = watched.part, time.monotonic() + watched.part.ready_seconds
        while not self._is_stopping and not part.is_ready():
            if not watched.process.is_running():
                raise PartNotReady(
                    f"The {part.name} ended at its start ({_ending(watched.process)}). Its log: {part.log}"
                )
            if time.monotonic() > deadline:
                raise PartNotReady(
                    f"The {part.name} did not answer within {part.ready_seconds:g} s. Its log: {part.log}"
                )
            time.sleep(_LOOK_EVERY_SECONDS / 2)

    def _watch(self) -> None:
        while not self._is_stopping:
            for watched in self._watched:
                watched.look(time.monotonic(), self._say)
            time.sleep(_LOOK_EVERY_SECONDS)

    def _stop_all(self) -> None:
        for is_base in (False, True):
            group = [watched for watched in self._watched if watched.part.is_base is is_base]
            with ThreadPoolExecutor(max_workers=max(1, len(group))) as pool:
                list(pool.map(_stop, group))

    @contextmanager
    def _stop_signals(self) -> Iterator[None]:
        def stop(_signal: int, _frame: FrameType | None) -> None:
            self._is_stopping = True

        before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _stop(watched: _Watched) -> None:
    watched.process.stop(watched.part.grace_seconds)


def _ending(process: ServerProcess) -> str:
    code = process.returncode
    if code is None:
        return "unknown"
    return f"exit status {code}" if code >= 0 else f"killed by signal {-code}"
