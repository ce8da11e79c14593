"""Cut an encoded track into CMAF segments: an initialisation section, then one file for each stretch of time.

All renditions are cut at the same times, so that a player can change between them at any segment. Segments are
written from the samples themselves, not by ffmpeg's HLS muxer, which cannot be told to avoid a last segment of a
few frames, leaves its version in every file and starts sound 21 ms late.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from pipeline.domain.packages import MediaRendition, Segment
from pipeline.media.boxes import children, find
from pipeline.media.fragments import FragmentedTrack, Sample

PRIMING_SAMPLES = 1024
"""ffmpeg's AAC encoder begins with one block of priming; it is dropped, so that sound begins where it sounds."""

SHORTEST_LAST_SECONDS = 0.5
"""A last segment shorter than this joins the one before."""

_COMPRESSOR_NAME = slice(42, 74)


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
    return groups


def write_rendition(
    track: FragmentedTrack, starts: Sequence[float], *, name: str, out_dir: Path, codecs: str
) -> MediaRendition:
    """Write `NAME/init.mp4` and `NAME/0001.m4s` … below `out_dir`; lengths and rates are those of what was written."""
    folder = out_dir / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "init.mp4").write_bytes(initialisation_section(track))
    segments: list[Segment] = []
    decode_ticks = 0
    with track.path.open("rb") as media:
        for number, samples in enumerate(group_samples(track, starts), 1):
            ticks = sum(sample.duration for sample in samples)
            data = _segment(number, decode_ticks, samples, _read(media, samples))
            (folder / f"{number:04d}.m4s").write_bytes(data)
            segments.append(Segment(f"{name}/{number:04d}.m4s", track.seconds(ticks), len(data)))
            decode_ticks += ticks
    return MediaRendition(
        name=name,
        codecs=codecs,
        init_uri=f"{name}/init.mp4",
        segments=tuple(segments),
        peak_bits_per_second=round(max(s.size_bytes * 8 / s.duration_seconds for s in segments)),
        average_bits_per_second=round(
            sum(s.size_bytes for s in segments) * 8 / sum(s.duration_seconds for s in segments)
        ),
    )


def _read(media: BinaryIO, samples: Iterable[Sample]) -> bytes:
    chunks = []
    for sample in samples:
        media.seek(sample.position)
        chunks.append(media.read(sample.size))
    return b"".join(chunks)


def initialisation_section(track: FragmentedTrack) -> bytes:
    """`ftyp` and `moov` without user data and without the name of the compressor."""
    kept = [(kind, _nameless(body) if kind == b"trak" else body) for kind, body in children(track.moov)]
    moov = b"".join(_box(kind, body) for kind, body in kept if kind != b"udta")
    return _box(b"ftyp", track.ftyp) + _box(b"moov", moov)


def _nameless(trak: bytes) -> bytes:
    """Blank the 32 bytes in which a picture's sample description names its encoder."""
    table = find(trak, b"mdia", b"minf", b"stbl", b"stsd")
    if table is None or table[12:16] != b"avc1":
        return trak
    start = trak.index(table) + 16
    name = range(start + _COMPRESSOR_NAME.start, start + _COMPRESSOR_NAME.stop)
    return trak[: name.start] + bytes(len(name)) + trak[name.stop :]


def _segment(number: int, decode_ticks: int, samples: Sequence[Sample], media: bytes) -> bytes:
    """One `moof` and its `mdat`; every sample says its own duration, size, kind and offset."""
    table = b"".join(struct.pack(">IIIi", s.duration, s.size, s.flags, s.offset) for s in samples)
    # Flags: offset of the data, then duration, size, flags and composition offset of each sample; version 1 for
    # signed offsets. Track 1, addresses relative to the moof.
    run = struct.pack(">IIi", 0x01000F01, len(samples), 0) + table
    header = _box(b"mfhd", struct.pack(">II", 0, number))
    track = _box(b"tfhd", struct.pack(">II", 0x020000, 1)) + _box(b"tfdt", struct.pack(">IQ", 0x01000000, decode_ticks))
    size = 8 + len(header) + 8 + len(track) + 8 + len(run)
    run = run[:8] + struct.pack(">i", size + 8) + run[12:]
    moof = _box(b"moof", header + _box(b"traf", track + _box(b"trun", run)))
    return moof + _box(b"mdat", media)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body
