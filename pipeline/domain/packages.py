"""A package as data: the renditions, segments and images that encoding one recording left in a folder or store.

Media and site speak about encoded files only through these types. All URIs are relative to the package's root.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Segment:
    """One media segment: `uri` relative to the package, exact length, size in bytes."""

    uri: str
    duration_seconds: float
    size_bytes: int


@dataclass(frozen=True)
class MediaRendition:
    """One encoded quality: CMAF fMP4 segments after one initialisation section.

    `codecs` is the RFC 6381 string read from the media; rates are bits per second measured over
    the segments (RFC 8216: peak is the largest segment's).
    """

    name: str
    codecs: str
    init_uri: str
    segments: tuple[Segment, ...]
    peak_bits_per_second: int
    average_bits_per_second: int
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    channels: int = 0

    @property
    def duration_seconds(self) -> float:
        """Sum of the segments' lengths."""
        return sum(segment.duration_seconds for segment in self.segments)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "MediaRendition":
        """Read back what `Package.to_json` wrote."""
        segments = tuple(Segment(**segment) for segment in data["segments"])
        return cls(**{**data, "segments": segments})


@dataclass(frozen=True)
class Package:
    """The streamable form of one recording or card: video from low to high, one audio rendition, a poster."""

    duration_seconds: float
    videos: tuple[MediaRendition, ...]
    audio: MediaRendition
    poster_uri: str

    def to_json(self) -> dict[str, Any]:
        """JSON types only; kept as `package.json` beside the media and in the records."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Package":
        """Read back what `to_json` wrote."""
        return cls(
            duration_seconds=data["duration_seconds"],
            videos=tuple(MediaRendition.from_json(video) for video in data["videos"]),
            audio=MediaRendition.from_json(data["audio"]),
            poster_uri=data["poster_uri"],
        )

    def media_uris(self) -> tuple[str, ...]:
        """Every media and image file of the package, each once."""
        uris = [self.poster_uri]
        for rendition in (*self.videos, self.audio):
            uris.append(rendition.init_uri)
            uris.extend(segment.uri for segment in rendition.segments)
        return tuple(dict.fromkeys(uris))
