"""A trim: which part of a recording is shown, chosen after it was uploaded."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Trim:
    """From and to, in seconds from the recording's first picture; `end_seconds` is not shown any more."""

    start_seconds: float
    end_seconds: float

    @property
    def duration_seconds(self) -> float:
        """How long what is left is."""
        return self.end_seconds - self.start_seconds

    def to_json(self) -> dict[str, Any]:
        """For fingerprints: another trim is another encode."""
        return asdict(self)
