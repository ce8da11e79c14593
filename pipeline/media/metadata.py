"""Look for what must never be published in published bytes: words of the source, and places where metadata lives.

Nothing is removed here: encodes are built so that nothing gets in, and this is how tests prove it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pipeline.media.boxes import children, walk_file

PROGRAM_NAMES = ("Lavf", "Lavc", "x264", "libx264")
"""Names that ffmpeg and its encoders leave when nobody stops them."""

_METADATA_BOXES = {b"udta", b"meta", b"ilst", b"uuid", b"XMP_", b"chap", b"tref", b"cprt", b"gmhd", b"tmcd"}
_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf", b"mvex", b"edts"}
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
    supplemental information (SEI) inside H.264 pictures, metadata units inside AV1 pictures.
    """
    data = path.read_bytes()
    if data.startswith(b"\xff\xd8"):
        return list(_jpeg_segments(data))
    boxes = [(box.kind, data[box.body : box.end]) for box in walk_file(path)]
    kinds = [kind.decode("latin-1") for kind in _metadata_boxes(boxes)]
    return kinds + [
        name for name, units in _UNITS.items() if any(units(body) for kind, body in boxes if kind == b"mdat")
    ]


def _metadata_boxes(boxes: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    for kind, body in boxes:
        if kind in _METADATA_BOXES:
            yield kind
        elif kind in _CONTAINERS:
            yield from _metadata_boxes(children(body))


def _has_sei(media: bytes) -> bool:
    """Whether length-prefixed H.264 has a unit of type 6, as long as the lengths make sense to the last byte."""
    kinds, position = set(), 0
    while position + 5 <= len(media):
        kinds.add(media[position + 4] & 0x1F)
        position += 4 + int.from_bytes(media[position : position + 4], "big")
    return position == len(media) and 6 in kinds


def _has_av1_metadata(media: bytes) -> bool:
    """Whether AV1 whose units say their lengths has one of type 5, as long as these make sense to the last byte."""
    kinds, position = set(), 0
    while position + 2 <= len(media) and media[position] & 0x82 == 0x02:
        kinds.add(media[position] >> 3 & 0x0F)
        length, behind = _leb128(media, position + (2 if media[position] & 0x04 else 1))
        position = behind + length
    return position == len(media) and 5 in kinds


def _leb128(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 56, 7):
        byte = data[position] if position < len(data) else 0
        value |= (byte & 0x7F) << shift
        position += 1
        if not byte & 0x80:
            break
    return value, position


_UNITS: Mapping[str, Callable[[bytes], bool]] = {"SEI": _has_sei, "AV1 metadata": _has_av1_metadata}


def _jpeg_segments(data: bytes) -> Iterator[str]:
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF and data[position + 1] != 0xDA:
        if data[position + 1] in _JPEG_METADATA:
            yield _JPEG_METADATA[data[position + 1]]
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
