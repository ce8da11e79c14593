"""What a store keeps beside an object's bytes: content type and cache control, as HTTP header values."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.domain.errors import WrongUsage

DEFAULT_CACHE_CONTROL = "no-store"
UNKNOWN_TYPE = "application/octet-stream"

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".m3u": "audio/x-mpegurl; charset=utf-8",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4a": "audio/mp4",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp4": "video/mp4",
    ".mpd": "application/dash+xml",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/rss+xml; charset=utf-8",
    ".xspf": "application/xspf+xml",
}
"""What the product publishes, by suffix."""

_HEADER_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?")


@dataclass(frozen=True)
class Attributes:
    """Header values that every store keeps and every web server can say; others raise `WrongUsage`."""

    content_type: str
    cache_control: str

    def __post_init__(self) -> None:
        if not (_HEADER_VALUE.fullmatch(self.content_type) and _HEADER_VALUE.fullmatch(self.cache_control)):
            raise WrongUsage("A content type or cache control is printable ASCII of at most 200 characters.")


def content_type_of(name: str) -> str:
    """Content type of a file that the product makes, by its suffix."""
    return CONTENT_TYPES.get(PurePosixPath(name).suffix.lower(), UNKNOWN_TYPE)


def attributes_by_suffix(name: str) -> Attributes:
    """What holds of an object of which nothing else is known."""
    return Attributes(content_type_of(name), DEFAULT_CACHE_CONTROL)
