"""Films in a release: their index first, all of them there; told from a few bytes."""

import struct

import pytest

from pipeline.domain.packages import ByteRange
from pipeline.site.film_rules import film_problems


def box(kind: bytes, length: int) -> bytes:
    return struct.pack(">I4s", length, kind) + bytes(length - 8)


FILM = box(b"ftyp", 32) + box(b"moov", 100) + box(b"mdat", 500)
IN_FRAGMENTS = box(b"ftyp", 32) + box(b"moov", 100) + box(b"sidx", 40) + box(b"moof", 60) + box(b"mdat", 500)
WIDE = FILM[:132] + struct.pack(">I4sQ", 1, b"mdat", 516) + bytes(500)


@pytest.mark.parametrize(
    ("film", "problems"),
    [
        (FILM, []),
        (IN_FRAGMENTS, []),
        (WIDE, []),
        (FILM[:-1], ["is not whole."]),
        (WIDE + b"x", ["is not whole."]),
        (FILM[:32] + FILM[132:] + FILM[32:132], ["does not begin with its index."]),
        (b"", ["does not begin with its index."]),
    ],
)
def test_a_film_is_whole_and_begins_with_its_index(film: bytes, problems: list[str]) -> None:
    def read(span: ByteRange) -> bytes:
        assert span.length <= 16, "a film is not read whole"
        return film[span.offset : span.end]

    assert list(film_problems(len(film), read)) == problems
