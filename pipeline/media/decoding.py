"""How a decode of untrusted bytes is run and what its log says: shared by the picture and the sound pass."""

import re
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.errors import RetryableError
from pipeline.media.programs import MediaPrograms
from pipeline.processes import ProgramTimedOut, run_program

_LEVEL = re.compile(r"^(?:\[[^\]]*@[^\]]*\]\s*)*\[(error|fatal|panic)\]")
_NOT_DAMAGE = (
    "non monoton",
    "muxer",
    "marking filters as finished",
    "Conversion failed",
    "Nothing was written",
    # Other streams of the file, which are not decoded.
    "not on whitelist",
    "Failed to open codec in avformat_find_stream_info",
)
_SMALL_BYTES = 1_000_000
_SMALLEST_DEADLINE = 20.0
_SLOWEST_BYTES_PER_SECOND = 20_000


@dataclass
class DecodeLog:
    """What a decoder complained about. `corrupt_frames` were decoded but are known to be wrong."""

    error_lines: int = 0
    corrupt_frames: int = 0
    gave_up: str = ""

    def take(self, line: str) -> None:
        """Count one line of ffmpeg's log (run with `-loglevel repeat+level+…`)."""
        if "corrupt decoded frame" in line:
            self.corrupt_frames += 1
        elif _LEVEL.match(line) and not any(words in line for words in _NOT_DAMAGE):
            self.error_lines += 1


def decode_deadline(size_bytes: int) -> float:
    """Seconds that a decode may take: small files get twenty, a large one what its size can justify."""
    return _SMALLEST_DEADLINE + size_bytes / _SLOWEST_BYTES_PER_SECOND


def run_decode(
    arguments: list[str],
    source: Path,
    programs: MediaPrograms,
    *,
    work_dir: Path,
    on_stdout_line: Callable[[str], None],
    on_stderr_line: Callable[[str], None],
) -> str:
    """Run one decode; returns why it did not come to its end by itself (`slow`, `crash`) or nothing.

    A small file that keeps ffmpeg busy is hostile; a large one means a busy machine, so that its `ProgramTimedOut`
    is passed on. A kill from outside (out of memory, an operator) raises `RetryableError`.
    """
    size_bytes = source.stat().st_size
    try:
        result = run_program(
            [programs.ffmpeg, "-hide_banner", "-nostdin", "-nostats", *arguments],
            deadline_seconds=decode_deadline(size_bytes),
            memory_bytes=programs.intake_memory_bytes,
            on_stdout_line=on_stdout_line,
            on_stderr_line=on_stderr_line,
            cwd=work_dir,
        )
    except ProgramTimedOut:
        if size_bytes > _SMALL_BYTES:
            raise
        return "slow"
    if result.returncode in (-signal.SIGKILL, -signal.SIGTERM):
        raise RetryableError("ffmpeg was killed from outside while it read a recording; the check can be tried again.")
    return "crash" if result.returncode < 0 else ""
