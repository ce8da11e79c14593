"""The rules of a media manifest: exact lengths, a whole recording, an initialisation section for each part."""

import math
import re
from collections.abc import Iterator, Sequence

from pipeline.site.line_rules import address_problems, header_problems, values_of
from pipeline.site.manifest_reading import MediaKind, ReadPart, Tag, read_parts

_MASTER_TAGS = {"#EXT-X-STREAM-INF", "#EXT-X-MEDIA"}
_EXACT = re.compile(r"^\d+\.\d{3,}$")


def media_problems(tags: tuple[Tag, ...], kind: MediaKind) -> Iterator[str]:
    """A sentence for each rule that this manifest breaks by itself."""
    yield from header_problems(tags, foreign=_MASTER_TAGS)
    parts = read_parts(tags)
    segments = [segment for part in parts for segment in part.segments]
    if values_of(tags, "#EXT-X-PLAYLIST-TYPE") != ["VOD"]:
        yield "The manifest is not marked as VOD."
    if not tags or tags[-1].name != "#EXT-X-ENDLIST":
        yield "The manifest does not end with #EXT-X-ENDLIST."
    if set(values_of(tags, "#EXT-X-MEDIA-SEQUENCE")) - {"0"}:
        yield "The manifest does not begin at media sequence 0."
    if not segments:
        yield "There is no segment."
    for segment in segments:
        yield from address_problems(segment.uri)
        if not _EXACT.match(segment.duration_text):
            yield f"The length “{segment.duration_text}” of {segment.uri} is not exact."
        elif segment.duration_seconds <= 0:
            yield f"{segment.uri} has no length."
    exact = [segment.duration_seconds for segment in segments if _EXACT.match(segment.duration_text)]
    yield from _target_problems(tags, exact)
    yield from _part_problems(parts, kind)


def _target_problems(tags: tuple[Tag, ...], durations: Sequence[float]) -> Iterator[str]:
    values = values_of(tags, "#EXT-X-TARGETDURATION")
    if len(values) != 1 or not values[0].isdigit():
        yield "There is not exactly one whole #EXT-X-TARGETDURATION."
        return
    longest = max((math.floor(duration + 0.5) for duration in durations), default=0)
    if longest > int(values[0]):
        yield f"A segment of {longest} s is longer than the target of {values[0]} s."


def _part_problems(parts: Sequence[ReadPart], kind: MediaKind) -> Iterator[str]:
    for number, part in enumerate(parts, start=1):
        if not part.segments:
            yield f"Part {number} between discontinuities has no segment."
        if kind is MediaKind.SUBTITLES and part.init_uris:
            yield f"Part {number} of subtitles has an #EXT-X-MAP."
        if kind is not MediaKind.SUBTITLES and (len(part.init_uris) != 1 or not part.starts_with_init):
            yield f"Part {number} does not begin with its own #EXT-X-MAP."
        for uri in part.init_uris:
            yield from address_problems(uri)
