"""Pictures within documents: what cameras and programs wrote into them beside the picture (Exif, XMP, comments)."""

import re
import struct
from collections.abc import Iterator

_JPEG = b"\xff\xd8"
_PNG = b"\x89PNG\r\n\x1a\n"
_START_OF_SCAN = 0xDA
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}
_END_OF_PICTURE = 0xD9
_KEPT_SEGMENTS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""JFIF, colour profile, and Adobe's word on how colours are coded; all other application segments only tell."""

_COMMENT = 0xFE
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""What ends a scan: in its coded bytes 0xFF is followed by nothing else than zero, or by a sign to begin anew."""

_PNG_KEPT = {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"}
"""Chunks that say how a picture looks; others that a reader may pass over, known or not, only tell."""

_GIF = (b"GIF87a", b"GIF89a")
_GIF_EXTENSION, _GIF_IMAGE, _GIF_END = 0x21, 0x2C, 0x3B
_GIF_CONTROL = 0xF9
_BMP = b"BM"
_JP2 = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_JPEG2000 = b"\xff\x4f\xff\x51"
"""The coded bytes of JPEG 2000 alone, as they stand in PDF files."""

_JP2_TELLS = {b"uuid", b"xml ", b"uinf", b"asoc"}


class PictureBroken(ValueError):
    """A picture that does not go on as its kind must."""


def without_metadata(data: bytes) -> bytes:
    """The same picture without what it tells of its making.

    Raises `PictureBroken`, also for kinds that we do not know: nobody could say what they tell.
    """
    head, pieces = _pieces(data)
    return head + b"".join(data[start:end] for tells, start, end in pieces if not tells)


def has_metadata(data: bytes) -> bool:
    """Whether a picture tells of its making."""
    return any(tells for tells, _start, _end in _pieces(data)[1])


def _pieces(data: bytes) -> tuple[bytes, Iterator[tuple[bool, int, int]]]:
    """A picture's first bytes, and where each piece after them lies with whether it only tells."""
    if data.startswith(_JPEG):
        return _JPEG, ((_tells(data, marker, start), start, end) for marker, start, end in _segments(data))
    if data.startswith(_PNG):
        return _PNG, ((_png_tells(kind), start, end) for kind, start, end in _chunks(data))
    if data.startswith(_JP2):
        return b"", ((kind in _JP2_TELLS, start, end) for kind, start, end in _boxes(data))
    if data.startswith(_GIF):
        head = _gif_table(data, 13, 10)
        return data[:head], _gif_blocks(data, head)
    if data.startswith((_BMP, _JPEG2000)):
        return data, iter(())
    raise PictureBroken


def _tells(data: bytes, marker: int, start: int) -> bool:
    if marker in _KEPT_SEGMENTS:
        return not data.startswith(_KEPT_SEGMENTS[marker], start + 4)
    return marker == _COMMENT or 0xE0 <= marker <= 0xEF


def _png_tells(kind: bytes) -> bool:
    return kind[:1].islower() and kind not in _PNG_KEPT


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment, a scan's with its coded bytes, up to the picture's end.

    What is written behind that, as by telephones, is another picture.
    """
    at = len(_JPEG)
    has_scan = False
    while at + 2 <= len(data):
        if data.startswith(b"\xff\xff", at):  # filled up
            at += 1
            continue
        marker, end = data[at + 1], _segment_end(data, at)
        if data[at] != 0xFF or end > len(data):
            raise PictureBroken
        has_scan = has_scan or marker == _START_OF_SCAN
        yield marker, at, end
        if marker == _END_OF_PICTURE:
            return
        at = end
    if not has_scan:
        raise PictureBroken


def _segment_end(data: bytes, at: int) -> int:
    marker = data[at + 1]
    if marker in _WITHOUT_LENGTH or marker == _END_OF_PICTURE or at + 4 > len(data):
        return at + 2
    end: int = at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    if marker == _START_OF_SCAN:
        found = _MARKER.search(data, end)
        return found.start() if found else len(data)
    return end


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = len(_PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise PictureBroken
        yield kind, at, end
        if kind == b"IEND":
            return
        at = end
    raise PictureBroken


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each box of a JPEG 2000 file."""
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if length == 1 and at + 16 <= len(data):
            (length,) = struct.unpack(">Q", data[at + 8 : at + 16])
        end = len(data) if length == 0 else at + length
        if length == 1 or end > len(data) or end < at + 8:
            raise PictureBroken
        yield kind, at, end
        at = end


def _gif_table(data: bytes, at: int, flags_at: int) -> int:
    """Where a table of colours ends that stands at a place, if there is one."""
    if flags_at >= len(data):
        raise PictureBroken
    flags = data[flags_at]
    return at + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)


def _gif_blocks(data: bytes, at: int) -> Iterator[tuple[bool, int, int]]:
    """Each block with whether it only tells: comments, texts, and words of programs (a loop's count is one of them)."""
    while at < len(data):
        start, kind = at, data[at]
        if kind == _GIF_END:
            yield False, start, start + 1
            return
        if kind == _GIF_IMAGE:
            at = _gif_pieces_end(data, _gif_table(data, start + 10, start + 9) + 1)
        elif kind == _GIF_EXTENSION and start + 2 < len(data):
            at = _gif_pieces_end(data, start + 2)
        else:
            raise PictureBroken
        tells = kind == _GIF_EXTENSION and data[start + 1] != _GIF_CONTROL
        yield tells, start, at
    raise PictureBroken


def _gif_pieces_end(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += 1 + data[at]
    if at >= len(data):
        raise PictureBroken
    return at + 1
