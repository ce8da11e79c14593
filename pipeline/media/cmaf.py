"""Write the boxes of a CMAF track file: initialisation section, segment index, fragments."""

import struct
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.media.boxes import children, find
from pipeline.media.fragments import FragmentedTrack, Sample

_BRANDS = (b"iso6", b"cmfc", b"dash")
"""ISO base media with addresses relative to fragments; CMAF; DASH on demand."""

_COMPRESSOR_NAME = slice(42, 74)
_NAMED_PICTURES = (b"avc1", b"av01")
_HANDLER_BYTES = 24
_SAP_TYPE_1 = 0x9000_0000
"""Begins with a picture that needs no other, and so does everything behind it."""

_FULL_BOX_OF_VERSION_1 = 0x0100_0000
_OFFSET_OF_DATA, _FIRST_FLAGS = 0x1, 0x4


def initialisation_section(track: FragmentedTrack) -> bytes:
    """`ftyp` and `moov` without user data and names of programs, with the track's length."""
    ticks = sum(sample.duration for sample in track.samples)
    boxes = dict(children(track.moov))
    movie_ticks = round(track.seconds(ticks) * _movie_timescale(boxes[b"mvhd"]))
    extends = box(b"mehd", struct.pack(">II", 0, movie_ticks)) + boxes[b"mvex"]
    moov = box(b"mvhd", boxes[b"mvhd"]) + box(b"trak", _trak(track, boxes[b"trak"])) + box(b"mvex", extends)
    return box(b"ftyp", _BRANDS[0] + bytes(4) + b"".join(_BRANDS)) + box(b"moov", moov)


def _movie_timescale(mvhd: bytes) -> int:
    return int(struct.unpack(">I", mvhd[20:24] if mvhd[0] else mvhd[12:16])[0])


def _trak(track: FragmentedTrack, trak: bytes) -> bytes:
    """Header, edit where one is needed, and media, whose handler and encoder lose their names."""
    boxes = dict(children(trak))
    media = b"".join(box(kind, _without_names(kind, body)) for kind, body in children(boxes[b"mdia"]))
    return box(b"tkhd", boxes[b"tkhd"]) + _edit(track) + box(b"mdia", media)


def _edit(track: FragmentedTrack) -> bytes:
    """The first picture is shown at 0: an encoder that reorders gives it a later time.

    Negative offsets would do as well, but ffmpeg and all players that are built on it then show every picture late.
    """
    first = min((ticks + sample.offset for ticks, sample in _timed(track.samples)), default=0)
    if first == 0:
        return b""
    # One edit without an end: from this time of the media on, at the usual speed.
    return box(b"edts", box(b"elst", struct.pack(">IIIiI", 0, 1, 0, first, 0x10000)))


def _timed(samples: Iterable[Sample]) -> Iterator[tuple[int, Sample]]:
    ticks = 0
    for sample in samples:
        yield ticks, sample
        ticks += sample.duration


def _without_names(kind: bytes, body: bytes) -> bytes:
    """A box of `mdia`; a picture's sample description names its encoder in 32 bytes."""
    if kind == b"hdlr":
        return body[:_HANDLER_BYTES] + bytes(1)
    table = find(body, b"stbl", b"stsd") if kind == b"minf" else None
    if table is None or table[12:16] not in _NAMED_PICTURES:
        return body
    start = body.index(table) + 16
    name = range(start + _COMPRESSOR_NAME.start, start + _COMPRESSOR_NAME.stop)
    return body[: name.start] + bytes(len(name)) + body[name.stop :]


def index_bytes(segments: int) -> int:
    """Length of the index of so many segments."""
    return len(segment_index(1, [0] * segments, [0] * segments))


def segment_index(timescale: int, ticks: Sequence[int], sizes: Sequence[int]) -> bytes:
    """`sidx`: length and size of every segment of a track that begins at 0 behind this box."""
    head = struct.pack(">IIIIIHH", 0, 1, timescale, 0, 0, 0, len(sizes))
    rows = (struct.pack(">III", size, length, _SAP_TYPE_1) for length, size in zip(ticks, sizes, strict=True))
    return box(b"sidx", head + b"".join(rows))


@dataclass(frozen=True)
class Fragment:
    """One `moof` and its `mdat`; `first_sample_ends` counts from its first byte."""

    data: bytes
    first_sample_ends: int


def fragment(number: int, decode_ticks: int, samples: Sequence[Sample], media: bytes) -> Fragment:
    """The samples as one fragment of track 1. What all samples share is said once."""
    usual = Sample(
        position=0,
        size=_usual(sample.size for sample in samples),
        duration=_usual(sample.duration for sample in samples),
        flags=samples[-1].flags,
        offset=0,
    )
    # Flags: addresses relative to the moof; duration, size and kind of a sample.
    track = box(b"tfhd", struct.pack(">IIIII", 0x020038, 1, usual.duration, usual.size, usual.flags))
    track += box(b"tfdt", struct.pack(">IQ", _FULL_BOX_OF_VERSION_1, decode_ticks))
    header = box(b"mfhd", struct.pack(">II", 0, number))
    run = _run(samples, usual)
    size = 8 + len(header) + 8 + len(track) + 8 + len(run)
    run = run[:8] + struct.pack(">i", size + 8) + run[12:]
    moof = box(b"moof", header + box(b"traf", track + box(b"trun", run)))
    return Fragment(moof + box(b"mdat", media), len(moof) + 8 + samples[0].size)


def _usual(values: Iterable[int]) -> int:
    return Counter(values).most_common(1)[0][0]


def _run(samples: Sequence[Sample], usual: Sample) -> bytes:
    """`trun`, version 1 for signed offsets, with the columns in which samples differ; the data's place is left 0."""
    rest = samples[1:]
    first_differs = samples[0].flags != usual.flags and all(sample.flags == usual.flags for sample in rest)
    columns: list[tuple[int, list[int]]] = [
        (0x100, [sample.duration for sample in samples]),
        (0x200, [sample.size for sample in samples]),
        (0x400, [usual.flags if first_differs else sample.flags for sample in samples]),
        (0x800, [sample.offset for sample in samples]),
    ]
    said = {0x100: usual.duration, 0x200: usual.size, 0x400: usual.flags, 0x800: 0}
    kept = {bit: values for bit, values in columns if any(value != said[bit] for value in values)}
    flags = _FULL_BOX_OF_VERSION_1 | _OFFSET_OF_DATA | sum(kept) | (_FIRST_FLAGS if first_differs else 0)
    head = struct.pack(">IIi", flags, len(samples), 0)
    head += struct.pack(">I", samples[0].flags) if first_differs else b""
    row = struct.Struct(">" + "".join("i" if bit == 0x800 else "I" for bit in kept))
    return head + b"".join(row.pack(*values) for values in zip(*kept.values(), strict=True))


def box(kind: bytes, body: bytes) -> bytes:
    """A box of ISO media."""
    return struct.pack(">I4s", len(body) + 8, kind) + body
