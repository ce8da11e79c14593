"""Packages and cues as plain values, for what needs no media."""

from pipeline.captions.cues import Cue
from pipeline.domain.packages import MediaRendition, Package, Segment


def video(name: str, durations: list[float], *, height: int = 180, size_bytes: int = 1000) -> MediaRendition:
    """One picture with segments of these lengths."""
    return _rendition(
        name, "avc1.4d401e", durations, size_bytes, width=height * 16 // 9, height=height, frame_rate=25.0
    )


def audio(durations: list[float], *, size_bytes: int = 100, channels: int = 2) -> MediaRendition:
    """A sound with segments of these lengths."""
    return _rendition("a", "mp4a.40.2", durations, size_bytes, channels=channels)


def package(durations: list[float] | None = None, *, sound: list[float] | None = None, heights: int = 2) -> Package:
    """A package with `heights` pictures, 180 and 360 lines and so on, and a sound that is cut alike unless said."""
    lengths = durations or [4.0, 4.0, 1.5]
    videos = tuple(video(f"v{180 * n}", lengths, height=180 * n, size_bytes=1000 * n) for n in range(1, heights + 1))
    return Package(sum(lengths), videos, audio(sound or lengths), "poster.jpg")


def cue(start: float, end: float, text: str = "Words") -> Cue:
    """A cue."""
    return Cue(start, end, text)


def _rendition(
    name: str,
    codecs: str,
    durations: list[float],
    size_bytes: int,
    *,
    width: int = 0,
    height: int = 0,
    frame_rate: float = 0.0,
    channels: int = 0,
) -> MediaRendition:
    segments = tuple(
        Segment(f"{name}/{number:04d}.m4s", duration, size_bytes) for number, duration in enumerate(durations, start=1)
    )
    return MediaRendition(
        name=name,
        codecs=codecs,
        init_uri=f"{name}/init.mp4",
        segments=segments,
        peak_bits_per_second=round(size_bytes * 8 / min(durations)),
        average_bits_per_second=round(size_bytes * 8 * len(durations) / sum(durations)),
        width=width,
        height=height,
        frame_rate=frame_rate,
        channels=channels,
    )
