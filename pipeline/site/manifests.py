"""The manifests of a stream: one package, or several played one after the other, with subtitles beside them.

A stream's folder holds `master.m3u8`, one media manifest for each rendition, and subtitle segments. All URIs are
relative to it, so that the same bytes play from a folder, a bucket or a portal.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat

from pipeline.captions.cues import Cue
from pipeline.captions.webvtt import segment_webvtt
from pipeline.domain.languages import own_language_name
from pipeline.domain.packages import MediaRendition, Package
from pipeline.site.manifest_text import (
    AudioEntry,
    ListedPart,
    ListedSegment,
    SubtitleEntry,
    VariantEntry,
    master_manifest,
    media_manifest,
)

MASTER_URI = "master.m3u8"
SEVERAL_LANGUAGES = "mul"
"""ISO 639-2 for a stream in which several languages are spoken."""

_EMPTY_URI = "subtitles/empty.vtt"
_SHORTEST_SECONDS = 0.001


@dataclass(frozen=True)
class StreamPart:
    """One package inside a stream; `media_base` and all subtitle URIs are relative to the stream's folder.

    `language` is what is spoken, None where nobody speaks. `subtitles` gives a URI for each segment of video.
    """

    package: Package
    media_base: str = ""
    language: str | None = None
    subtitles: Mapping[str, Sequence[str]] | None = None

    @property
    def duration_seconds(self) -> float:
        """Length on the stream's timeline, which follows the picture."""
        return self.package.videos[0].duration_seconds


@dataclass(frozen=True)
class SubtitleFiles:
    """Subtitle segments of one statement: what to write, and the URI for each segment of video by language."""

    files: Mapping[str, bytes]
    uris: Mapping[str, tuple[str, ...]]

    def uris_below(self, base: str) -> dict[str, tuple[str, ...]]:
        """The same URIs as seen from a folder for which `base` leads here."""
        return {language: tuple(base + uri for uri in uris) for language, uris in self.uris.items()}


def write_package_manifests(
    package: Package, *, language: str, subtitles: Mapping[str, Sequence[Cue]], media_base: str = ""
) -> dict[str, bytes]:
    """Everything beside the media that a single statement needs to play: relative path to bytes.

    `media_base` leads from the manifests' folder to the package's; empty when they lie together.
    """
    segments = write_subtitle_segments(package, subtitles)
    part = StreamPart(package, media_base, language, segments.uris)
    return {**segments.files, **write_stream([part])}


def write_subtitle_segments(package: Package, subtitles: Mapping[str, Sequence[Cue]]) -> SubtitleFiles:
    """Cut each language's cues by the package's video segments; segments without a cue share one empty file."""
    durations = [segment.duration_seconds for segment in package.videos[0].segments]
    files: dict[str, bytes] = {}
    uris: dict[str, tuple[str, ...]] = {}
    for language, cues in sorted(subtitles.items()):
        named = {
            f"subtitles/{language}/{number:04d}.vtt": text
            for number, text in enumerate(segment_webvtt(cues, durations), start=1)
        }
        uris[language] = tuple(_EMPTY_URI if text == _empty_segment() else uri for uri, text in named.items())
        files.update((uri, text.encode()) for uri, text in named.items() if text != _empty_segment())
    if any(_EMPTY_URI in found for found in uris.values()):
        files[_EMPTY_URI] = _empty_segment().encode()
    return SubtitleFiles(files, uris)


def write_stream(parts: Sequence[StreamPart]) -> dict[str, bytes]:
    """All manifests of the parts played in a row: relative path to bytes, the master at `master.m3u8`.

    Every rendition has the same discontinuities. A language of subtitles that any part has runs through the
    whole stream: where a part lacks it, its segments are empty.
    """
    rungs = _rungs(parts)
    languages = sorted({language for part in parts for language in part.subtitles or {}})
    variants = [_variant(rung, parts) for rung in rungs]
    entries = [_subtitle_entry(language) for language in languages]
    texts = {MASTER_URI: master_manifest(variants, audio=_audio_entry(parts), subtitles=entries)}
    for rung in rungs:
        videos = [_media_part(rung.of(part.package), part.media_base) for part in parts]
        texts[_rendition_uri(rung)] = media_manifest(videos)
    texts[_audio_uri(parts)] = media_manifest([_audio_part(part) for part in parts])
    for language, entry in zip(languages, entries, strict=True):
        texts[entry.uri] = media_manifest([_subtitle_part(part, language) for part in parts])
    if any(f"\n{_EMPTY_URI}\n" in texts[entry.uri] for entry in entries):
        texts[_EMPTY_URI] = _empty_segment()
    return {path: text.encode() for path, text in texts.items()}


