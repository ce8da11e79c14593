"""Look for what must never be published in published bytes: words of the source, and places where metadata lives.

Nothing is removed here: encodes are built so that nothing gets in, and this is how tests prove it.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.media.boxes import children, walk_file

PROGRAM_NAMES = ("Lavf", "Lavc", "x264", "libx264")
"""Names that ffmpeg and its encoders leave when nobody stops them."""

_METADATA_BOXES = {b"udta", b"meta", b"ilst", b"uuid", b"XMP_", b"chap", b"tref", b"cprt", b"gmhd", b"tmcd"}
_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf", b"mvex", b"edts"}
_MEDIA_BOXES = {b"mdat"}
_JPEG_METADATA = {0xFE: "comment", 0xE1: "APP1 (EXIF or XMP)", 0xED: "APP13 (IPTC)", 0xE2: "APP2"}


def find_words(folder: Path, words: Iterable[str]) -> list[tuple[str, str]]:
    """Every (relative path, word) where a file below `folder` holds a word in UTF-8 or UTF-16, in any case."""
    wanted = [(word, form) for word in words for form in _forms(word)]
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes().lower()
        found += [(str(path.relative_to(folder)), word) for word, form in wanted if form in data]
    return list(dict.fromkeys(found))


def _forms(word: str) -> set[bytes]:
    return {word.lower().encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")}


def find_metadata(path: Path) -> list[str]:
    """Places in one published file where metadata could live: user boxes of an MP4, comments and EXIF of a JPEG,
    supplemental information (SEI) inside H.264 pictures.
    """
    data = path.read_bytes()
    if data.startswith(b"\xff\xd8"):
        return list(_jpeg_segments(data))
    boxes = [(box.kind, data[box.body : box.end]) for box in walk_file(path)]
    return [kind.decode("latin-1") for kind in _metadata_boxes(boxes)] + _sei_units(boxes)


def _metadata_boxes(boxes: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    for kind, body in boxes:
        if kind in _METADATA_BOXES:
            yield kind
        elif kind in _CONTAINERS:
            yield from _metadata_boxes(children(body))


def _sei_units(boxes: Iterable[tuple[bytes, bytes]]) -> list[str]:
    """NAL units of type 6 in length-prefixed H.264; sound has no such structure and gives none."""
    for kind, body in boxes:
        if kind in _MEDIA_BOXES and any(unit & 0x1F == 6 for unit in _unit_heads(body)):
            return ["SEI"]
    return []


def _unit_heads(media: bytes) -> Iterator[int]:
    """First bytes of NAL units, as long as the lengths make sense to the last byte."""
    heads, position = [], 0
    while position + 5 <= len(media):
        heads.append(media[position + 4])
        position += 4 + int.from_bytes(media[position : position + 4], "big")
    return iter(heads if position == len(media) else [])


def _jpeg_segments(data: bytes) -> Iterator[str]:
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF and data[position + 1] != 0xDA:
        if data[position + 1] in _JPEG_METADATA:
            yield _JPEG_METADATA[data[position + 1]]
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
