"""A package as data: the renditions, segments and images that encoding one recording left in a folder or store.

Media and site speak about encoded files only through these types. All URIs are relative to the package's root.
A rendition is one file: `ftyp`, `moov` and `sidx`, then a fragment (`moof`, `mdat`) for every segment. Players fetch
ranges of its bytes.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ByteRange:
    """A stretch of a file, in bytes."""

    offset: int
    length: int

    @property
    def end(self) -> int:
        """First byte behind it."""
        return self.offset + self.length


@dataclass(frozen=True)
class Segment:
    """One media segment: where it lies in its rendition's file, and its exact length.

    `key_bytes` reach from the segment's first byte to the end of its first picture, which needs no other; 0 for sound.
    """

    duration_seconds: float
    offset_bytes: int
    size_bytes: int
    key_bytes: int = 0

    @property
    def span(self) -> ByteRange:
        """All of it."""
        return ByteRange(self.offset_bytes, self.size_bytes)

    @property
    def key_span(self) -> ByteRange:
        """Its first picture alone, with the box that describes it."""
        return ByteRange(self.offset_bytes, self.key_bytes)


@dataclass(frozen=True)
class MediaRendition:
    """One encoded quality: a CMAF track file.

    `init_bytes` is the length of its initialisation section, `index` where its segment index (`sidx`) lies. `codecs`
    is the RFC 6381 string read from the media; rates are bits per second measured over the segments (RFC 8216: peak is
    the largest segment's).
    """

    name: str
    codecs: str
    uri: str
    init_bytes: int
    index: ByteRange
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

    @property
    def size_bytes(self) -> int:
        """Length of the file."""
        return self.segments[-1].span.end

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "MediaRendition":
        """Read back what `Package.to_json` wrote."""
        segments = tuple(Segment(**segment) for segment in data["segments"])
        return cls(**{**data, "segments": segments, "index": ByteRange(**data["index"])})


@dataclass(frozen=True)
class Storyboard:
    """Small pictures of a recording in one image, row by row: one for every `seconds_per_tile`, `tiles` in all."""

    uri: str
    columns: int
    tiles: int
    tile_width: int
    tile_height: int
    seconds_per_tile: float


@dataclass(frozen=True)
class Package:
    """The streamable form of one recording or card.

    `videos` are H.264 from low to high; `modern_videos` the same pictures in AV1, where that is made; one audio
    rendition, small enough to be the floor for a line that carries no picture; a poster; a storyboard (none for cards).
    """

    duration_seconds: float
    videos: tuple[MediaRendition, ...]
    audio: MediaRendition
    poster_uri: str
    storyboard: Storyboard | None = None
    modern_videos: tuple[MediaRendition, ...] = ()

    @property
    def renditions(self) -> tuple[MediaRendition, ...]:
        """All of them."""
        return (*self.videos, *self.modern_videos, self.audio)

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
            storyboard=Storyboard(**data["storyboard"]) if data["storyboard"] else None,
            modern_videos=tuple(MediaRendition.from_json(video) for video in data["modern_videos"]),
        )

    def media_uris(self) -> tuple[str, ...]:
        """Every media and image file of the package, each once."""
        images = (self.poster_uri, self.storyboard.uri) if self.storyboard else (self.poster_uri,)
        return tuple(dict.fromkeys((*images, *(rendition.uri for rendition in self.renditions))))
