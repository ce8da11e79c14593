"""The rules of a media manifest: exact lengths and byte ranges, a whole recording, each part with its own beginning."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.site.bit_rates import target_seconds
from pipeline.site.line_rules import address_problems, header_problems, values_of
from pipeline.site.manifest_reading import MediaKind, ReadPart, ReadSegment, Tag, read_parts

_MASTER_TAGS = {"#EXT-X-STREAM-INF", "#EXT-X-I-FRAME-STREAM-INF", "#EXT-X-MEDIA"}
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
    has_tag = bool(values_of(tags, "#EXT-X-I-FRAMES-ONLY"))
    if has_tag != (kind is MediaKind.KEY_PICTURES):
        yield "Key pictures alone are listed, or said to be, where they should not be."
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
    needed = target_seconds(durations)
    if needed > int(values[0]):
        yield f"A segment of {needed} s is longer than the target of {values[0]} s."


def _part_problems(parts: Sequence[ReadPart], kind: MediaKind) -> Iterator[str]:
    for number, part in enumerate(parts, start=1):
        if not part.segments:
            yield f"Part {number} between discontinuities has no segment."
        if kind is MediaKind.SUBTITLES and part.inits:
            yield f"Part {number} of subtitles has an #EXT-X-MAP."
        if kind is not MediaKind.SUBTITLES and (len(part.inits) != 1 or not part.starts_with_init):
            yield f"Part {number} does not begin with its own #EXT-X-MAP."
        for init in part.inits:
            yield from address_problems(init.uri)
            if init.span is None or init.span.offset:
                yield f"The #EXT-X-MAP of part {number} is not the first bytes of its file."
        for sentence in _range_problems(part, kind):
            yield f"Part {number}: {sentence}"


def _range_problems(part: ReadPart, kind: MediaKind) -> Iterator[str]:
    """Media lie in one file, one range after the other; subtitles too, or are a file for each segment."""
    ranged = [segment for segment in part.segments if segment.span]
    if len(ranged) < len(part.segments) and (ranged or kind is not MediaKind.SUBTITLES):
        yield "not every segment says its #EXT-X-BYTERANGE."
    if len({*(segment.uri for segment in ranged), *(init.uri for init in part.inits)}) > 1:
        yield "the segments lie in more than one file."
    for segment in ranged:
        if segment.span and not segment.span.length:
            yield f"a segment of {segment.uri} has no bytes."
    starts_at = max((init.span.end for init in part.inits if init.span), default=0)
    if any(segment.span and segment.span.offset < starts_at for segment in ranged):
        yield "a segment overlaps the initialisation section."
    for before, after in pairwise(ranged):
        yield from _gap_problems(before, after, may_leave_out=kind is MediaKind.KEY_PICTURES)


def _gap_problems(before: ReadSegment, after: ReadSegment, *, may_leave_out: bool) -> Iterator[str]:
    if before.span is None or after.span is None:
        return
    if after.span.offset < before.span.end:
        yield f"the ranges at {before.span.offset} and {after.span.offset} overlap."
    elif after.span.offset > before.span.end and not may_leave_out:
        yield f"bytes {before.span.end} to {after.span.offset} belong to no segment."
