"""What a corrected subtitle sends of a country at real length: planned as ever, without anything being written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import cycle, islice

from pipeline.captions.cues import Cue
from pipeline.domain.packages import MediaRendition, Package, Segment
from pipeline.domain.tokens import new_name
from pipeline.site.player_assets import read_player_assets
from pipeline.site.publishing import WORTH_SHARING
from pipeline.site.release import ReleasePlan, build_release
from pipeline.site.release_values import CountryRelease, PublishedMedia, StatementInRelease
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import package_prefix
from pipeline.storage.packing import is_worth_packing, pack

_LANGUAGES = ("en", "fr", "es")
_CUE_SECONDS = 4.0
_LINE = "We call upon the Government to say by when this will be done"
_TEXT_BYTES = 6500
"""About what is read aloud in seven minutes."""


@dataclass(frozen=True)
class Correction:
    """Bytes that a corrected subtitle sends, plain and as S3 gets them, and all that a release has."""

    sent: int
    sent_packed: int
    whole: int


def measure_correction(package: Package, *, statements: int, seconds: float) -> Correction:
    """Compare two releases of a country whose recordings go on as this package does, until they last so long."""
    media = PublishedMedia(_lengthened(package, seconds), package_prefix(new_name()), new_name())
    card = PublishedMedia(replace(package, storyboard=None), package_prefix(new_name()), new_name())
    before, after = (_plan(media, card, statements, seconds, words) for words in ("first", "second"))
    sent = _sent(before, after)
    whole = sum(map(len, after.files.values())) + statements * (
        _media_bytes(media.package) + _media_bytes(card.package)
    )
    packed = (pack(data) if is_worth_packing(content_type_of(path), len(data)) else data for path, data in sent.items())
    return Correction(sum(map(len, sent.values())), sum(map(len, packed)), whole)


def _sent(before: ReleasePlan, after: ReleasePlan) -> Mapping[str, bytes]:
    """Files that are not taken over from the release before."""
    was = {path.removeprefix(before.release_uri): data for path, data in before.files.items()}
    return {
        path: data
        for path, data in after.files.items()
        if len(data) < WORTH_SHARING or was.get(path.removeprefix(after.release_uri)) != data
    }


def _plan(media: PublishedMedia, card: PublishedMedia, statements: int, seconds: float, words: str) -> ReleasePlan:
    places = [
        _statement(media, card, place, seconds, words if place == 2 else "") for place in range(1, statements + 1)
    ]
    return build_release(CountryRelease("36", "MW", "Session", new_name(), places), read_player_assets())


def _statement(
    media: PublishedMedia, card: PublishedMedia, place: int, seconds: float, words: str
) -> StatementInRelease:
    lines = [Cue(at * _CUE_SECONDS, (at + 1) * _CUE_SECONDS - 0.1, _LINE) for at in range(int(seconds / _CUE_SECONDS))]
    subtitles = dict.fromkeys(_LANGUAGES, lines)
    if words:
        subtitles["fr"] = [replace(lines[0], text=words), *lines[1:]]
    return StatementInRelease(
        position=place,
        media=media,
        card=card,
        organisation=f"Organisation {place}",
        speaker=f"Speaker {place}",
        theme="Access to justice",
        language="en",
        subtitles=subtitles,
        text="".join(islice(cycle(_LINE + ". "), _TEXT_BYTES)),
        recommendations=(_LINE,) * 5,
    )


def _lengthened(package: Package, seconds: float) -> Package:
    videos = tuple(_repeated(video, seconds) for video in package.videos)
    modern = tuple(_repeated(video, seconds) for video in package.modern_videos)
    audio = _repeated(package.audio, seconds)
    return replace(package, videos=videos, modern_videos=modern, audio=audio, duration_seconds=audio.duration_seconds)


def _repeated(rendition: MediaRendition, seconds: float) -> MediaRendition:
    """Its segments again and again."""
    segments: list[Segment] = []
    offset, whole = rendition.segments[0].offset_bytes, rendition.segments[:-1] or rendition.segments
    for segment in cycle(whole):
        segments.append(replace(segment, offset_bytes=offset))
        offset += segment.size_bytes
        if sum(one.duration_seconds for one in segments) >= seconds:
            return replace(rendition, segments=tuple(segments))
    return rendition


def _media_bytes(package: Package) -> int:
    return sum(rendition.size_bytes for rendition in package.renditions)
