"""Reading a published track file back: where its initialisation, index, fragments and first pictures lie.

Written apart from the code that makes such files, so that a mistake there is seen here.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from pipeline.domain.packages import ByteRange

_TFHD_DEFAULT_SIZE = 0x10
_TFHD_BEFORE_SIZE = {0x01: 8, 0x02: 4, 0x08: 4}
_TRUN_DATA_OFFSET, _TRUN_FIRST_FLAGS, _TRUN_DURATION, _TRUN_SIZE = 0x001, 0x004, 0x100, 0x200


class TrackUnreadable(ValueError):
    """The bytes are no track file; the message ends the sentence that its address begins."""


@dataclass(frozen=True)
class Fragment:
    """One `moof` with its `mdat`, and how many of its bytes reach to the end of the first sample.

    None where an outline did not look into it.
    """

    span: ByteRange
    first_sample_bytes: int | None

    @property
    def first_sample(self) -> ByteRange | None:
        """The description and the first sample."""
        return None if self.first_sample_bytes is None else ByteRange(self.span.offset, self.first_sample_bytes)


@dataclass(frozen=True)
class TrackLayout:
    """What lies where; `indexed` are the bytes and seconds of each fragment as the index says them."""

    size_bytes: int
    init: ByteRange
    index: ByteRange
    indexed: tuple[tuple[int, float], ...]
    fragments: tuple[Fragment, ...]


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    end: int
    body: memoryview


def read_track(data: bytes) -> TrackLayout:
    """The layout of a track file: `ftyp`, `moov`, `sidx`, then fragments; raises `TrackUnreadable`."""
    try:
        boxes = list(_boxes(memoryview(data)))
        if [box.kind for box in boxes[:3]] != [b"ftyp", b"moov", b"sidx"]:
            raise TrackUnreadable("does not begin with ftyp, moov and sidx.")
        index = boxes[2]
        return TrackLayout(
            size_bytes=len(data),
            init=ByteRange(0, index.start),
            index=ByteRange(index.start, index.end - index.start),
            indexed=tuple(_index_entries(index.body)),
            fragments=tuple(_fragments(boxes[3:])),
        )
    except (struct.error, IndexError, ZeroDivisionError) as error:
        raise TrackUnreadable("ends in the middle of a box.") from error


def read_outline(size_bytes: int, head: bytes, read: Callable[[ByteRange], bytes]) -> TrackLayout:
    """The layout of a track file by its beginning and its index; `read` gives bytes of the first and last fragment.

    Raises `TrackUnreadable`, as where the index says another length than the file has.
    """
    try:
        ftyp, moov, index = islice(_boxes(memoryview(head)), 3)
        if [ftyp.kind, moov.kind, index.kind] != [b"ftyp", b"moov", b"sidx"]:
            raise TrackUnreadable("does not begin with ftyp, moov and sidx.")
        indexed = tuple(_index_entries(index.body))
        spans = list(_spans(index.end, [size for size, _ in indexed]))
        if not spans or spans[-1].end != size_bytes:
            raise TrackUnreadable("is not as long as its index says.")
        looked_at = {span: _outlined(read(span)) for span in (spans[0], spans[-1])}
    except (struct.error, IndexError, ZeroDivisionError, ValueError) as error:
        raise (
            error if isinstance(error, TrackUnreadable) else TrackUnreadable("ends in the middle of a box.")
        ) from error
    return TrackLayout(
        size_bytes=size_bytes,
        init=ByteRange(0, index.start),
        index=ByteRange(index.start, index.end - index.start),
        indexed=indexed,
        fragments=tuple(Fragment(span, looked_at.get(span)) for span in spans),
    )


def _spans(start: int, sizes: Iterable[int]) -> Iterator[ByteRange]:
    for size in sizes:
        yield ByteRange(start, size)
        start += size


def _outlined(fragment: bytes) -> int | None:
    ((found,),) = [tuple(_fragments(list(_boxes(memoryview(fragment)))))]
    return found.first_sample_bytes


def _boxes(data: memoryview) -> Iterator[_Box]:
    start = 0
    while start < len(data):
        length, kind = struct.unpack_from(">I4s", data, start)
        header = 8
        if length == 1:
            (length,), header = struct.unpack_from(">Q", data, start + 8), 16
        if length < header or start + length > len(data):
            raise TrackUnreadable("ends in the middle of a box.")
        yield _Box(kind, start, start + length, data[start + header : start + length])
        start += length


def _child(body: memoryview, *path: bytes) -> memoryview:
    for wanted in path:
        found = next((box.body for box in _boxes(body) if box.kind == wanted), None)
        if found is None:
            raise TrackUnreadable(f"has a fragment without {wanted.decode()}.")
        body = found
    return body


def _index_entries(body: memoryview) -> Iterator[tuple[int, float]]:
    (timescale,) = struct.unpack_from(">I", body, 8)
    has_long_times = body[0] == 1
    (first_offset,) = struct.unpack_from(">Q" if has_long_times else ">I", body, 20 if has_long_times else 16)
    if first_offset:
        raise TrackUnreadable("has an index whose first fragment does not follow it.")
    at = 28 if has_long_times else 20
    (count,) = struct.unpack_from(">H", body, at + 2)
    for entry in range(count):
        size, duration = struct.unpack_from(">II", body, at + 4 + 12 * entry)
        yield size & 0x7FFFFFFF, duration / timescale


def _fragments(boxes: list[_Box]) -> Iterator[Fragment]:
    kinds = [box.kind for box in boxes]
    if not boxes or kinds != [b"moof", b"mdat"] * (len(boxes) // 2):
        raise TrackUnreadable("is not a row of moof and mdat behind its index.")
    for moof, mdat in zip(boxes[::2], boxes[1::2], strict=True):
        yield Fragment(ByteRange(moof.start, mdat.end - moof.start), _first_sample_end(moof.body))


def _first_sample_end(moof: memoryview) -> int:
    """Bytes from the `moof` to the end of its first sample, whose place is said from there."""
    run = _child(moof, b"traf", b"trun")
    flags, _, data_offset = struct.unpack_from(">IIi", run)
    if not flags & _TRUN_DATA_OFFSET:
        raise TrackUnreadable("has a fragment that does not say where its samples lie.")
    at = 12 + (4 if flags & _TRUN_FIRST_FLAGS else 0) + (4 if flags & _TRUN_DURATION else 0)
    if flags & _TRUN_SIZE:
        return int(data_offset) + int(struct.unpack_from(">I", run, at)[0])
    return int(data_offset) + _default_size(_child(moof, b"traf", b"tfhd"))


def _default_size(header: memoryview) -> int:
    (flags,) = struct.unpack_from(">I", header)
    if not flags & _TFHD_DEFAULT_SIZE:
        raise TrackUnreadable("has a fragment that does not say how large its samples are.")
    at = 8 + sum(length for flag, length in _TFHD_BEFORE_SIZE.items() if flags & flag)
    return int(struct.unpack_from(">I", header, at)[0])
