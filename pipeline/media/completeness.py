"""What a file's own structure says about being whole or locked, read without any decoder."""

import struct
from dataclasses import dataclass
from pathlib import Path

from pipeline.media.boxes import FileBox, children, find_all, read_body, walk_file
from pipeline.media.sniff import Container

_HEAD_BYTES = 64 * 1024
_TAIL_BYTES = 128 * 1024
_WORTH_CALLING_TRUNCATED = 64 * 1024
_LOCKED_ENTRIES = (b"encv", b"enca", b"sinf", b"drmi", b"drms")
_ASF_HEADER_BYTES = 24
_BOX_HEADER_BYTES = 8
_OGG_FLAGS_AT = 5
_OGG_LAST_PAGE = 4


@dataclass(frozen=True)
class Ending:
    """What a container says about its end: `share` of the bytes that it announces (None: it does not say), whether
    it is a row of fragments, and whether a closing mark that belongs there is missing.
    """

    share: float | None = None
    is_fragmented: bool = False
    is_unclosed: bool = False


def read_ending(source: Path, container: Container) -> Ending:
    """Look at the announced length and the last bytes of a file."""
    size = source.stat().st_size
    if container is Container.MOV:
        boxes = list(walk_file(source))
        is_fragmented = any(box.kind == b"moof" for box in boxes)
        return Ending(_share(size, max((box.end for box in boxes), default=None)), is_fragmented)
    if container is Container.OGG:
        return Ending(is_unclosed=_lacks_last_page(source))
    return Ending(_share(size, _declared_size(source, container)))


def has_lost_its_index(source: Path) -> bool:
    """Whether an MP4 or MOV holds media but no whole index: the recorder or the upload was cut off at the end."""
    size = source.stat().st_size
    boxes = list(walk_file(source))
    if any(box.kind == b"moov" for box in boxes):
        return any(box.end > size and _is_cut_inside(source, box) for box in boxes if box.kind == b"moov")
    media = max((min(box.end, size) - box.body for box in boxes if box.kind == b"mdat"), default=0)
    return media >= _WORTH_CALLING_TRUNCATED and not any(box.kind == b"moof" for box in boxes)


def _is_cut_inside(source: Path, box: FileBox) -> bool:
    """A box with a wrong length still holds whole boxes; one that was cut ends inside of one."""
    body = read_body(source, box)
    return sum(len(inner) + _BOX_HEADER_BYTES for _, inner in children(body)) < len(body)


def is_locked(source: Path) -> bool:
    """Whether an MP4 or MOV marks one of its tracks as encrypted (Common Encryption, PIFF, FairPlay)."""
    return any(_marks_encryption(source, box) for box in walk_file(source) if box.kind == b"moov")


def _marks_encryption(source: Path, box: FileBox) -> bool:
    tables = find_all(read_body(source, box), b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    return any(mark in table for table in tables for mark in _LOCKED_ENTRIES)


def _share(size: int, declared: int | None) -> float | None:
    return min(1.0, size / declared) if declared else None


def _declared_size(source: Path, container: Container) -> int | None:
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if container is Container.MATROSKA:
        return _matroska_end(head)
    if container is Container.AVI and len(head) >= 8:
        return int(struct.unpack("<I", head[4:8])[0]) + 8
    if container is Container.ASF and len(head) >= _ASF_HEADER_BYTES:
        return _asf_end(source, int(struct.unpack("<Q", head[16:24])[0]))
    return None


def _matroska_end(head: bytes) -> int | None:
    """End of the Segment element, None when its length is left open as in live recordings."""
    position = 0
    while position + 12 <= len(head):
        id_length = _vint_length(head[position])
        if id_length > 4 or position + id_length >= len(head):
            return None
        size_length = _vint_length(head[position + id_length])
        body = position + id_length + size_length
        if size_length > 8 or body > len(head):
            return None
        unknown = (1 << (7 * size_length)) - 1
        size = int.from_bytes(head[position + id_length : body], "big") & unknown
        if head[position : position + id_length] == b"\x18\x53\x80\x67":
            return None if size == unknown else body + size
        position = body + size
    return None


def _vint_length(first: int) -> int:
    return 9 - first.bit_length()


def _asf_end(source: Path, header_bytes: int) -> int | None:
    with source.open("rb") as file:
        file.seek(min(header_bytes, source.stat().st_size))
        data_object = file.read(_ASF_HEADER_BYTES)
    if len(data_object) < _ASF_HEADER_BYTES:
        return None
    size = int(struct.unpack("<Q", data_object[16:24])[0])
    return header_bytes + size if size else None


def _lacks_last_page(source: Path) -> bool:
    """An Ogg stream closes with a page that says so."""
    size = source.stat().st_size
    with source.open("rb") as file:
        file.seek(max(0, size - _TAIL_BYTES))
        tail = file.read()
    start = tail.find(b"OggS")
    while 0 <= start < len(tail) - _OGG_FLAGS_AT:
        if tail[start + _OGG_FLAGS_AT] & _OGG_LAST_PAGE:
            return False
        start = tail.find(b"OggS", start + 4)
    return True
