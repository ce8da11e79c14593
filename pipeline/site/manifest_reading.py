"""Reading HLS manifests back into plain values, for checks and for walking; understands what the product writes.

Nothing here judges: `manifest_rules` does. What cannot be read at all raises `ManifestUnreadable`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^",]*)(?:,|$)')


class ManifestUnreadable(ValueError):
    """The text is no HLS manifest; the message is a sentence for a list of problems."""


class MediaKind(StrEnum):
    """What the segments of a media manifest hold."""

    VIDEO = "video"
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
    """A segment as listed; `duration_text` is kept because its precision is judged."""

    uri: str
    duration_text: str

    @property
    def duration_seconds(self) -> float:
        """The length; raises `ManifestUnreadable` when it is no number."""
        try:
            return float(self.duration_text)
        except ValueError:
            raise ManifestUnreadable(f"“{self.duration_text}” is no segment length.") from None


@dataclass
class ReadPart:
    """Segments between two discontinuities, with the URIs of their initialisation sections."""

    segments: list[ReadSegment] = field(default_factory=list)
    init_uris: list[str] = field(default_factory=list)
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
    """URI lines that no `#EXTINF` or `#EXT-X-STREAM-INF` introduces."""
    lines = [line for line in text.splitlines() if line.strip()]
    introduced = ("#EXTINF", "#EXT-X-STREAM-INF")
    return [
        line
        for before, line in pairwise(["", *lines])
        if not line.startswith("#") and not before.startswith(introduced)
    ]


def read_parts(tags: tuple[Tag, ...]) -> list[ReadPart]:
    """The segments of a media manifest, cut at its discontinuities."""
    parts = [ReadPart()]
    for tag in tags:
        if tag.name == "#EXT-X-DISCONTINUITY":
            parts.append(ReadPart())
        elif tag.name == "#EXT-X-MAP":
            parts[-1].starts_with_init |= not parts[-1].segments
            parts[-1].init_uris.append(tag.attributes.get("URI", ""))
        elif tag.name == "#EXTINF":
            parts[-1].segments.append(ReadSegment(tag.uri or "", tag.value.split(",")[0]))
    return parts


def read_renditions(tags: tuple[Tag, ...]) -> list[Rendition]:
    """The media manifests that a master names, each once."""
    found = [Rendition(MediaKind.VIDEO, tag.uri) for tag in tags if tag.name == "#EXT-X-STREAM-INF" and tag.uri]
    for tag in tags:
        if tag.name == "#EXT-X-MEDIA" and "URI" in tag.attributes:
            kind = MediaKind.AUDIO if tag.attributes.get("TYPE") == "AUDIO" else MediaKind.SUBTITLES
            found.append(Rendition(kind, tag.attributes["URI"]))
    return list(dict.fromkeys(found))


def parts_in(text: str) -> list[ReadPart]:
    """`read_parts` of a text, nothing where it cannot be read: the rules say that once."""
    try:
        return read_parts(read_tags(text))
    except ManifestUnreadable:
        return []


def renditions_in(text: str) -> list[Rendition]:
    """`read_renditions` of a text, nothing where it cannot be read."""
    try:
        return read_renditions(read_tags(text))
    except ManifestUnreadable:
        return []


def is_master(text: str) -> bool:
    """Whether this manifest lists renditions rather than segments."""
    return "#EXT-X-STREAM-INF" in text or "#EXT-X-MEDIA:" in text
