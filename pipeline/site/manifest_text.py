"""One HLS manifest as text (RFC 8216, Apple's authoring rules): a media manifest, or the master over several.

Says how a manifest is spelled; which manifests a stream has is said in `manifests`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.domain.packages import ByteRange
from pipeline.site.bit_rates import Stretch, target_seconds

_HEADER = ("#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS")
_AUDIO_GROUP = "audio"
_SUBTITLE_GROUP = "subtitles"


@dataclass(frozen=True)
class ListedSegment:
    """One segment of a media manifest: a relative URI, its exact length, its stretch of the file (None: all of it)."""

    uri: str
    duration_seconds: float
    span: ByteRange | None = None


@dataclass(frozen=True)
class ListedPart:
    """Segments on one timeline that starts at 0; `init` is None for subtitles, which need no initialisation."""

    segments: tuple[ListedSegment, ...]
    init_uri: str = ""
    init: ByteRange | None = None

    @property
    def stretches(self) -> list[Stretch]:
        """Bytes and seconds of each segment."""
        return [(s.span.length if s.span else 0, s.duration_seconds) for s in self.segments]


@dataclass(frozen=True)
class VariantEntry:
    """One quality with the sound in it: rates in bits per second include both. No `width` means sound alone."""

    uri: str
    bandwidth: int
    average_bandwidth: int
    codecs: str
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0


@dataclass(frozen=True)
class AudioEntry:
    """One audio rendition; `language` is BCP 47, `name` what a menu shows, `characteristics` are uniform type ids."""

    uri: str
    name: str
    language: str
    channels: int
    is_default: bool = False
    characteristics: tuple[str, ...] = ()


@dataclass(frozen=True)
class SubtitleEntry:
    """One language of subtitles; `name` is the language's name in itself."""

    uri: str
    name: str
    language: str


def target_of(parts: Sequence[ListedPart]) -> int:
    """The target duration, in seconds, of a manifest that lists these parts."""
    return target_seconds([segment.duration_seconds for part in parts for segment in part.segments])


def media_manifest(parts: Sequence[ListedPart], *, has_key_pictures_only: bool = False) -> str:
    """A whole media manifest; parts are joined by discontinuities, each with its own initialisation section."""
    lines = [*_HEADER, f"#EXT-X-TARGETDURATION:{target_of(parts)}", "#EXT-X-PLAYLIST-TYPE:VOD"]
    if has_key_pictures_only:
        lines.append("#EXT-X-I-FRAMES-ONLY")
    for number, part in enumerate(parts):
        if number:
            lines.append("#EXT-X-DISCONTINUITY")
        lines.extend(_part_lines(part))
    lines.append("#EXT-X-ENDLIST")
    return _joined(lines)


def master_manifest(
    variants: Iterable[VariantEntry],
    *,
    audio: Sequence[AudioEntry],
    subtitles: Sequence[SubtitleEntry],
    key_pictures: Iterable[VariantEntry] = (),
) -> str:
    """A master manifest; no subtitle is on by default, the page chooses one for its reader.

    The first variant is the one that players start with. `key_pictures` are manifests of I-frames alone.
    """
    lines = [*_HEADER, *(_audio_line(entry) for entry in audio)]
    lines.extend(_subtitle_line(entry) for entry in subtitles)
    for variant in variants:
        lines.extend((_variant_line(variant, has_subtitles=bool(subtitles)), variant.uri))
    lines.extend(_key_pictures_line(entry) for entry in key_pictures)
    return _joined(lines)


def _part_lines(part: ListedPart) -> Iterable[str]:
    if part.init is not None:
        yield "#EXT-X-MAP:" + _attributes(URI=_quoted(part.init_uri), BYTERANGE=_quoted(_range(part.init)))
    for segment in part.segments:
        yield f"#EXTINF:{segment.duration_seconds:.6f},"
        if segment.span is not None:
            yield f"#EXT-X-BYTERANGE:{_range(segment.span)}"
        yield segment.uri


def _range(span: ByteRange) -> str:
    return f"{span.length}@{span.offset}"


def _audio_line(entry: AudioEntry) -> str:
    said = {"CHARACTERISTICS": _quoted(",".join(entry.characteristics))} if entry.characteristics else {}
    return "#EXT-X-MEDIA:" + _attributes(
        TYPE="AUDIO",
        GROUP_ID=_quoted(_AUDIO_GROUP),
        NAME=_quoted(entry.name),
        LANGUAGE=_quoted(entry.language),
        DEFAULT="YES" if entry.is_default else "NO",
        AUTOSELECT="YES",
        **said,
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
    values = _rates(entry)
    if entry.width:
        values |= {"FRAME_RATE": f"{entry.frame_rate:.3f}", **_picture(entry)}
    values |= {"CLOSED_CAPTIONS": "NONE", "AUDIO": _quoted(_AUDIO_GROUP)}
    if has_subtitles:
        values["SUBTITLES"] = _quoted(_SUBTITLE_GROUP)
    return "#EXT-X-STREAM-INF:" + _attributes(**values)


def _key_pictures_line(entry: VariantEntry) -> str:
    return "#EXT-X-I-FRAME-STREAM-INF:" + _attributes(**_rates(entry), **_picture(entry), URI=_quoted(entry.uri))


def _rates(entry: VariantEntry) -> dict[str, str]:
    return {
        "BANDWIDTH": str(entry.bandwidth),
        "AVERAGE_BANDWIDTH": str(entry.average_bandwidth),
        "CODECS": _quoted(entry.codecs),
    }


def _picture(entry: VariantEntry) -> dict[str, str]:
    return {"RESOLUTION": f"{entry.width}x{entry.height}", "VIDEO_RANGE": "SDR"}


def _attributes(**values: str) -> str:
    return ",".join(f"{name.replace('_', '-')}={value}" for name, value in values.items())


def _quoted(text: str) -> str:
    # A quoted string can hold neither quotes nor line ends, and the format has no way to escape them.
    return '"' + "".join(" " if character in '"\r\n' else character for character in text) + '"'


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
