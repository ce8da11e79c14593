"""What a file's own structure says about being whole or locked, read without any decoder."""

import struct
from pathlib import Path

from pipeline.media.boxes import find_all, read_body, walk_file
from pipeline.media.sniff import Container

_HEAD_BYTES = 64 * 1024
_WORTH_CALLING_TRUNCATED = 64 * 1024
_LOCKED_ENTRIES = (b"encv", b"enca", b"sinf", b"drmi", b"drms")
_ASF_HEADER_SIZE = 24


def declared_size(source: Path, container: Container) -> int | None:
    """How long the container says the file is, None where it does not say (streams, browser recordings)."""
    if container is Container.MOV:
        return max((box.end for box in walk_file(source)), default=None)
    with source.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if container is Container.MATROSKA:
        return _matroska_end(head)
    if container is Container.AVI and len(head) >= 8:
        return int(struct.unpack("<I", head[4:8])[0]) + 8
    if container is Container.ASF and len(head) >= _ASF_HEADER_SIZE:
        return _asf_end(source, int(struct.unpack("<Q", head[16:24])[0]))
    return None


def has_lost_its_index(source: Path) -> bool:
    """Whether an MP4 or MOV holds media but no index: the recorder or the upload was cut off before the end."""
    kinds = {}
    for box in walk_file(source):
        kinds[box.kind] = min(box.end, source.stat().st_size) - box.body
    return not kinds.keys() & {b"moov", b"moof"} and kinds.get(b"mdat", 0) >= _WORTH_CALLING_TRUNCATED


def is_fragmented(source: Path) -> bool:
    """Whether an MP4 is a row of fragments, whose index says nothing about the whole."""
    return any(box.kind == b"moof" for box in walk_file(source))


def is_locked(source: Path) -> bool:
    """Whether an MP4 or MOV marks one of its tracks as encrypted (Common Encryption, PIFF, FairPlay)."""
    for box in walk_file(source):
        if box.kind == b"moov":
            tables = find_all(read_body(source, box), b"trak", b"mdia", b"minf", b"stbl", b"stsd")
            if any(mark in table for table in tables for mark in _LOCKED_ENTRIES):
                return True
    return False


def _matroska_end(head: bytes) -> int | None:
    """End of the Segment element, None when its length is left open as in live recordings."""
    position = 0
    while position + 12 <= len(head):
        id_length = _vint_length(head[position])
        size_length = _vint_length(head[position + id_length]) if position + id_length < len(head) else 9
        body = position + id_length + size_length
        if id_length > 4 or size_length > 8 or body > len(head):
            return None
        raw = int.from_bytes(head[position + id_length : body], "big")
        size = raw & ((1 << (7 * size_length)) - 1)
        if head[position : position + id_length] == b"\x18\x53\x80\x67":
            return None if size == (1 << (7 * size_length)) - 1 else body + size
        position = body + size
    return None


def _vint_length(first: int) -> int:
    return 9 - first.bit_length()


def _asf_end(source: Path, header_size: int) -> int | None:
    with source.open("rb") as file:
        file.seek(min(header_size, source.stat().st_size))
        data_object = file.read(_ASF_HEADER_SIZE)
    if len(data_object) < _ASF_HEADER_SIZE:
        return None
    size = int(struct.unpack("<Q", data_object[16:24])[0])
    return header_size + size if size else None
