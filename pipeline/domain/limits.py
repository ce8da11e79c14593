"""How long a statement may be: a limit belongs to a session, with a tolerance for late starts and late stops."""

import re
from dataclasses import dataclass

from pipeline.domain.errors import WrongUsage

_CLOCK = re.compile(r"^(?:(\d{1,2}):)?(\d{1,4})$")


@dataclass(frozen=True)
class Limit:
    """Allowed length of a recording in seconds; `tolerance_seconds` is forgiven at both ends."""

    min_seconds: float
    max_seconds: float
    tolerance_seconds: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.min_seconds < self.max_seconds:
            raise WrongUsage(
                f"A limit runs from a shorter to a longer time, not from {self.min_seconds:g} s "
                f"to {self.max_seconds:g} s."
            )

    def is_too_short(self, seconds: float) -> bool:
        """True when a recording of this length is shorter than forgiven."""
        return seconds < self.min_seconds - self.tolerance_seconds

    def is_too_long(self, seconds: float) -> bool:
        """True when a recording of this length is longer than forgiven."""
        return seconds > self.max_seconds + self.tolerance_seconds

    def __str__(self) -> str:
        return f"{format_clock(self.min_seconds)}-{format_clock(self.max_seconds)}"


def parse_clock(text: str) -> float:
    """Seconds of `7:00` or `420`; raises `WrongUsage` for anything else."""
    match = _CLOCK.match(text.strip())
    if not match:
        raise WrongUsage(f"“{text}” is not a length. Write minutes and seconds like 7:00, or seconds like 420.")
    minutes, seconds = match.groups()
    return int(minutes or 0) * 60 + int(seconds)


def format_clock(seconds: float) -> str:
    """`7:00` of 420; whole seconds, rounded."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def parse_limit(text: str, tolerance_seconds: float = 0.0) -> Limit:
    """A limit from `5:00-7:00` or `20-40` (seconds); raises `WrongUsage` with an example."""
    shortest, dash, longest = text.partition("-")
    if not dash:
        raise WrongUsage(f"“{text}” is not a limit. Write it as shortest-longest, for example 5:00-7:00.")
    return Limit(parse_clock(shortest), parse_clock(longest), tolerance_seconds)
