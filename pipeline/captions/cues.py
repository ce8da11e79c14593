"""Cues: timed plain text, the one form in which captions travel between reading, checking and writing."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.captions.places import Place

_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_NO_TEXT = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff]")
_BLANKS = " \t"


@dataclass(frozen=True)
class Cue:
    """One caption: seconds from the start of the recording, plain text with newlines between lines, and its place.

    Times count in whole milliseconds. The text carries no markup and is as `plain_text` leaves it; anything
    else is a mistake of the caller and raises `ValueError`.
    """

    start_seconds: float
    end_seconds: float
    text: str
    place: Place = Place.BOTTOM

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start_seconds) and math.isfinite(self.end_seconds)):
            raise ValueError("A cue's times are finite numbers of seconds.")
        if not 0 <= milliseconds(self.start_seconds) < milliseconds(self.end_seconds):
            raise ValueError("A cue starts at 0 or later and ends at least a millisecond after its start.")
        if not self.text or self.text != plain_text(self.text):
            raise ValueError("A cue's text is not empty and has been through plain_text().")


def milliseconds(seconds: float) -> int:
    """The whole milliseconds in which cue times count."""
    return round(seconds * 1000)


def plain_text(raw: str) -> str:
    """Text fit for a cue: lines by newlines, none of them blank, no control characters, no blanks at their ends.

    Direction marks and every other character of a script are kept, but for the two that show letters in another order
    than they are written in.
    """
    lines = (_NO_TEXT.sub("", line).strip(_BLANKS) for line in _LINE_ENDS.split(raw))
    return "\n".join(line for line in lines if line.strip())


def in_order(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Cues by start, then end; those at the same times keep their order, which is the order on screen."""
    return tuple(sorted(cues, key=lambda cue: (milliseconds(cue.start_seconds), milliseconds(cue.end_seconds))))
