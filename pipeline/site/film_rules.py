"""Rules of films that play while they load: the index comes first, and all of the media that follow are there.

Read from a few bytes: a film is large, and was copied whole or not at all.
"""

import struct
from collections.abc import Callable, Iterator

from pipeline.domain.packages import ByteRange

FILM_SUFFIXES = frozenset({".mp4", ".m4a"})
_HEADER = 16


def film_problems(size: int, read: Callable[[ByteRange], bytes]) -> Iterator[str]:
    """What is wrong with a film of so many bytes; each sentence follows its address. Renditions in fragments pass."""
    kinds: list[bytes] = []
    start = 0
    while start < size and len(kinds) < 3:
        kind, length = _box(read(ByteRange(start, _HEADER)), size - start)
        kinds.append(kind)
        start += length
    if kinds[:2] != [b"ftyp", b"moov"]:
        yield "does not begin with its index."
    elif kinds[2:] == [b"mdat"] and start != size:
        yield "is not whole."


def _box(header: bytes, rest: int) -> tuple[bytes, int]:
    """Kind and length of the box that begins here."""
    if len(header) < _HEADER // 2:
        return b"", rest
    length, kind = struct.unpack(">I4s", header[:8])
    if length == 1 and len(header) == _HEADER:
        length = struct.unpack(">Q", header[8:])[0]
    return kind, max(length, 8)
