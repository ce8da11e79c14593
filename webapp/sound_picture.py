"""The sound of a recording as shapes for an SVG: waveform, loudness, silences, what a trim would leave out.

The picture is `WIDTH` by `HEIGHT` units and is stretched to the room it gets; words and scales stand beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.media.hearing import SoundSeries
    from pipeline.media.report import IntakeReport

WIDTH, HEIGHT = 600, 100
WAVE_HEIGHT = 56
"""The waveform takes the upper part, the loudness curve the lower."""

_CURVE_TOP, _CURVE_BOTTOM = 64.0, 98.0
_LOUDEST_LUFS, _QUIETEST_LUFS = -5.0, -65.0
TARGET_LUFS = -23.0
"""EBU R128; what every published recording is brought to."""

_MARKS = 5


@dataclass(frozen=True)
class Span:
    """A stretch of time: in seconds, and where it lies in the picture."""

    start_seconds: float
    end_seconds: float
    x: float
    width: float


@dataclass(frozen=True)
class SoundPicture:
    """The shapes: SVG paths, spans, the height of the line that marks the target, moments for the axis (seconds)."""

    wave: str
    loudness: str
    target_y: float
    silences: tuple[Span, ...]
    cuts: tuple[Span, ...]
    marks: tuple[float, ...]
    seconds: float


def draw_sound(report: "IntakeReport") -> SoundPicture | None:
    """The picture of a report's sound; None where there is none."""
    series = report.series
    if series is None or not series.peak or report.duration_seconds <= 0:
        return None
    seconds = max(report.duration_seconds, series.step_seconds * len(series.peak))
    return SoundPicture(
        wave=_wave(series.peak),
        loudness=_curve(series),
        target_y=_height_of(TARGET_LUFS),
        silences=tuple(_span(start, end, seconds) for start, end in report.silences),
        cuts=tuple(_cuts(report, seconds)),
        marks=tuple(seconds * n / (_MARKS - 1) for n in range(_MARKS)),
        seconds=seconds,
    )


def _wave(peaks: Sequence[float]) -> str:
    """A closed path around the middle of the upper part: along its upper edge, and back along the lower."""
    step, middle = WIDTH / len(peaks), WAVE_HEIGHT / 2
    upper = [(step * (n + 0.5), middle - max(0.3, peak * middle)) for n, peak in enumerate(peaks)]
    lower = [(x, WAVE_HEIGHT - y) for x, y in reversed(upper)]
    return _path([*upper, *lower]) + "Z"


def _curve(series: "SoundSeries") -> str:
    """The loudness from moment to moment; silence lies on the ground."""
    step = WIDTH / max(len(series.loudness), 1)
    return _path([(step * (n + 0.5), _height_of(value)) for n, value in enumerate(series.loudness)])


def _height_of(lufs: float) -> float:
    share = (min(max(lufs, _QUIETEST_LUFS), _LOUDEST_LUFS) - _QUIETEST_LUFS) / (_LOUDEST_LUFS - _QUIETEST_LUFS)
    return _CURVE_BOTTOM - share * (_CURVE_BOTTOM - _CURVE_TOP)


def _cuts(report: "IntakeReport", seconds: float) -> Iterator[Span]:
    """What lies outside the proposed trim."""
    if report.trim is None:
        return
    start, end = report.trim
    if start > 0:
        yield _span(0.0, start, seconds)
    if end < seconds:
        yield _span(end, seconds, seconds)


def _span(start: float, end: float, seconds: float) -> Span:
    left, right = (min(max(moment / seconds, 0.0), 1.0) * WIDTH for moment in (start, end))
    return Span(start, end, round(left, 1), round(right - left, 1))


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