@dataclass(frozen=True)
class _Rung:
    """One step of the ladder across all parts; a part that ends lower gives its best."""

    index: int
    name: str

    def of(self, package: Package) -> MediaRendition:
        return package.videos[min(self.index, len(package.videos) - 1)]


def _rungs(parts: Sequence[StreamPart]) -> list[_Rung]:
    tallest = max((part.package for part in parts), key=lambda package: len(package.videos))
    return [_Rung(index, video.name) for index, video in enumerate(tallest.videos)]


def _variant(rung: _Rung, parts: Sequence[StreamPart]) -> VariantEntry:
    videos = [rung.of(part.package) for part in parts]
    audios = [part.package.audio for part in parts]
    return VariantEntry(
        uri=_rendition_uri(rung),
        bandwidth=_peak_rate(videos) + max(_sound_peak_rate(part) for part in parts),
        average_bandwidth=_average_rate(videos) + _average_rate(audios),
        codecs=f"{_most_demanding(videos)},{_most_demanding(audios)}",
        width=max(video.width for video in videos),
        height=max(video.height for video in videos),
        frame_rate=max(video.frame_rate for video in videos),
    )


def _peak_rate(renditions: Iterable[MediaRendition]) -> int:
    return max(rendition.peak_bits_per_second for rendition in renditions)


def _sound_peak_rate(part: StreamPart) -> int:
    """The peak as the manifest shows it, in which the last segment may be shorter than in the package."""
    audio = part.package.audio
    fitted = zip(audio.segments, _sound_lengths(part), strict=True)
    longest = max(segment.duration_seconds for segment in audio.segments)
    rates = [segment.size_bytes * 8 / length for segment, length in fitted if length >= longest / 2]
    return max(audio.peak_bits_per_second, *map(math.ceil, rates))


def _average_rate(renditions: Sequence[MediaRendition]) -> int:
    size_bytes = sum(segment.size_bytes for rendition in renditions for segment in rendition.segments)
    return round(size_bytes * 8 / sum(rendition.duration_seconds for rendition in renditions))


def _most_demanding(renditions: Iterable[MediaRendition]) -> str:
    # H.264 strings end with the level in hex: a device that plays the highest plays the others too, and players
    # read one video and one audio codec of a variant.
    return max((rendition.codecs for rendition in renditions), key=lambda codecs: (codecs[-2:], codecs))


def _audio_entry(parts: Sequence[StreamPart]) -> AudioEntry:
    languages = {part.language for part in parts if part.language}
    language = languages.pop() if len(languages) == 1 else SEVERAL_LANGUAGES
    name = "Original" if language == SEVERAL_LANGUAGES else menu_name(language)
    channels = max(part.package.audio.channels for part in parts)
    return AudioEntry(_audio_uri(parts), name, language, channels)


def _subtitle_entry(language: str) -> SubtitleEntry:
    return SubtitleEntry(f"subtitles-{language}.m3u8", menu_name(language), language)


def menu_name(language: str) -> str:
    """A language's name in itself as menus show it, with a capital where its script has them."""
    name = own_language_name(language)
    return name[:1].upper() + name[1:]


def _media_part(rendition: MediaRendition, base: str) -> ListedPart:
    segments = tuple(ListedSegment(base + s.uri, s.duration_seconds) for s in rendition.segments)
    return ListedPart(segments, base + rendition.init_uri)


def _audio_part(part: StreamPart) -> ListedPart:
    listed = _media_part(part.package.audio, part.media_base)
    fitted = zip(listed.segments, _sound_lengths(part), strict=True)
    return replace(listed, segments=tuple(replace(s, duration_seconds=length) for s, length in fitted))


def _sound_lengths(part: StreamPart) -> list[float]:
    return fit_lengths([s.duration_seconds for s in part.package.audio.segments], part.duration_seconds)


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


def _subtitle_part(part: StreamPart, language: str) -> ListedPart:
    durations = [segment.duration_seconds for segment in part.package.videos[0].segments]
    uris = (part.subtitles or {}).get(language) or repeat(_EMPTY_URI, len(durations))
    return ListedPart(tuple(ListedSegment(u, d) for u, d in zip(uris, durations, strict=True)))


def _rendition_uri(rung: _Rung) -> str:
    return f"{rung.name}.m3u8"


def _audio_uri(parts: Sequence[StreamPart]) -> str:
    return f"{parts[0].package.audio.name}.m3u8"


def _empty_segment() -> str:
    return segment_webvtt([], [1.0])[0]
