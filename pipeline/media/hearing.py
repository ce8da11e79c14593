"""What people hear of a recording's sound: silences, a side without voice, a series for a picture of it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.domain.limits import Limit
from pipeline.media.sound import BLOCK_SECONDS, FLOOR_DB, SoundMeasures

SILENCE_SECONDS = 1.0
"""Shorter is a breath."""

_BELOW_LOUDNESS_DB = 20.0
_HIGHEST_SILENCE_DB, _LOWEST_SILENCE_DB = -36.0, -60.0
_MOST_POINTS = 600
_MOST_SILENCES = 200
_ONE_SIDED_DB = 24.0
_LOUD_PART = 0.9
BOTH_SIDES_LU = 3.01
"""What is heard on one side only becomes louder by this when both play it: two equal channels sum up."""

_WORTH_A_TRIM_SECONDS = 3.0
_MARGIN_SECONDS = 0.5
_NEAR_SECONDS = 0.15

Span = tuple[float, float]


@dataclass(frozen=True)
class SoundSeries:
    """The sound over time, from the recording's start, a value for every `step_seconds`; some hundred at most.

    `peak` is the highest true peak, 0 to 1 of full scale; `loudness` the highest momentary loudness in LUFS.
    """

    step_seconds: float
    peak: tuple[float, ...]
    loudness: tuple[float, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {**asdict(self), "peak": list(self.peak), "loudness": list(self.loudness)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "SoundSeries":
        """Read back what `to_json` wrote."""
        return cls(data["step_seconds"], tuple(data["peak"]), tuple(data["loudness"]))


def sound_series(sound: SoundMeasures, start_seconds: float) -> SoundSeries:
    """Peaks and loudness of a recording that begins at `start_seconds` on ffmpeg's timeline."""
    before = [FLOOR_DB] * max(0, round((sound.start_seconds - start_seconds) / BLOCK_SECONDS))
    peaks = [*before, *map(max, sound.left, sound.right)]
    moments = [*before, *sound.moments]
    step = -(-len(peaks) // _MOST_POINTS) or 1
    return SoundSeries(
        step_seconds=round(step * BLOCK_SECONDS, 1),
        peak=tuple(round(min(1.0, 10 ** (level / 20)), 3) for level in _highest(peaks, step)),
        loudness=tuple(round(level, 1) for level in _highest(moments, step)),
    )


def _highest(levels: list[float], step: int) -> Iterator[float]:
    for at in range(0, len(levels), step):
        yield max(levels[at : at + step])


def silences(sound: SoundMeasures, span: Span) -> tuple[Span, ...]:
    """Where nothing is heard, as seconds from the recording's start; the longest ones, in order of time.

    Silence is measured against the voice: 20 dB below the loudness of the whole no syllable is left, while the
    noise of a room may well be. Before its sound begins and after it has ended a recording is silent, too.
    """
    start, end = span
    threshold = silence_level(sound)
    found: list[Span] = []
    since = start
    for place, level in enumerate(map(max, sound.left, sound.right)):
        if level >= threshold:
            found.append((since, sound.start_seconds + place * BLOCK_SECONDS))
            since = sound.start_seconds + (place + 1) * BLOCK_SECONDS
    found.append((since, end))
    long = [(a - start, b - start) for a, b in found if b - a >= SILENCE_SECONDS]
    longest = sorted(long, key=lambda silence: silence[0] - silence[1])[:_MOST_SILENCES]
    return tuple((round(max(0.0, a), 1), round(b, 1)) for a, b in sorted(longest))


def silent_ends(found: tuple[Span, ...], seconds: float) -> Span:
    """Seconds of silence at the start and at the end of a recording of this length."""
    at_start = found[0][1] if found and found[0][0] < _NEAR_SECONDS else 0.0
    at_end = seconds - found[-1][0] if found and found[-1][1] > seconds - _NEAR_SECONDS else 0.0
    return at_start, at_end


def propose_trim(ends: Span, seconds: float, limit: Limit) -> Span | None:
    """From where to where a recording might be shown without its silent ends, a moment of which stays."""
    first, last = (end - _MARGIN_SECONDS if end >= _WORTH_A_TRIM_SECONDS else 0.0 for end in ends)
    rest = seconds - first - last
    if (not first and not last) or rest <= 0 or limit.is_too_short(rest):
        return None
    return round(first, 1), round(seconds - last, 1)


def silence_level(sound: SoundMeasures) -> float:
    """Peaks below this, in dB, are silence."""
    loudness = sound.loudness_lufs if sound.loudness_lufs is not None else _LOWEST_SILENCE_DB
    return max(_LOWEST_SILENCE_DB, min(_HIGHEST_SILENCE_DB, loudness - _BELOW_LOUDNESS_DB))


def heard_side(sound: SoundMeasures) -> str:
    """`left` or `right` when only that side carries the voice; nothing when both do, or nobody is heard."""
    left, right = _usual_loud(sound.left), _usual_loud(sound.right)
    if sound.loudness_lufs is None or abs(left - right) < _ONE_SIDED_DB:
        return ""
    return "left" if left > right else "right"


def _usual_loud(levels: Sequence[float]) -> float:
    """The level of the louder moments; single pops do not count."""
    return sorted(levels)[int(_LOUD_PART * len(levels))] if levels else FLOOR_DB
