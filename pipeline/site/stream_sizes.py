"""What each quality of a stream weighs, so that people on a metered line can choose."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.site.stream_parts import StreamPart, picture_rungs


@dataclass(frozen=True)
class QualitySize:
    """One step of the ladder: lines of its picture (0: sound alone), and bytes of all parts with their sound."""

    height: int
    size_bytes: int


def quality_sizes(parts: Sequence[StreamPart]) -> tuple[QualitySize, ...]:
    """From sound alone to the largest picture in H.264, of all parts together."""
    sound = sum(part.package.audio.size_bytes for part in parts)
    pictures = [
        QualitySize(max(video.height for video in rung.renditions), sound + sum(v.size_bytes for v in rung.renditions))
        for rung in picture_rungs(parts)
    ]
    return (QualitySize(0, sound), *pictures)
