"""What a piece of work costs: wall-clock time, and processor time of this process and of all its children."""

import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and seconds of processor time (user and system)."""

    wall_seconds: float
    cpu_seconds: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.wall_seconds + other.wall_seconds, self.cpu_seconds + other.cpu_seconds)

    def to_json(self) -> dict[str, float]:
        """JSON types, rounded to thousandths."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def measure(work: Callable[[], Result]) -> tuple[Result, Cost]:
    """Do the work once and say what it cost; children count once they have ended."""
    cpu, wall = cpu_seconds(), time.perf_counter()
    result = work()
    return result, Cost(time.perf_counter() - wall, cpu_seconds() - cpu)


def cpu_seconds() -> float:
    """Processor time that this process and its ended children have used so far."""
    return own_cpu_seconds() + _used(resource.RUSAGE_CHILDREN)


def own_cpu_seconds() -> float:
    """The part of it that was spent in this process."""
    return _used(resource.RUSAGE_SELF)


def peak_memory_bytes() -> tuple[int, int]:
    """Largest resident memory so far: of this process, and of the largest of its ended children."""
    return _own_peak_bytes(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024


def _own_peak_bytes() -> int:
    """The kernel's high-water mark. What `getrusage` says counts what the parent held when it started this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _used(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime
