"""One HLS manifest as text (RFC 8216, Apple's authoring rules): a media manifest, or the master over several.

Says how a manifest is spelled; which manifests a stream has is said in `manifests`.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_HEADER = ("#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS")
_AUDIO_GROUP = "audio"
_SUBTITLE_GROUP = "subtitles"


@dataclass(frozen=True)
class ListedSegment:
    """One line pair of a media manifest: a relative URI and its exact length."""

    uri: str
    duration_seconds: float


@dataclass(frozen=True)
class ListedPart:
    """Segments on one timeline that starts at 0; `init_uri` is None for subtitles, which need no initialisation."""

    segments: tuple[ListedSegment, ...]
    init_uri: str | None = None


@dataclass(frozen=True)
class VariantEntry:
    """One quality of picture together with the sound: rates in bits per second include both."""

    uri: str
    bandwidth: int
    average_bandwidth: int
    codecs: str
    width: int
    height: int
    frame_rate: float


@dataclass(frozen=True)
class AudioEntry:
    """The one audio rendition; `language` is BCP 47, `name` what a menu shows."""

    uri: str
    name: str
    language: str
    channels: int


@dataclass(frozen=True)
class SubtitleEntry:
    """One language of subtitles; `name` is the language's name in itself."""

    uri: str
    name: str
    language: str


def media_manifest(parts: Sequence[ListedPart]) -> str:
    """A whole media manifest; parts are joined by discontinuities, each with its own initialisation section."""
    longest = max(segment.duration_seconds for part in parts for segment in part.segments)
    lines = [*_HEADER, f"#EXT-X-TARGETDURATION:{_rounded(longest)}", "#EXT-X-PLAYLIST-TYPE:VOD"]
    for number, part in enumerate(parts):
        if number:
            lines.append("#EXT-X-DISCONTINUITY")
        lines.extend(_part_lines(part))
    lines.append("#EXT-X-ENDLIST")
    return _joined(lines)


def master_manifest(variants: Iterable[VariantEntry], *, audio: AudioEntry, subtitles: Sequence[SubtitleEntry]) -> str:
    """A master manifest; no subtitle is on by default, the page chooses one for its reader."""
    lines = [*_HEADER, _audio_line(audio)]
    lines.extend(_subtitle_line(entry) for entry in subtitles)
    for variant in variants:
        lines.extend((_variant_line(variant, has_subtitles=bool(subtitles)), variant.uri))
    return _joined(lines)


def _part_lines(part: ListedPart) -> Iterable[str]:
    if part.init_uri is not None:
        yield f"#EXT-X-MAP:URI={_quoted(part.init_uri)}"
    for segment in part.segments:
        yield f"#EXTINF:{segment.duration_seconds:.6f},"
        yield segment.uri


def _audio_line(entry: AudioEntry) -> str:
    return "#EXT-X-MEDIA:" + _attributes(
        TYPE="AUDIO",
        GROUP_ID=_quoted(_AUDIO_GROUP),
        NAME=_quoted(entry.name),
        LANGUAGE=_quoted(entry.language),
        DEFAULT="YES",
        AUTOSELECT="YES",
        CHANNELS=_quoted(str(entry.channels)),
        URI=_quoted(entry.uri),
    )


def _subtitle_line(entry: SubtitleEntry) -> str:
    return "#EXT-X-MEDIA:" + _attributes(
        TYPE="SUBTITLES",
        GROUP_ID=_quoted(_SUBTITLE_GROUP),
        NAME=_quoted(entry.name),
        LANGUAGE=_quoted(entry.language),
        DEFAULT="NO",
        AUTOSELECT="YES",
        FORCED="NO",
        URI=_quoted(entry.uri),
    )


def _variant_line(entry: VariantEntry, *, has_subtitles: bool) -> str:
    groups = {"AUDIO": _quoted(_AUDIO_GROUP)}
    if has_subtitles:
        groups["SUBTITLES"] = _quoted(_SUBTITLE_GROUP)
    return "#EXT-X-STREAM-INF:" + _attributes(
        BANDWIDTH=str(entry.bandwidth),
        AVERAGE_BANDWIDTH=str(entry.average_bandwidth),
        CODECS=_quoted(entry.codecs),
        RESOLUTION=f"{entry.width}x{entry.height}",
        FRAME_RATE=f"{entry.frame_rate:.3f}",
        CLOSED_CAPTIONS="NONE",
        **groups,
    )


def _attributes(**values: str) -> str:
    return ",".join(f"{name.replace('_', '-')}={value}" for name, value in values.items())


def _quoted(text: str) -> str:
    # A quoted string can hold neither quotes nor line ends, and the format has no way to escape them.
    return '"' + "".join(" " if character in '"\r\n' else character for character in text) + '"'


def _rounded(seconds: float) -> int:
    return max(1, math.floor(seconds + 0.5))


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
