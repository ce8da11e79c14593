"""Files made to confuse readers are refused within their time."""

import time

import pytest

from pipeline.media.boxes import walk_file
from tests.fixtures.traps import box


@pytest.mark.parametrize(
    "data",
    [
        box(b"ftyp", b"isom") + (8).to_bytes(4, "big") + b"moov" * 3000,
        box(b"ftyp", b"isom") + b"".join((24_000 - 8 * n).to_bytes(4, "big") + b"moov" for n in range(3000)),
        box(b"ftyp", b"isom") + (0).to_bytes(4, "big") + b"moov",
        box(b"ftyp", b"isom") + (1).to_bytes(4, "big") + b"mdat" + (2**63).to_bytes(8, "big"),
        box(b"ftyp", b"isom") + (3).to_bytes(4, "big") + b"free",
        box(b"ftyp", b"isom") + box(b"free") * 200_000,
        b"\x1a\x45\xdf\xa3" + b"\xff" * 4000,
        b"\x1a\x45\xdf\xa3" + b"\x00" * 4000,
        b"RIFF\xff\xff\xff\xffAVI " + b"LIST\xff\xff\xff\xffhdrl" * 500,
        (b"\x47" + b"\xff" * 187) * 2000,
        b"OggS" * 10_000,
        b"FLV\x01\x05\x00\x00\x00\x09" + b"\x00" * 5000,
    ],
)
def test_malformed_containers_are_refused_quickly(tmp_path, check, data):
    (tmp_path / "x.mp4").write_bytes(data)
    started = time.monotonic()
    assert not check(tmp_path / "x.mp4").is_accepted
    assert time.monotonic() - started < 30


def test_walking_boxes_ends_with_the_file(tmp_path):
    (tmp_path / "x").write_bytes(box(b"ftyp", b"isom") + (2**32 - 1).to_bytes(4, "big") + b"mdat")
    assert [found.kind for found in walk_file(tmp_path / "x")] == [b"ftyp", b"mdat"]
