"""Rules between the media manifests of one stream: the same parts, cut alike, key pictures that begin segments."""

from collections.abc import Iterator, Mapping

from pipeline.domain.packages import ByteRange
from pipeline.site.manifest_reading import ManifestUnreadable, MediaKind, ReadPart, Rendition

AUDIO_DRIFT_SECONDS = 0.1
"""Sound is cut at AAC frames and picture at its own; a part's two lengths may differ by a few frames."""

Parts = Mapping[Rendition, list[ReadPart]]


def fit_problems(parts: Parts) -> Iterator[str]:
    """A sentence for each rendition and rule; the first picture says how the others should be."""
    reference = next((found for rendition, found in parts.items() if rendition.kind is MediaKind.VIDEO), None)
    if reference is None:
        return
    for rendition, found in parts.items():
        try:
            for problem in _problems(reference, rendition.kind, found):
                yield f"{rendition.uri}: {problem}"
        except ManifestUnreadable:
            continue  # said by the rules of that manifest
    yield from _key_picture_problems(parts)


def _problems(reference: list[ReadPart], kind: MediaKind, found: list[ReadPart]) -> Iterator[str]:
    if len(found) != len(reference):
        yield f"There are {len(found)} parts where the video has {len(reference)}."
        return
    for number, (expected, part) in enumerate(zip(reference, found, strict=True), start=1):
        if kind is MediaKind.AUDIO:
            drift = abs(part.duration_seconds - expected.duration_seconds)
            if drift > AUDIO_DRIFT_SECONDS:
                yield f"Part {number} differs from the video by {drift:.3f} s."
        elif [s.duration_seconds for s in part.segments] != [s.duration_seconds for s in expected.segments]:
            yield f"Part {number} is not cut like the video."


def _key_picture_problems(parts: Parts) -> Iterator[str]:
    segments = {
        (segment.uri, segment.span.offset): segment.span
        for rendition, found in parts.items()
        for part in found
        for segment in part.segments
        if rendition.kind is MediaKind.VIDEO and segment.span
    }
    for rendition, found in parts.items():
        if rendition.kind is MediaKind.KEY_PICTURES and not all(_begins(part, segments) for part in found):
            yield f"{rendition.uri}: A key picture is not the beginning of a segment of pictures."


def _begins(part: ReadPart, segments: Mapping[tuple[str, int], ByteRange]) -> bool:
    return all(
        segment.span is not None
        and (segment.uri, segment.span.offset) in segments
        and segment.span.length <= segments[segment.uri, segment.span.offset].length
        for segment in part.segments
    )
