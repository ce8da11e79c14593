"""A clock of the day for some programs alone, which can be set forward and back while they run."""

import shutil
import struct
from collections.abc import Mapping
from pathlib import Path

from pipeline.domain.errors import FinalError
from pipeline.processes import run_program

_SOURCE = Path(__file__).parent / "clock.c"


def can_make_clocks() -> bool:
    """Whether there is a C compiler, which the clock needs."""
    return shutil.which("cc") is not None


class Clock:
    """Runs with the machine's until it is set; programs started with its `variables` go by it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "clock"
        self._library = folder / "clock.so"
        self.set(0)
        argv = ["cc", "-shared", "-fPIC", "-O1", "-o", str(self._library), str(_SOURCE), "-ldl"]
        result = run_program(argv, deadline_seconds=60)
        if result.returncode != 0:
            raise FinalError(f"The bench's clock could not be compiled: {result.last_words}")

    def set(self, seconds: int) -> None:
        """Differ by so many seconds from the machine's clock, from now on."""
        if not self._file.exists():
            self._file.write_bytes(bytes(8))
        with self._file.open("r+b") as file:
            file.write(struct.pack("=q", seconds))

    @property
    def variables(self) -> Mapping[str, str]:
        """What a program's environment must hold."""
        return {"LD_PRELOAD": str(self._library), "BENCH_CLOCK": str(self._file)}
