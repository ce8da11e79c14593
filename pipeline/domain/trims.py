"""A trim: which part of a recording is shown, chosen after it was uploaded; what may be chosen."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from pipeline.domain.limits import Limit

_ROUNDED_SECONDS = 0.1
"""People choose tenths of a second."""


@dataclass(frozen=True)
class Trim:
    """From and to, in seconds from the recording's start (its first picture or sound); `end_seconds` is not shown."""

    start_seconds: float
    end_seconds: float

    @property
    def duration_seconds(self) -> float:
        """How long what is left is."""
        return round(self.end_seconds - self.start_seconds, 3)

    def leaves_all(self, whole_seconds: float) -> bool:
        """Whether nothing of a recording of this length is left out."""
        is_from_start = self.start_seconds <= _ROUNDED_SECONDS
        return is_from_start and self.end_seconds >= whole_seconds - _ROUNDED_SECONDS

    def to_json(self) -> dict[str, Any]:
        """For fingerprints: another trim is another encode."""
        return asdict(self)


class TrimProblem(StrEnum):
    """Why a trim cannot be chosen."""

    OUTSIDE = "outside"
    BACKWARDS = "backwards"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"


def find_trim_problem(trim: Trim, whole_seconds: float, limit: Limit) -> TrimProblem | None:
    """What is wrong with a trim of a recording of this length; None when it can be shown so."""
    if not 0 <= trim.start_seconds < whole_seconds or trim.end_seconds > whole_seconds + _ROUNDED_SECONDS:
        return TrimProblem.OUTSIDE
    if trim.end_seconds <= trim.start_seconds:
        return TrimProblem.BACKWARDS
    if limit.is_too_short(trim.duration_seconds):
        return TrimProblem.TOO_SHORT
    return TrimProblem.TOO_LONG if limit.is_too_long(trim.duration_seconds) else None
