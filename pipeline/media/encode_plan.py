"""What one encode will make: its constant rate, how many pictures and samples, and where its timeline begins.

With a trim the timeline begins and ends within the recording; what lies outside is decoded and measured, not shown.
"""

from dataclasses import dataclass
from fractions import Fraction

from pipeline.domain.trims import Trim
from pipeline.media.ladder import Ladder
from pipeline.media.report import IntakeReport

SAMPLE_RATE = 48_000


@dataclass(frozen=True)
class EncodePlan:
    """Pictures at a constant rate and samples, all of the same length; `ladder` has the rungs that are made."""

    ladder: Ladder
    rate: Fraction
    frames: int
    start_seconds: float
    trim: Trim | None = None

    @property
    def duration_seconds(self) -> float:
        """Length of every rendition."""
        return float(self.frames / self.rate)

    @property
    def samples(self) -> int:
        """Audio samples of that length."""
        return round(self.frames / self.rate * SAMPLE_RATE)

    @property
    def keyframe_interval(self) -> int:
        """Frames of a segment; at 29.97 frames a second four seconds are 4.004 s."""
        return round(self.rate * self.ladder.segment_seconds)

    def is_like(self, other: "EncodePlan") -> bool:
        """Whether the two give the same timeline, to a picture."""
        is_as_long = abs(self.frames - other.frames) <= 1
        return self.rate == other.rate and is_as_long and abs(self.start_seconds - other.start_seconds) * self.rate <= 1


def plan_encode(report: IntakeReport, ladder: Ladder, trim: Trim | None = None) -> EncodePlan:
    """Length and rate from what intake measured; the timeline begins with the first picture or sound, or with the
    picture that is shown at the trim's start.
    """
    video = report.video
    assert video is not None  # noqa: S101 - an accepted recording has a picture
    starts = [video.start_seconds] + ([report.audio.start_seconds] if report.audio else [])
    rate = video.encode_rate
    shown = trim or Trim(0.0, report.duration_seconds)
    first, last = (round(Fraction(moment) * rate) for moment in _within(shown, report.duration_seconds))
    return EncodePlan(
        ladder=ladder.for_source(video.width, video.height),
        rate=rate,
        frames=max(1, last - first),
        start_seconds=min(starts) + float(first / rate),
        trim=trim,
    )


def _within(shown: Trim, whole_seconds: float) -> tuple[float, float]:
    """Where it begins and ends, never behind the recording's end."""
    return min(shown.start_seconds, whole_seconds), min(shown.end_seconds, whole_seconds)
