"""What a piece of work costs: wall-clock time, and processor time of this process and of all its children."""

import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and seconds of processor time."""

    wall_seconds: float
    cpu_seconds: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.wall_seconds + other.wall_seconds, self.cpu_seconds + other.cpu_seconds)

    def to_json(self) -> dict[str, float]:
        """JSON types, rounded to hundredths."""
        return {name: round(value, 2) for name, value in asdict(self).items()}


def measure(work: Callable[[], Result]) -> tuple[Result, Cost]:
    """Do the work once and say what it cost; children count once they have ended."""
    cpu, wall = _cpu_seconds(), time.perf_counter()
    result = work()
    return result, Cost(time.perf_counter() - wall, _cpu_seconds() - cpu)


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
