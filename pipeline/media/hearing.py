"""What people hear of a recording's sound: a side without voice, noise behind it, a series for a picture of it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.media.sound import BLOCK_SECONDS, FLOOR_DB, SoundMeasures

_MOST_POINTS = 600
_MOST_BEFORE_SECONDS = 3600.0
_ONE_SIDED_DB = 24.0
_LOUD_PART = 0.9
_QUIETEST_PART, _LOUDEST_PART = 0.05, 0.95
_FEWEST_MOMENTS = 300
"""In less than half a minute a speaker may not draw breath long enough for the noise to be heard alone."""

_VARYING_DB = 4.0
BOTH_SIDES_LU = 3.01
"""What is heard on one side only becomes louder by this when both play it: two equal channels sum up."""

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
    late = min(_MOST_BEFORE_SECONDS, max(0.0, sound.start_seconds - start_seconds))
    before = [FLOOR_DB] * round(late / BLOCK_SECONDS)
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


def heard_side(sound: SoundMeasures) -> str:
    """`left` or `right` when only that side carries the voice; nothing when both do, or nobody is heard."""
    left, right = level_at(sound.left, _LOUD_PART), level_at(sound.right, _LOUD_PART)
    if sound.loudness_lufs is None or abs(left - right) < _ONE_SIDED_DB:
        return ""
    return "left" if left > right else "right"


def noise_below_voice(sound: SoundMeasures) -> float | None:
    """How many dB the quietest moments, in which nobody speaks, lie below the loudness of the whole.

    Read speech without noise gives more than 25, and close to its ratio to a noise that was added. None where that
    tells nothing: in short recordings, and in sounds that never change.
    """
    if sound.loudness_lufs is None or len(sound.moments) < _FEWEST_MOMENTS:
        return None
    loudest = level_at(sound.moments, _LOUDEST_PART)
    # A moment of loudness lasts 0.4 s and hides the short pauses of a quick speaker; peaks do not.
    peaks = list(map(max, sound.left, sound.right))
    quietest = min(level_at(sound.moments, _QUIETEST_PART), level_at(peaks, _QUIETEST_PART))
    return sound.loudness_lufs - quietest if loudest - quietest >= _VARYING_DB else None


def level_at(levels: Sequence[float], part: float) -> float:
    """The level that this part of the moments stays below: single pops, or drops, do not count."""
    return sorted(levels)[min(len(levels) - 1, int(part * len(levels)))] if levels else FLOOR_DB
