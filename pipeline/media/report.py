"""The report of intake: verdict, findings, and the measured facts that the encode goes by. JSON both ways."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from pipeline.domain.findings import Finding, Verdict, verdict_of


@dataclass(frozen=True)
class VideoFacts:
    """The picture as measured. `width` and `height` are upright with square pixels; `frame_rate` is decoded frames
    over time, `output_rate` the constant rate for an encode; `start_seconds` is on ffmpeg's timeline of the file.
    """

    index: int
    codec: str
    width: int
    height: int
    frame_rate: float
    output_rate: str
    frames: int
    rotation: int
    start_seconds: float
    is_interlaced: bool
    pixel_format: str
    transfer: str
    primaries: str
    matrix: str

    @property
    def encode_rate(self) -> Fraction:
        """`output_rate` as a number."""
        return Fraction(self.output_rate)


@dataclass(frozen=True)
class AudioFacts:
    """The sound as measured, in the stereo form that is encoded; None where nothing is heard."""

    index: int
    codec: str
    channels: int
    sample_rate: int
    language: str
    start_seconds: float
    loudness_lufs: float | None
    true_peak_dbtp: float | None


@dataclass(frozen=True)
class IntakeReport:
    """What intake says of one file. `duration_seconds` was decoded, not claimed; `container` is the demuxer."""

    findings: tuple[Finding, ...]
    duration_seconds: float
    container: str = ""
    video: VideoFacts | None = None
    audio: AudioFacts | None = None

    @property
    def verdict(self) -> Verdict:
        """Refused as soon as one finding refuses."""
        return verdict_of(self.findings)

    @property
    def is_accepted(self) -> bool:
        """Whether the recording can be encoded."""
        return self.verdict is Verdict.ACCEPTED

    def to_json(self) -> dict[str, Any]:
        """JSON types only: the output of `presession check --json`, and what records keep."""
        return {
            "verdict": self.verdict.value,
            "findings": [finding.to_json() for finding in self.findings],
            "duration_seconds": self.duration_seconds,
            "container": self.container,
            "video": asdict(self.video) if self.video else None,
            "audio": asdict(self.audio) if self.audio else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "IntakeReport":
        """Read back what `to_json` wrote."""
        return cls(
            findings=tuple(Finding.from_json(finding) for finding in data["findings"]),
            duration_seconds=data["duration_seconds"],
            container=data["container"],
            video=VideoFacts(**data["video"]) if data["video"] else None,
            audio=AudioFacts(**data["audio"]) if data["audio"] else None,
        )
