"""ISO media boxes (MP4, MOV, CMAF): walking them, without recursion and without trusting a single length."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MAX_BOXES = 100_000
_MAX_MOOV_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class FileBox:
    """A box at the top level of a file; `end` is where its header says it ends, perhaps beyond the file."""

    kind: bytes
    start: int
    body: int
    end: int


def walk_file(path: Path) -> Iterator[FileBox]:
    """Top-level boxes of a file, reading headers only; ends at the first one that makes no sense."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = 0
        for _ in range(_MAX_BOXES):
            file.seek(start)
            header = _parse_header(file.read(16), start, size)
            if header is None:
                return
            yield header
            start = header.end
            if start >= size:
                return


def _parse_header(data: bytes, start: int, size: int) -> FileBox | None:
    if len(data) < 8:
        return None
    length, kind = struct.unpack(">I4s", data[:8])
    body = start + 8
    if length == 1:
        if len(data) < 16:
            return None
        length = struct.unpack(">Q", data[8:16])[0]
        body = start + 16
    elif length == 0:
        length = size - start
    return FileBox(kind, start, body, start + length) if length >= body - start else None


def read_body(path: Path, box: FileBox) -> bytes:
    """Contents of a top-level box, as far as the file has them, at most 64 MB."""
    with path.open("rb") as file:
        file.seek(box.body)
        return file.read(min(box.end - box.body, _MAX_MOOV_BYTES))


def children(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and contents of the boxes that lie one after the other in `data`."""
    start = 0
    for _ in range(_MAX_BOXES):
        if start + 8 > len(data):
            return
        header = _parse_header(data[start : start + 16], start, len(data))
        if header is None or header.end > len(data):
            return
        yield header.kind, data[header.body : header.end]
        start = header.end


def find_all(data: bytes, *path: bytes) -> Iterator[bytes]:
    """Contents of every box at a path: `find_all(moov, b"trak", b"mdia")`."""
    if not path:
        yield data
        return
    for kind, body in children(data):
        if kind == path[0]:
            yield from find_all(body, *path[1:])


def find(data: bytes, *path: bytes) -> bytes | None:
    """Contents of the first box at a path, None when there is none."""
    return next(find_all(data, *path), None)
