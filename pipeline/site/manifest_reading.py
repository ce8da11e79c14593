"""Reading HLS manifests back into plain values, for checks and for walking; understands what the product writes.

Nothing here judges: `manifest_rules` does. What cannot be read at all raises `ManifestUnreadable`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from pipeline.domain.packages import ByteRange
from pipeline.site.bit_rates import Stretch

_RANGE = re.compile(r"^(\d+)@(\d+)$")
_INTRODUCE = ("#EXTINF", "#EXT-X-BYTERANGE", "#EXT-X-STREAM-INF")
_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^",]*)(?:,|$)')


class ManifestUnreadable(ValueError):
    """The text is no HLS manifest; the message is a sentence for a list of problems."""


class MediaKind(StrEnum):
    """What the segments of a media manifest hold."""

    VIDEO = "video"
    KEY_PICTURES = "key pictures"
    AUDIO = "audio"
    SUBTITLES = "subtitles"


@dataclass(frozen=True)
class Tag:
    """One `#EXT…` line with the URI line after it, where there is one."""

    name: str
    value: str
    uri: str | None = None

    @property
    def attributes(self) -> Mapping[str, str]:
        """The attribute list of the value; quotes are taken off."""
        return {name: value.strip('"') for name, value in _ATTRIBUTE.findall(self.value)}


@dataclass(frozen=True)
class ReadSegment:
    """A segment as listed; `duration_text` is kept because its precision is judged, no `span` means the whole file."""

    uri: str
    duration_text: str
    span: ByteRange | None = None

    @property
    def duration_seconds(self) -> float:
        """The length; raises `ManifestUnreadable` when it is no number."""
        try:
            return float(self.duration_text)
        except ValueError:
            raise ManifestUnreadable(f"“{self.duration_text}” is no segment length.") from None

    @property
    def stretch(self) -> Stretch:
        """Bytes, 0 where they are not listed, and seconds."""
        return (self.span.length if self.span else 0, self.duration_seconds)


@dataclass(frozen=True)
class ReadInit:
    """An initialisation section as listed."""

    uri: str
    span: ByteRange | None


@dataclass
class ReadPart:
    """Segments between two discontinuities, with their initialisation sections."""

    segments: list[ReadSegment] = field(default_factory=list)
    inits: list[ReadInit] = field(default_factory=list)
    starts_with_init: bool = False

    @property
    def duration_seconds(self) -> float:
        """Sum of the lengths."""
        return sum(segment.duration_seconds for segment in self.segments)


@dataclass(frozen=True)
class Rendition:
    """A media manifest that a master names."""

    kind: MediaKind
    uri: str


def read_tags(text: str) -> tuple[Tag, ...]:
    """All tags in order; raises `ManifestUnreadable` unless the text begins as a manifest."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or lines[0] != "#EXTM3U":
        raise ManifestUnreadable("The first line is not #EXTM3U.")
    return tuple(_tags(lines[1:]))


def _tags(lines: list[str]) -> Iterator[Tag]:
    for line, following in pairwise([*lines, ""]):
        if line.startswith("#EXT"):
            name, _, value = line.partition(":")
            yield Tag(name, value, following if following and not following.startswith("#") else None)


def stray_uris(text: str) -> list[str]:
    """URI lines that no tag introduces."""
    lines = [line for line in text.splitlines() if line.strip()]
    return [
        line
        for before, line in pairwise(["", *lines])
        if not line.startswith("#") and not before.startswith(_INTRODUCE)
    ]


def read_parts(tags: tuple[Tag, ...]) -> list[ReadPart]:
    """The segments of a media manifest, cut at its discontinuities; raises `ManifestUnreadable` for a strange range."""
    parts = [ReadPart()]
    for tag, following in pairwise([*tags, Tag("", "")]):
        if tag.name == "#EXT-X-DISCONTINUITY":
            parts.append(ReadPart())
        elif tag.name == "#EXT-X-MAP":
            parts[-1].starts_with_init |= not parts[-1].segments
            values = tag.attributes
            parts[-1].inits.append(ReadInit(values.get("URI", ""), _span(values.get("BYTERANGE"))))
        elif tag.name == "#EXTINF":
            range_tag = following if following.name == "#EXT-X-BYTERANGE" and tag.uri is None else None
            uri, span = (range_tag.uri, _span(range_tag.value)) if range_tag else (tag.uri, None)
            parts[-1].segments.append(ReadSegment(uri or "", tag.value.split(",")[0], span))
    return parts


def _span(text: str | None) -> ByteRange | None:
    if text is None:
        return None
    found = _RANGE.match(text)
    if found is None:
        raise ManifestUnreadable(f"The byte range “{text}” is not LENGTH@OFFSET.")
    return ByteRange(offset=int(found[2]), length=int(found[1]))


def read_renditions(tags: tuple[Tag, ...]) -> list[Rendition]:
    """The media manifests that a master names, each once."""
    return list(dict.fromkeys(found for tag in tags if (found := _rendition(tag))))


def _rendition(tag: Tag) -> Rendition | None:
    values = tag.attributes
    if tag.name == "#EXT-X-STREAM-INF" and tag.uri:
        return Rendition(MediaKind.VIDEO if "RESOLUTION" in values else MediaKind.AUDIO, tag.uri)
    if tag.name == "#EXT-X-I-FRAME-STREAM-INF" and "URI" in values:
        return Rendition(MediaKind.KEY_PICTURES, values["URI"])
    if tag.name == "#EXT-X-MEDIA" and "URI" in values:
        return Rendition(MediaKind.AUDIO if values.get("TYPE") == "AUDIO" else MediaKind.SUBTITLES, values["URI"])
    return None


def tags_in(text: str) -> tuple[Tag, ...]:
    """`read_tags` of a text, nothing where it cannot be read: the rules say that once."""
    try:
        return read_tags(text)
    except ManifestUnreadable:
        return ()


def parts_in(text: str) -> list[ReadPart]:
    """`read_parts` of a text, nothing where it cannot be read."""
    try:
        return read_parts(tags_in(text))
    except ManifestUnreadable:
        return []


def renditions_in(text: str) -> list[Rendition]:
    """`read_renditions` of a text, nothing where it cannot be read."""
    return read_renditions(tags_in(text))


def is_master(text: str) -> bool:
    """Whether this manifest lists renditions rather than segments."""
    return "#EXT-X-STREAM-INF" in text or "#EXT-X-MEDIA:" in text
