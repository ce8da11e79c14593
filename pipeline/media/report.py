"""The report of intake: verdict, findings, and the measured facts that the encode goes by. JSON both ways."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from pipeline.domain.findings import Finding, Verdict, verdict_of
from pipeline.media.hearing import SoundSeries, Span


@dataclass(frozen=True)
class VideoFacts:
    """The picture as measured. `width` and `height` are upright with square pixels; `frame_rate` is pictures over
    time, `output_rate` the constant rate for an encode; times are on ffmpeg's timeline of the file.

    Before the pictures were decoded, rate, start and number of frames are those of the packets. `expected_frames`
    are packets that hold a picture, `leading_frames` those before the first key picture; `end_seconds` is when the
    last one has been shown, for `last_picture_seconds`. `claimed_seconds` and `claimed_frames` are what the header
    says; 0 when it says nothing.
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
    end_seconds: float = 0.0
    last_picture_seconds: float = 0.0
    expected_frames: int = 0
    leading_frames: int = 0
    claimed_seconds: float = 0.0
    claimed_frames: int = 0

    @property
    def encode_rate(self) -> Fraction:
        """`output_rate` as a number."""
        return Fraction(self.output_rate)


@dataclass(frozen=True)
class AudioFacts:
    """The sound as measured, in the stereo form that is encoded; None where nothing is heard.

    `heard_side` is `left` or `right` when only that one carries the voice: an encode plays it on both, and the
    loudness given here is the one it then has. `changes_form`: the number of channels or the rate changes on the way.
    """

    index: int
    codec: str
    channels: int
    sample_rate: int
    language: str
    start_seconds: float
    loudness_lufs: float | None
    true_peak_dbtp: float | None
    end_seconds: float = 0.0
    heard_side: str = ""
    changes_form: bool = False


@dataclass(frozen=True)
class IntakeReport:
    """What intake says of one file. `duration_seconds` was measured, not claimed; `container` is the demuxer.

    Until `pictures_checked`, an accepting verdict is of packets and sound alone; a refusal is final at any time.
    `series` draws the sound; `silences`, `pauses` (short ones too), and `trim`, which proposes to leave out long
    silence at the ends, are seconds from the recording's start; so are `black` and `still`, where the picture is black
    or stands still.
    """

    findings: tuple[Finding, ...]
    duration_seconds: float
    container: str = ""
    video: VideoFacts | None = None
    audio: AudioFacts | None = None
    pictures_checked: bool = False
    series: SoundSeries | None = None
    silences: tuple[Span, ...] = ()
    pauses: tuple[Span, ...] = ()
    trim: Span | None = None
    black: tuple[Span, ...] = ()
    still: tuple[Span, ...] = ()

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
            "pictures_checked": self.pictures_checked,
            "series": self.series.to_json() if self.series else None,
            "silences": [list(silence) for silence in self.silences],
            "pauses": [list(pause) for pause in self.pauses],
            "trim": list(self.trim) if self.trim else None,
            "black": [list(span) for span in self.black],
            "still": [list(span) for span in self.still],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "IntakeReport":
        """Read back what `to_json` wrote; of what an older version wrote, the fields that it knew."""
        trim = data.get("trim")
        return cls(
            findings=tuple(Finding.from_json(finding) for finding in data["findings"]),
            duration_seconds=data["duration_seconds"],
            container=data["container"],
            video=VideoFacts(**data["video"]) if data["video"] else None,
            audio=AudioFacts(**data["audio"]) if data["audio"] else None,
            pictures_checked=data.get("pictures_checked", True),
            series=SoundSeries.from_json(data["series"]) if data.get("series") else None,
            silences=tuple((start, end) for start, end in data.get("silences", ())),
            pauses=tuple((start, end) for start, end in data.get("pauses", ())),
            trim=(trim[0], trim[1]) if trim else None,
            black=tuple((start, end) for start, end in data.get("black", ())),
            still=tuple((start, end) for start, end in data.get("still", ())),
        )
