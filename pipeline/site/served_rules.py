"""Rules for what a web server gives: types, and how files open."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

_UNKNOWN = "application/octet-stream"
_TYPES = {
    ".css": {"text/css"},
    ".csv": {"text/csv"},
    ".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", _UNKNOWN},
    ".html": {"text/html"},
    ".jpg": {"image/jpeg"},
    ".js": {"text/javascript", "application/javascript"},
    ".json": {"application/json"},
    ".m3u": {"audio/x-mpegurl", "audio/mpegurl", "application/vnd.apple.mpegurl", _UNKNOWN},
    ".m3u8": {"application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl"},
    ".m4a": {"audio/mp4", "audio/x-m4a", "audio/mpeg"},
    ".mp4": {"video/mp4", "audio/mp4"},
    ".mpd": {"application/dash+xml", _UNKNOWN},
    ".pdf": {"application/pdf"},
    ".txt": {"text/plain"},
    ".vtt": {"text/vtt", _UNKNOWN},
    ".xml": {"application/rss+xml", "application/xml", "text/xml"},
    ".xspf": {"application/xspf+xml", _UNKNOWN},
}
"""What may be said of a file by its suffix; plain web servers do not know every type, and players do not mind."""

_OPENINGS = {
    ".docx": (0, b"PK"),
    ".jpg": (0, b"\xff\xd8\xff"),
    ".m4a": (4, b"ftyp"),
    ".mp4": (4, b"ftyp"),
    ".pdf": (0, b"%PDF-"),
    ".vtt": (0, b"WEBVTT"),
}


@dataclass(frozen=True)
class Fetched:
    """One answer: HTTP status, content type, body."""

    status: int
    content_type: str
    body: bytes


def file_problems(url: str, answer: Fetched) -> Iterator[str]:
    """What is wrong with one answer, whatever refers to it."""
    suffix = suffix_of(url)
    content_type = answer.content_type.split(";")[0].strip().lower()
    if content_type not in _TYPES.get(suffix, {_UNKNOWN}):
        yield f"is served as “{content_type}”."
    if not answer.body:
        yield "is empty."
    offset, opening = _OPENINGS.get(suffix, (0, b""))
    if not answer.body.startswith(opening, offset):
        yield "does not begin as its kind of file does."


def suffix_of(url: str) -> str:
    """What kind of file an address names; a folder's is its page."""
    path = urlsplit(url).path
    return ".html" if path.endswith("/") else PurePosixPath(path).suffix
