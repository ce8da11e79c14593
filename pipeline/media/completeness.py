"""What a file's own structure says about being whole or locked, read without any decoder."""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.media.boxes import FileBox, children, find_all, read_body, walk_file
from pipeline.media.endings import announced_end, ends_abruptly
from pipeline.media.sniff import HEAD_BYTES, Container, transport_packets

_WORTH_CALLING_TRUNCATED = 64 * 1024
_LOCKED_ENTRIES = (b"encv", b"enca", b"sinf", b"drmi", b"drms")
_BOX_HEADER_BYTES = 8
_MEDIA_BOXES = frozenset({b"moov", b"moof", b"mdat", b"sidx", b"mfra", b"styp", b"free", b"uuid", b"emsg", b"prft"})
_SCRAMBLED_BYTES = 4 * 1024**2
_SCRAMBLED_SHARE = 0.25
_FIRST_MEDIA_PID, _NULL_PID = 0x20, 0x1FFF
_MOST_STREAMS = 64
"""In noise every packet is of another stream."""


@dataclass(frozen=True)
class Ending:
    """What a container says about its end: `share` of the bytes that it announces (None: it does not say), whether
    it is a row of fragments, and whether it stops inside of a packet or without the mark that belongs there.
    """

    share: float | None = None
    is_fragmented: bool = False
    is_unclosed: bool = False


def read_ending(source: Path, container: Container) -> Ending:
    """Look at the announced length and the last bytes of a file."""
    size = source.stat().st_size
    if container is not Container.MOV:
        share = _share(size, announced_end(source, container))
        return Ending(share, is_unclosed=ends_abruptly(source, container))
    boxes = list(walk_file(source))
    is_fragmented = any(box.kind == b"moof" for box in boxes)
    # Bytes that somebody appended look like a box of a strange kind, which reaches beyond the file.
    ends = [box.end for box in boxes if box.end <= size or box.kind in _MEDIA_BOXES]
    return Ending(_share(size, max((*ends, *_indexed_ends(source, boxes)), default=None)), is_fragmented)


def _indexed_ends(source: Path, boxes: Iterable[FileBox]) -> Iterator[int]:
    """Where the fragments end that segment indexes list."""
    for box in boxes:
        if box.kind == b"sidx":
            body = read_body(source, box)
            yield box.end + _indexed_bytes(body)


def _indexed_bytes(index: bytes) -> int:
    """From the end of a segment index to the end of what it lists; 0 when it is not whole."""
    is_wide = index[:1] != b"\x00"
    head = 12 + (16 if is_wide else 8)
    if len(index) < head + 4:
        return 0
    first = int.from_bytes(index[head - (8 if is_wide else 4) : head], "big")
    count = int.from_bytes(index[head + 2 : head + 4], "big")
    entries = struct.unpack_from(f">{3 * count}I", index, head + 4) if len(index) >= head + 4 + 12 * count else ()
    return first + sum(size & 0x7FFFFFFF for size in entries[::3]) if entries else 0


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


def is_locked(source: Path, container: Container) -> bool:
    """Whether a file marks its media as encrypted: MP4 and MOV (Common Encryption, PIFF, FairPlay), or scrambled
    packets of a transport stream.
    """
    if container is Container.MOV:
        return any(_marks_encryption(source, box) for box in walk_file(source) if box.kind == b"moov")
    return container is Container.MPEG_TS and _is_scrambled(source)


def _marks_encryption(source: Path, box: FileBox) -> bool:
    tables = find_all(read_body(source, box), b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    return any(mark in table for table in tables for mark in _LOCKED_ENTRIES)


def _is_scrambled(source: Path) -> bool:
    with source.open("rb") as file:
        data = file.read(_SCRAMBLED_BYTES)
    grid = transport_packets(data[:HEAD_BYTES])
    if grid is None:
        return False
    packet, offset = grid
    headers = (data[at : at + 4] for at in range(offset, len(data) - 4, packet))
    controls = [(_pid(header), header[3] >> 6) for header in headers if header[0] == 0x47]
    media = [(pid, control) for pid, control in controls if _FIRST_MEDIA_PID <= pid < _NULL_PID]
    is_stream = len({pid for pid, _ in media}) <= _MOST_STREAMS
    return is_stream and sum(control > 1 for _, control in media) > _SCRAMBLED_SHARE * len(media)


def _pid(header: bytes) -> int:
    return int.from_bytes(header[1:3], "big") & 0x1FFF


def _share(size: int, declared: int | None) -> float | None:
    return min(1.0, size / declared) if declared else None
