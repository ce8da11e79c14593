"""Rules for what a web server gives: types, how files open, and rates that hold against the bytes themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urljoin, urlsplit

from pipeline.site.manifest_reading import MediaKind, parts_in, read_tags, renditions_in

_ROUNDING = 1.01

_UNKNOWN = "application/octet-stream"
_TYPES = {
    ".css": {"text/css"},
    ".html": {"text/html"},
    ".jpg": {"image/jpeg"},
    ".js": {"text/javascript", "application/javascript"},
    ".m3u8": {"application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl"},
    ".m4s": {"video/iso.segment", "video/mp4", "audio/mp4", _UNKNOWN},
    ".mp4": {"video/mp4", "audio/mp4"},
    ".txt": {"text/plain"},
    ".vtt": {"text/vtt", _UNKNOWN},
}
"""What may be said of a file by its suffix; plain web servers do not know every type, and players do not mind."""

_OPENINGS = {
    ".jpg": (0, b"\xff\xd8\xff"),
    ".mp4": (4, b"ftyp"),
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
    if suffix == ".m4s" and b"moof" not in answer.body[:4096]:
        yield "holds no fragment of media."


def rate_problems(url: str, master: str, manifests: Mapping[str, str], sizes: Mapping[str, int]) -> Iterator[str]:
    """Variants of the master at `url` that promise a lower rate than their bytes have.

    `manifests` are by URI as the master writes them, `sizes` in bytes by absolute address.
    """
    renditions = [rendition for rendition in renditions_in(master) if rendition.uri in manifests]
    peaks = {r.uri: _peak(urljoin(url, r.uri), manifests[r.uri], sizes) for r in renditions}
    sound = max((peaks[r.uri] for r in renditions if r.kind is MediaKind.AUDIO), default=0.0)
    for tag in read_tags(master) if renditions else ():
        if tag.name == "#EXT-X-STREAM-INF" and tag.uri in peaks:
            rate = peaks[tag.uri] + sound
            if rate > float(tag.attributes.get("BANDWIDTH", 0)) * _ROUNDING:
                yield f"says a lower rate for {tag.uri} than the {rate:.0f} bits per second it has."


def _peak(url: str, text: str, sizes: Mapping[str, int]) -> float:
    """The highest rate of a segment that is not too short to count (RFC 8216: half the target)."""
    segments = [segment for part in parts_in(text) for segment in part.segments]
    longest = max((segment.duration_seconds for segment in segments), default=0.0)
    rates = [
        sizes.get(urljoin(url, segment.uri), 0) * 8 / segment.duration_seconds
        for segment in segments
        if segment.duration_seconds >= longest / 2
    ]
    return max(rates, default=0.0)


def suffix_of(url: str) -> str:
    """What kind of file an address names; a folder's is its page."""
    path = urlsplit(url).path
    return ".html" if path.endswith("/") else PurePosixPath(path).suffix
