"""Cues while they are worked on: times in milliseconds, and perhaps not yet such as can be published."""

from dataclasses import dataclass
from typing import Protocol

from pipeline.captions.cues import Cue, milliseconds


class CueLike(Protocol):
    """A cue as it is being worked on: it may still be empty, or end before it starts."""

    @property
    def start_ms(self) -> int:
        """When it appears, in milliseconds."""

    @property
    def end_ms(self) -> int:
        """When it disappears."""

    @property
    def text(self) -> str:
        """Its lines, parted by newlines."""


@dataclass(frozen=True)
class WorkCue:
    """The plainest `CueLike`."""

    start_ms: int
    end_ms: int
    text: str

    @classmethod
    def of(cls, cue: Cue) -> "WorkCue":
        """A finished cue."""
        return cls(milliseconds(cue.start_seconds), milliseconds(cue.end_seconds), cue.text)
