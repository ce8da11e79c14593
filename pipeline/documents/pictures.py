"""Pictures within documents: what cameras and programs wrote into them beside the picture (Exif, XMP, comments)."""

import struct
from collections.abc import Iterator

_JPEG = b"\xff\xd8"
_PNG = b"\x89PNG\r\n\x1a\n"
_START_OF_SCAN = 0xDA
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}
_KEPT_SEGMENTS = {0xE0, 0xE2, 0xEE}
"""JFIF, colour profile, and Adobe's word on how colours are coded; all other application segments only tell."""

_COMMENT = 0xFE
_PNG_TELLS = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}


class PictureBroken(ValueError):
    """A picture that does not go on as its kind must."""


def without_metadata(data: bytes) -> bytes:
    """The same picture without what it tells of its making; other kinds than JPEG and PNG as they are.

    Raises `PictureBroken`.
    """
    if data.startswith(_JPEG):
        return _JPEG + b"".join(data[start:end] for marker, start, end in _segments(data) if not _tells(marker))
    if data.startswith(_PNG):
        return _PNG + b"".join(data[start:end] for kind, start, end in _chunks(data) if kind not in _PNG_TELLS)
    return data


def has_metadata(data: bytes) -> bool:
    """Whether a picture tells of its making."""
    if data.startswith(_JPEG):
        return any(_tells(marker) for marker, _start, _end in _segments(data))
    if data.startswith(_PNG):
        return any(kind in _PNG_TELLS for kind, _start, _end in _chunks(data))
    return False


def _tells(marker: int) -> bool:
    return marker == _COMMENT or (0xE0 <= marker <= 0xEF and marker not in _KEPT_SEGMENTS)


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment; the last is the scan, up to the picture's end."""
    at = len(_JPEG)
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise PictureBroken
        marker = data[at + 1]
        if marker == _START_OF_SCAN:
            end = data.find(b"\xff\xd9", at)  # what is written behind that, as by telephones, is another picture
            yield marker, at, end + 2 if end > at else len(data)
            return
        length = 0 if marker in _WITHOUT_LENGTH else struct.unpack(">H", data[at + 2 : at + 4])[0]
        yield marker, at, at + 2 + length
        at += 2 + length
    raise PictureBroken


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
