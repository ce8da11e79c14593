"""Packages and cues as plain values, for what needs no media."""

from collections.abc import Sequence
from itertools import accumulate

from pipeline.captions.cues import Cue
from pipeline.domain.packages import ByteRange, MediaRendition, Package, Segment, Storyboard

INIT_BYTES = 700
INDEX = ByteRange(INIT_BYTES, 60)


def video(
    name: str, durations: list[float], *, height: int = 180, size_bytes: int = 1000, codecs: str = "avc1.4d401e"
) -> MediaRendition:
    """One picture with segments of these lengths; its key pictures take a tenth of them."""
    sizes = [size_bytes] * len(durations)
    return _rendition(
        name, codecs, durations, sizes, width=height * 16 // 9, height=height, frame_rate=25.0, key_share=10
    )


def audio(durations: list[float], *, size_bytes: int = 100, channels: int = 2) -> MediaRendition:
    """A sound with segments of these lengths."""
    return _rendition("a", "mp4a.40.2", durations, [size_bytes] * len(durations), channels=channels)


def package(
    durations: list[float] | None = None, *, sound: list[float] | None = None, heights: int = 2, is_modern: bool = False
) -> Package:
    """A package with `heights` pictures, 180 and 360 lines and so on, and a sound that is cut alike unless said."""
    lengths = durations or [4.0, 4.0, 1.5]
    steps = range(1, heights + 1)
    return Package(
        duration_seconds=sum(lengths),
        videos=tuple(video(f"v{180 * n}", lengths, height=180 * n, size_bytes=1000 * n) for n in steps),
        audio=audio(sound or lengths),
        poster_uri="poster.jpg",
        storyboard=Storyboard("storyboard.jpg", 5, 5, 160, 90, sum(lengths) / 5),
        modern_videos=tuple(_modern(180 * n, lengths) for n in steps if is_modern),
    )


def _modern(height: int, durations: list[float]) -> MediaRendition:
    return video(f"m{height}", durations, height=height, size_bytes=4 * height, codecs="av01.0.04M.08")


def cue(start: float, end: float, text: str = "Words") -> Cue:
    """A cue."""
    return Cue(start, end, text)


def _rendition(
    name: str,
    codecs: str,
    durations: list[float],
    sizes: Sequence[int],
    *,
    width: int = 0,
    height: int = 0,
    frame_rate: float = 0.0,
    channels: int = 0,
    key_share: int = 0,
) -> MediaRendition:
    offsets = accumulate(sizes, initial=INDEX.end)
    segments = tuple(
        Segment(duration, offset, size, size // key_share if key_share else 0)
        for duration, offset, size in zip(durations, offsets, sizes, strict=False)
    )
    return MediaRendition(
        name=name,
        codecs=codecs,
        uri=f"{name}.mp4",
        init_bytes=INIT_BYTES,
        index=INDEX,
        segments=segments,
        peak_bits_per_second=round(max(s.size_bytes * 8 / s.duration_seconds for s in segments)),
        average_bits_per_second=round(sum(sizes) * 8 / sum(durations)),
        width=width,
        height=height,
        frame_rate=frame_rate,
        channels=channels,
    )
