"""Runs of ffmpeg for an encode: how long each may take, how far it is, and whose fault it is when one fails."""

import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.errors import DiskFull, FinalError, RetryableError
from pipeline.media.programs import MediaPrograms
from pipeline.processes import ByteReader, LineReader, ProgramResult, ProgramStalled, run_program

_STALL_SECONDS = 120
_DEADLINE_BASE_SECONDS = 300
_SLOWEST_SPEED = 1 / 40
_FILE_BASE_BYTES = 64 * 1024**2
_FILE_BYTES_PER_SECOND = 4 * 1024**2
"""Of one rendition: 32 Mbit/s, which no ladder asks for. What writes more fills the disk."""
_NICENESS = 5
"""Checks and the portal go before encodes: somebody waits for those."""

_NO_ROOM = "No space left on device"
_NO_MEMORY = "Cannot allocate memory"
_NO_AV1 = "Unknown encoder 'libsvtav1'"

OnProgress = Callable[[float], None]


@dataclass(frozen=True)
class EncodeRuns:
    """Runs in one working folder for one recording of so many seconds."""

    programs: MediaPrograms
    work_dir: Path
    seconds: float

    def run(
        self,
        arguments: list[str],
        *,
        on_stdout_line: LineReader | None = None,
        on_stdout_bytes: ByteReader | None = None,
        on_stderr_line: LineReader | None = None,
        stdin: Iterable[bytes] | None = None,
    ) -> ProgramResult:
        """Run ffmpeg to its end, whatever that is. Raises `DiskFull`, `ProgramTimedOut` and `ProgramStalled`."""
        result = run_program(
            [self.programs.ffmpeg, *arguments],
            deadline_seconds=_DEADLINE_BASE_SECONDS + self.seconds / _SLOWEST_SPEED,
            stall_seconds=_STALL_SECONDS,
            memory_bytes=self.programs.memory_bytes,
            file_bytes=_FILE_BASE_BYTES + round(self.seconds * _FILE_BYTES_PER_SECOND),
            niceness=_NICENESS,
            stdin=stdin,
            on_stdout_line=on_stdout_line,
            on_stdout_bytes=on_stdout_bytes,
            on_stderr_line=on_stderr_line,
            cwd=self.work_dir,
        )
        if result.returncode == 0:
            refuse_no_room(result)
        return result


class Progress:
    """Listens to decoded pictures and to ffmpeg's `-progress` lines; a clock that stands still for two minutes ends
    the run. Until every output has begun, and the storyboard begins at the end, ffmpeg reports nothing itself.
    """

    def __init__(self, whole_seconds: float, on_progress: OnProgress | None) -> None:
        self._whole = max(whole_seconds, 0.001)
        self._on_progress = on_progress
        self._reached = 0.0
        self._reports_since = 0

    def take(self, line: str) -> None:
        """Take one line; others than those of the clock are passed over."""
        name, _, value = line.partition("=")
        if name != "out_time_us" or not value.lstrip("-").isdigit():
            return
        before = self._reached
        self.reach(int(value) / 1e6)
        if self._reached > before:
            return
        # ffmpeg reports twice a second, whether or not anything moves.
        self._reports_since += 1
        if self._reports_since > 2 * _STALL_SECONDS:
            raise ProgramStalled(f"ffmpeg made no progress for {_STALL_SECONDS} s and was stopped.")

    def reach(self, seconds: float) -> None:
        """Tell that the recording was worked on up to here."""
        done = min(1.0, max(0.0, seconds / self._whole))
        if done <= self._reached:
            return
        self._reached, self._reports_since = done, 0
        if self._on_progress:
            self._on_progress(done)


def was_circumstance(result: ProgramResult) -> bool:
    """Whether a failure has nothing to do with what was read: killed from outside, no room, memory or encoder."""
    return result.was_killed or any(words in result.stderr_tail for words in (_NO_ROOM, _NO_MEMORY, _NO_AV1))


def refuse_no_room(result: ProgramResult) -> None:
    """Raise `DiskFull` when files are incomplete: where only their end finds no room, ffmpeg calls it success."""
    if _NO_ROOM in result.stderr_tail:
        raise explain_failure(result)


def explain_failure(result: ProgramResult) -> Exception:
    """What to raise for a run that gave nothing to go on with."""
    if _NO_ROOM in result.stderr_tail:
        return DiskFull("The disk is full: the encode could not write its files. Free some space.")
    if _NO_MEMORY in result.stderr_tail:
        return FinalError("ffmpeg ran out of the memory it may use. Raise the setting PRESESSION_MEDIA__MEMORY_BYTES.")
    if result.returncode == 0:
        return FinalError(
            "ffmpeg ended with status 0 and left no picture. Does the setting PRESESSION_MEDIA__FFMPEG name the right "
            "program?"
        )
    if _NO_AV1 in result.stderr_tail:
        return FinalError(
            "The ladder asks for AV1, which this ffmpeg cannot make: it has no libsvtav1. "
            "Set enabled = false under [modern] in config/renditions.toml, or name another ffmpeg."
        )
    if result.returncode < 0:
        name = signal.Signals(-result.returncode).name
        return RetryableError(f"ffmpeg was ended by {name} in the middle of an encode; it can be tried again.")
    return FinalError(f"ffmpeg could not encode the recording (status {result.returncode}): {_complaint(result)}")


def _complaint(result: ProgramResult) -> str:
    """The last line of the log that is not one of `-progress`."""
    lines = [line for line in result.stderr_tail.splitlines() if line.strip() and "=" not in line.split(" ")[0]]
    return "".join(c if c.isprintable() else "?" for c in (lines[-1] if lines else ""))[:300]
