"""Findings: what intake saw in a recording, as codes with measured values; wording belongs to the screens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """`refuse` stops a recording; `warn` is shown and never blocks."""

    REFUSE = "refuse"
    WARN = "warn"


class Verdict(StrEnum):
    """The answer of intake."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


class FindingCode(StrEnum):
    """The vocabulary of findings, in order of weight; each code has one severity, see `SEVERITIES`."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    NO_VIDEO = "no_video"
    UNDECODABLE = "undecodable"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_LARGE_PICTURE = "too_large_picture"
    TOO_MANY_STREAMS = "too_many_streams"
    TOO_LARGE_FILE = "too_large_file"
    DAMAGED_SLIGHTLY = "damaged_slightly"
    NO_AUDIO = "no_audio"
    SILENT = "silent"
    SOUND_INCOMPLETE = "sound_incomplete"
    ONE_SIDED_SOUND = "one_sided_sound"
    QUIET = "quiet"
    CLIPPED = "clipped"
    NOISY = "noisy"
    LONG_SILENCE = "long_silence"
    BLACK = "black"
    FROZEN = "frozen"
    DARK = "dark"
    VERTICAL_CROP = "vertical_crop"
    WIDE_BORDERS = "wide_borders"
    PORTRAIT = "portrait"
    LOW_RESOLUTION = "low_resolution"
    VARIABLE_FRAME_RATE = "variable_frame_rate"
    SEVERAL_AUDIO_TRACKS = "several_audio_tracks"


_REFUSING = {
    FindingCode.EMPTY,
    FindingCode.UNREADABLE,
    FindingCode.TRUNCATED,
    FindingCode.DAMAGED,
    FindingCode.ENCRYPTED,
    FindingCode.NO_VIDEO,
    FindingCode.UNDECODABLE,
    FindingCode.TOO_SHORT,
    FindingCode.TOO_LONG,
    FindingCode.TOO_LARGE_PICTURE,
    FindingCode.TOO_MANY_STREAMS,
    FindingCode.TOO_LARGE_FILE,
}

SEVERITIES: Mapping[FindingCode, Severity] = {
    code: Severity.REFUSE if code in _REFUSING else Severity.WARN for code in FindingCode
}


@dataclass(frozen=True)
class Finding:
    """One thing intake noticed, with the measured values that explain it (JSON types; seconds, pixels, dB)."""

    code: FindingCode
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """Whether this finding refuses the recording or only warns."""
        return SEVERITIES[self.code]

    def to_json(self) -> dict[str, Any]:
        """The form used in reports, records and `--json` output."""
        return {"code": self.code.value, "severity": self.severity.value, "values": dict(self.values)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Finding":
        """Read back what `to_json` wrote."""
        return cls(FindingCode(data["code"]), dict(data.get("values", {})))


def by_weight(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What weighs most first, in the order of the vocabulary."""
    order = list(FindingCode)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.code)))


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Refused as soon as one finding refuses."""
    refused = any(finding.severity is Severity.REFUSE for finding in findings)
    return Verdict.REFUSED if refused else Verdict.ACCEPTED
