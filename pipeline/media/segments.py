"""Cut an encoded track into CMAF segments: one file with an initialisation section, an index, and all segments.

All renditions are cut at the same times, so that a player can change between them at any segment. Segments are
written from the samples themselves, not by one of ffmpeg's muxers, which cannot be told to avoid a last segment of
a few frames, leave their version in every file, and start sound 21 ms late.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from pipeline.domain.packages import ByteRange, MediaRendition, Segment
from pipeline.media.cmaf import fragment, index_bytes, initialisation_section, segment_index
from pipeline.media.fragments import FragmentedTrack, Sample

PRIMING_SAMPLES = 1024
"""ffmpeg's AAC encoder begins with one block of priming; it is dropped, so that sound begins where it sounds."""

SHORTEST_LAST_SECONDS = 0.5
"""A last segment shorter than this joins the one before."""


def cut_points(track: FragmentedTrack, segment_seconds: float) -> list[float]:
    """Start times of the segments of the reference picture, in seconds: its key frames, without a runt at the end."""
    starts, ticks = [], 0
    for sample in track.samples:
        if sample.is_key:
            starts.append(track.seconds(ticks))
        ticks += sample.duration
    is_runt = len(starts) > 1 and track.seconds(ticks) - starts[-1] < min(SHORTEST_LAST_SECONDS, segment_seconds / 2)
    return starts[:-1] if is_runt else starts


def without_priming(track: FragmentedTrack) -> FragmentedTrack:
    """The sound without the encoder's first, silent block."""
    first, *rest = track.samples
    return replace(track, samples=tuple(rest)) if rest and first.duration == PRIMING_SAMPLES else track


def group_samples(track: FragmentedTrack, starts: Sequence[float]) -> list[list[Sample]]:
    """Samples by segment: each goes where most of it lies."""
    groups: list[list[Sample]] = [[] for _ in starts]
    current, ticks = 0, 0
    for sample in track.samples:
        middle = track.seconds(ticks) + track.seconds(sample.duration) / 2
        while current + 1 < len(starts) and middle >= starts[current + 1]:
            current += 1
        groups[current].append(sample)
        ticks += sample.duration
    return [group for group in groups if group]


def write_rendition(
    track: FragmentedTrack, starts: Sequence[float], *, name: str, out_dir: Path, codecs: str
) -> MediaRendition:
    """Write `NAME.mp4` below `out_dir`; lengths and rates are those of what was written."""
    groups = group_samples(track, starts)
    head = initialisation_section(track)
    index = ByteRange(len(head), index_bytes(len(groups)))
    uri = f"{name}.mp4"
    with track.path.open("rb") as media, (out_dir / uri).open("wb") as target:
        target.write(head + bytes(index.length))
        segments = _write_segments(track, groups, media, target)
        target.seek(index.offset)
        lengths = [sum(sample.duration for sample in group) for group in groups]
        target.write(segment_index(track.timescale, lengths, [segment.size_bytes for segment in segments]))
    size = sum(segment.size_bytes for segment in segments)
    return MediaRendition(
        name=name,
        codecs=codecs,
        uri=uri,
        init_bytes=len(head),
        index=index,
        segments=segments,
        peak_bits_per_second=round(max(s.size_bytes * 8 / s.duration_seconds for s in segments)),
        average_bits_per_second=round(size * 8 / sum(s.duration_seconds for s in segments)),
    )


def _write_segments(
    track: FragmentedTrack, groups: Sequence[Sequence[Sample]], media: BinaryIO, target: BinaryIO
) -> tuple[Segment, ...]:
    segments, decode_ticks = [], 0
    for number, samples in enumerate(groups, 1):
        ticks = sum(sample.duration for sample in samples)
        made = fragment(number, decode_ticks, samples, _read(media, samples))
        key_bytes = 0 if track.is_sound else made.first_sample_ends
        segments.append(Segment(track.seconds(ticks), target.tell(), len(made.data), key_bytes))
        target.write(made.data)
        decode_ticks += ticks
    return tuple(segments)


def _read(media: BinaryIO, samples: Iterable[Sample]) -> bytes:
    chunks = []
    for sample in samples:
        media.seek(sample.position)
        chunks.append(media.read(sample.size))
    return b"".join(chunks)
