"""Names of files that people get on a stick: plain to read, and taken by FAT32, exFAT, Windows, macOS and Linux."""

import unicodedata

from pipeline.domain.consents import Audience

LARGEST_FILE = 4 * 1024**3 - 1
"""Bytes that a file on FAT32 may have."""

_RESERVED = '<>:"/\\|?*'
_JOINERS = "\u200c\u200d"
"""Without them some names are spelled otherwise, and some pictures fall apart."""

_LONGEST = 60
_MOST_BYTES = 140
"""Endings of up to forty signs follow; file systems allow 255 bytes for a name."""


def file_stem(position: int, organisation: str, audience: Audience) -> str:
    """What the files of a statement begin with: its place and, for everybody, who speaks as the page says it.

    Never a speaker's name. For missions the place alone: names of files show up in lists of recent files and in
    backups, where nothing says that they are not for everybody.
    """
    number = f"{position:02d}"
    words = safe_name(organisation) if audience is Audience.PUBLIC else ""
    return f"{number} {words}" if words else number


def safe_name(text: str) -> str:
    """Text as a part of a file's name, which may come to nothing."""
    plain = "".join(" " if _is_refused(sign) else sign for sign in unicodedata.normalize("NFC", text))
    name = " ".join(plain.split())[:_LONGEST]
    while len(name.encode()) > _MOST_BYTES:
        name = name[:-1]
    # Windows drops dots and spaces at an end; a mark that lost its letter would hang on the dot of the suffix.
    return name.rstrip(". \u200d")


def _is_refused(sign: str) -> bool:
    """Reserved signs, controls, and those that would turn the rest of a name around."""
    if sign in _JOINERS:
        return False
    return sign in _RESERVED or unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
