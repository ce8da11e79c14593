"""Times of TTML as its files write them: clock times with fractions or frames, and counts of hours to ticks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

_CLOCK = re.compile(r"(\d{2,4}):(\d{2}):(\d{2})(?:\.(\d{1,9})|[:;](\d{2,3})(?:\.(\d{1,4}))?)?")
_COUNT = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
_SECONDS = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
_NUMBER = re.compile(r"\d{1,9}")
_USUAL_FRAMES = 30


@dataclass(frozen=True)
class Clock:
    """What a document says of its time: frames a second as counted and as shown, parts of a frame, ticks a second.

    `is_smpte` counts frames on a tape's clock, `drops` leaves out its numbers as NTSC does.
    """

    counted: int
    frames: Fraction
    parts: int
    ticks: int
    is_smpte: bool = False
    drops: bool = False

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "Clock":
        """From the attributes of the root by their local names; what makes no sense counts as not there."""
        counted = _number(parameters.get("frameRate")) or _USUAL_FRAMES
        parts = _number(parameters.get("subFrameRate")) or 1
        usual_ticks = counted * parts if "frameRate" in parameters else 1
        return cls(
            counted,
            counted * _multiplier(parameters.get("frameRateMultiplier", "")),
            parts,
            _number(parameters.get("tickRate")) or usual_ticks,
            parameters.get("timeBase") == "smpte",
            parameters.get("dropMode") == "dropNTSC",
        )

    def seconds(self, text: str) -> Fraction | None:
        """A time in seconds; None for what is none."""
        clock = _CLOCK.fullmatch(text)
        if clock:
            return self._clock_seconds(clock)
        count = _COUNT.fullmatch(text)
        return self._count_seconds(Fraction(count[1]), count[2]) if count else None

    def _clock_seconds(self, clock: re.Match[str]) -> Fraction | None:
        hours, minutes, seconds = (int(part) for part in clock.groups()[:3])
        if minutes > 59 or seconds > 59:
            return None
        whole = (hours * 60 + minutes) * 60 + seconds
        if not clock[5]:
            return whole + Fraction(f"0.{clock[4] or 0}")
        frames = int(clock[5]) + Fraction(int(clock[6] or 0), self.parts)
        if frames >= self.counted:
            return None
        if not self.is_smpte:
            return whole + frames / self.frames
        minutes_passed = hours * 60 + minutes
        dropped = 2 * (minutes_passed - minutes_passed // 10) if self.drops else 0
        return (whole * self.counted + frames - dropped) / self.frames

    def _count_seconds(self, count: Fraction, unit: str) -> Fraction:
        if unit == "f":
            return count / self.frames
        return count / self.ticks if unit == "t" else count * _SECONDS[unit]


def _number(text: str | None) -> int:
    return int(text) if text and _NUMBER.fullmatch(text) else 0


def _multiplier(text: str) -> Fraction:
    """`1000 1001`; drafts of the standard wrote it with a colon."""
    over, _, under = text.replace(":", " ").partition(" ")
    return Fraction(_number(over), _number(under)) if _number(over) and _number(under) else Fraction(1)
