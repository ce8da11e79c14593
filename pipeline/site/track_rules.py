"""Rules between a track file and what is said of it: every listed range is exactly what lies there."""

from collections.abc import Iterator
from itertools import chain

from pipeline.domain.packages import ByteRange
from pipeline.site.fit_rules import AUDIO_DRIFT_SECONDS
from pipeline.site.manifest_reading import MediaKind, ReadPart
from pipeline.site.track_reading import TrackLayout

_EXACT_SECONDS = 0.001


def layout_problems(track: TrackLayout) -> Iterator[str]:
    """What is wrong with a file by itself: its index is to describe its fragments, and they are to fill it."""
    if [size for size, _ in track.indexed] != [fragment.span.length for fragment in track.fragments]:
        yield "has an index that does not agree with its fragments."
    if any(not seconds for _, seconds in track.indexed):
        yield "has a fragment without a length in its index."
    if any((fragment.first_sample_bytes or 0) > fragment.span.length for fragment in track.fragments):
        yield "has a first sample that reaches beyond its fragment."


def listing_problems(part: ReadPart, kind: MediaKind, track: TrackLayout) -> Iterator[str]:
    """What is wrong with a part of a media manifest, all of whose ranges lie in this file."""
    if [init.span for init in part.inits] != [track.init]:
        yield "is listed with another initialisation section than it has."
    is_key = kind is MediaKind.KEY_PICTURES
    spans = [fragment.first_sample if is_key else fragment.span for fragment in track.fragments]
    listed = [segment.span for segment in part.segments]
    if len(listed) != len(spans) or any(span and one != span for one, span in zip(listed, spans, strict=True)):
        yield f"is listed with other ranges of {kind} than it has."
        return
    lengths = zip(part.segments, track.indexed, strict=False)
    drift = max((abs(segment.duration_seconds - seconds) for segment, (_, seconds) in lengths), default=0.0)
    if drift > (AUDIO_DRIFT_SECONDS if kind is MediaKind.AUDIO else _EXACT_SECONDS):
        yield f"is listed with lengths that differ from its index by {drift:.3f} s."


def range_problems(said: ByteRange, answer: bytes, status: int, whole: bytes) -> Iterator[str]:
    """What is wrong with an answer to a request for a range; servers without ranges may send the whole file."""
    if status == 206 and answer != whole[said.offset : said.end]:
        yield f"answers other bytes than {said.offset} to {said.end} when asked for them."
    elif status == 200 and answer != whole:
        yield "answers neither the range that was asked for nor the whole file."
    elif status not in {200, 206}:
        yield f"answers a request for a range with status {status}."


def probed_ranges(track: TrackLayout) -> list[ByteRange]:
    """Ranges worth asking a server for: the beginning, the index, the first and the last fragment."""
    spans = [fragment.span for fragment in track.fragments]
    return list(dict.fromkeys(chain((track.init, track.index), spans[:1], spans[-1:])))
