"""What one encode will make: its constant rate, how many pictures and samples, and where its timeline begins."""

from dataclasses import dataclass
from fractions import Fraction

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


def plan_encode(report: IntakeReport, ladder: Ladder) -> EncodePlan:
    """Length and rate from what intake measured; the timeline begins with the first picture or sound."""
    video = report.video
    assert video is not None  # noqa: S101 - an accepted recording has a picture
    starts = [video.start_seconds] + ([report.audio.start_seconds] if report.audio else [])
    return EncodePlan(
        ladder=ladder.for_source(video.width, video.height),
        rate=video.encode_rate,
        frames=max(1, round(Fraction(report.duration_seconds) * video.encode_rate)),
        start_seconds=min(starts),
    )
