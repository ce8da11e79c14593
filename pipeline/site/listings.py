"""What media manifests list of a stream's parts: pictures, key pictures alone, sound, subtitles."""

from collections.abc import Sequence

from pipeline.domain.packages import ByteRange, MediaRendition
from pipeline.site.manifest_text import ListedPart, ListedSegment
from pipeline.site.stream_parts import Rung, StreamPart
from pipeline.site.subtitle_files import EMPTY_URI

_SHORTEST_SECONDS = 0.001


def list_pictures(rung: Rung, parts: Sequence[StreamPart]) -> list[ListedPart]:
    """One step of the ladder through all parts."""
    return [
        _listed(media, part.media_base, [segment.span for segment in media.segments])
        for media, part in zip(rung.renditions, parts, strict=True)
    ]


def list_key_pictures(rung: Rung, parts: Sequence[StreamPart]) -> list[ListedPart]:
    """The first picture of each segment, which stands until the next: a segment has no other key picture."""
    return [
        _listed(media, part.media_base, [segment.key_span for segment in media.segments])
        for media, part in zip(rung.renditions, parts, strict=True)
    ]


def list_sound(parts: Sequence[StreamPart], language: str | None = None) -> list[ListedPart]:
    """The sound of all parts, each as long as its picture: the original, or the interpretation into a language where
    there is one.
    """
    return [_sound(part, language) for part in parts]


def list_subtitles(language: str, parts: Sequence[StreamPart]) -> list[ListedPart]:
    """A language through all parts, cut like the picture; emptiness where a part lacks it."""
    return [_subtitles(part, language) for part in parts]


def _listed(media: MediaRendition, base: str, spans: Sequence[ByteRange]) -> ListedPart:
    uri = base + media.uri
    segments = tuple(
        ListedSegment(uri, segment.duration_seconds, span) for segment, span in zip(media.segments, spans, strict=True)
    )
    return ListedPart(segments, uri, ByteRange(0, media.init_bytes))


def _sound(part: StreamPart, language: str | None) -> ListedPart:
    media, base = part.sound_in(language)
    uri = base + media.uri
    lengths = fit_lengths([segment.duration_seconds for segment in media.segments], part.duration_seconds)
    segments = tuple(ListedSegment(uri, length, s.span) for s, length in zip(media.segments, lengths, strict=True))
    return ListedPart(segments, uri, ByteRange(0, media.init_bytes))


def fit_lengths(lengths: Sequence[float], total: float) -> list[float]:
    """Lengths that add up to `total`, changed at the end by as much as it takes.

    AAC frames do not end where pictures do. Left alone, the differences add up from part to part, and players that
    jump to a part near a discontinuity look for its sound in the part before (seen as a standstill in hls.js 1.7).
    """
    fitted = list(lengths)
    difference = total - sum(fitted)
    for index in reversed(range(len(fitted))):
        changed = max(_SHORTEST_SECONDS, fitted[index] + difference)
        difference -= changed - fitted[index]
        fitted[index] = changed
    return fitted


def _subtitles(part: StreamPart, language: str) -> ListedPart:
    durations = [segment.duration_seconds for segment in part.package.videos[0].segments]
    track = part.subtitles.get(language)
    if track is None:
        return ListedPart(tuple(ListedSegment(EMPTY_URI, duration) for duration in durations))
    spans = zip(durations, track.spans, strict=True)
    return ListedPart(tuple(ListedSegment(track.cut_uri, duration, span) for duration, span in spans))
