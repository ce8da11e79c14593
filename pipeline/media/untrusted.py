"""A file under check: what it is opened as, with which programs, and how much time it may cost altogether."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.errors import RetryableError
from pipeline.media.programs import MediaPrograms, guarded_input
from pipeline.media.sniff import Container
from pipeline.processes import ProgramResult, ProgramTimedOut, run_program

SMALL_BYTES = 1_000_000
_SMALL_SECONDS = 25.0
_SLOWEST_BYTES_PER_SECOND = 20_000
_SHORTEST_SECONDS = 0.5
_STALL_SECONDS = 120.0
_WRITTEN_BYTES = 16 * 1024**2
"""Measuring answers through pipes; a program that writes a large file does something else."""


class TookTooLong(Exception):
    """A small file kept a program busy for longer than any honest one would: the file is at fault, not the machine."""


@dataclass(frozen=True)
class UntrustedFile:
    """A file whose first bytes announce a container. All programs together must end by `ends_at` (monotonic)."""

    path: Path
    container: Container
    programs: MediaPrograms
    work_dir: Path
    ends_at: float

    @property
    def input_arguments(self) -> list[str]:
        """Arguments that open it with every guard."""
        return guarded_input(self.path, self.container)

    @property
    def is_small(self) -> bool:
        """Whether it is too small for a recording that could keep a machine busy."""
        return self.path.stat().st_size <= SMALL_BYTES

    def run(
        self,
        argv: Sequence[str],
        *,
        on_stdout_line: Callable[[str], None] | None = None,
        on_stderr_line: Callable[[str], None] | None = None,
    ) -> ProgramResult:
        """Run a program that reads the file, within the time that is left, without a network where that can be had.

        Raises `TookTooLong` when a small file is not done in time; a large one means an overloaded machine, and
        gives `ProgramTimedOut` or `ProgramStalled`, which a retry may mend. So may `RetryableError`, for a kill from
        outside.
        """
        try:
            result = run_program(
                argv,
                deadline_seconds=max(_SHORTEST_SECONDS, self.ends_at - time.monotonic()),
                stall_seconds=_STALL_SECONDS,
                memory_bytes=self.programs.intake_memory_bytes,
                file_bytes=_WRITTEN_BYTES,
                on_stdout_line=on_stdout_line,
                on_stderr_line=on_stderr_line,
                cwd=self.work_dir,
            )
        except ProgramTimedOut as error:
            if self.is_small:
                raise TookTooLong from error
            raise
        if result.was_killed:
            raise RetryableError(
                f"{Path(argv[0]).name} was killed from outside while it read a recording; the check can be tried again."
            )
        return result


def open_untrusted(path: Path, container: Container, programs: MediaPrograms, work_dir: Path) -> UntrustedFile:
    """Start the clock: small files get 25 seconds in all, larger ones what their size can justify."""
    beyond = max(0, path.stat().st_size - SMALL_BYTES)
    seconds = _SMALL_SECONDS + beyond / _SLOWEST_BYTES_PER_SECOND
    return UntrustedFile(path, container, programs, work_dir.resolve(), time.monotonic() + seconds)
