"""How a program's run can end: with a result, or with an error that says whether trying again may help."""

import signal
import time
from dataclasses import dataclass

from pipeline.domain.errors import FinalError, RetryableError
from pipeline.processes.confinement import Bounds, words_of_wrapper

_UNLOADABLE = "error while loading shared libraries"


class ProgramMissing(FinalError):
    """A program that we need is not installed, does not run here, or a setting names one that is not there."""


class ProgramNotStarted(RetryableError):
    """The system refused what a program needs before it runs, for instance one more namespace."""


class ProgramTimedOut(RetryableError):
    """A program did not end before its deadline and was killed."""


class ProgramStalled(RetryableError):
    """A program said nothing for too long and was killed."""


class ProgramFlooded(FinalError):
    """A program wrote more than anybody asked for and was killed."""


@dataclass(frozen=True)
class ProgramResult:
    """How a program ended. `returncode` is negative for a signal, `stderr_tail` holds its last words.

    `stdout` is empty when its lines went to a reader; `is_silent` says that it wrote nothing at all.
    `cpu_seconds` counts all its threads.
    """

    returncode: int
    stdout: bytes
    stderr_tail: str
    seconds: float
    cpu_seconds: float
    is_silent: bool = False

    @property
    def was_killed(self) -> bool:
        """Whether somebody outside ended it: an operator, or the kernel when memory ran out."""
        return self.returncode in (-signal.SIGKILL, -signal.SIGTERM)

    @property
    def last_words(self) -> str:
        """The last line of stderr in printable characters, at most 300; for messages to operators."""
        lines = [line for line in self.stderr_tail.splitlines() if line.strip()]
        return "".join(c if c.isprintable() else "?" for c in (lines[-1] if lines else ""))[:300]


class Watch:
    """The clock of one run."""

    def __init__(self, name: str, deadline_seconds: float, stall_seconds: float | None = None) -> None:
        self._name = name
        self._deadline_seconds = deadline_seconds
        self._stall_seconds = stall_seconds
        self.started = self.heard_at = time.monotonic()

    def check(self) -> None:
        """Raise when the deadline is over or nothing was heard for too long."""
        now = time.monotonic()
        if now > self.started + self._deadline_seconds:
            raise ProgramTimedOut(
                f"{self._name} was not done after {self._deadline_seconds:.0f} s and was stopped. "
                "The machine may be overloaded; the job can be tried again."
            )
        if self._stall_seconds is not None and now > self.heard_at + self._stall_seconds:
            raise ProgramStalled(
                f"{self._name} made no progress for {self._stall_seconds:.0f} s and was stopped. "
                "The job can be tried again."
            )


def refuse_unfinished(result: ProgramResult, name: str, bounds: Bounds) -> None:
    """Raise for an end that says nothing about what the program was given to read."""
    words = words_of_wrapper(result.returncode, result.stderr_tail)
    if "failed to execute" in words or (result.returncode == 127 and _UNLOADABLE in result.stderr_tail):
        raise ProgramMissing(f"{name} does not run on this machine: {result.last_words}")
    if words:
        raise ProgramNotStarted(f"{name} could not be started: {result.last_words}. It can be tried again.")
    if result.returncode == -signal.SIGXFSZ:
        raise ProgramFlooded(f"{name} wrote a file larger than {bounds.file_bytes} bytes and was stopped.")
    if result.returncode == -signal.SIGKILL and bounds.cpu_seconds and result.cpu_seconds > bounds.cpu_seconds - 1:
        raise ProgramTimedOut(f"{name} used up its {bounds.cpu_seconds} s of computing and was stopped.")
