"""The manifests of a stream: one package, or several played one after the other, with subtitles beside them.

A stream's folder holds `master.m3u8`, one media manifest for each rendition, `manifest.mpd` for DASH,
`storyboard.vtt` for the player's time line, and subtitles. All URIs are relative to it, so that the same bytes play
from a folder, a bucket or a portal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from pipeline.captions.cues import Cue
from pipeline.domain.languages import own_language_name
from pipeline.domain.packages import Package
from pipeline.domain.sheets import TrackMark, graver
from pipeline.site.bit_rates import Stretch, average_rate, peak_rate
from pipeline.site.dash import DASH_URI, write_mpd
from pipeline.site.listings import list_key_pictures, list_pictures, list_sound, list_subtitles
from pipeline.site.manifest_text import (
    AudioEntry,
    ListedPart,
    SubtitleEntry,
    VariantEntry,
    master_manifest,
    media_manifest,
    target_of,
)
from pipeline.site.mark_words import interpretation_words, mark_words
from pipeline.site.storyboards import STORYBOARD_URI, write_storyboard
from pipeline.site.stream_parts import (
    SEVERAL_LANGUAGES,
    Rung,
    StreamPart,
    VoiceTrack,
    modern_rungs,
    most_demanding,
    picture_rungs,
    spoken_language,
    voice_languages,
)
from pipeline.site.subtitle_files import EMPTY_SEGMENT, EMPTY_URI, write_subtitle_files

MASTER_URI = "master.m3u8"

_ORIGINAL = "public.original-content"
_TRANSLATION = ("public.translation", "public.translation.voice-over")
"""Media characteristics by which Apple's players tell the original from a voice over it."""


def write_package_manifests(
    package: Package,
    *,
    language: str,
    subtitles: Mapping[str, Sequence[Cue]],
    marks: Mapping[str, TrackMark] = MappingProxyType({}),
    voices: Mapping[str, VoiceTrack] = MappingProxyType({}),
    media_base: str = "",
) -> dict[str, bytes]:
    """Everything beside the media that a single statement needs to play: relative path to bytes.

    `media_base` leads from the manifests' folder to the package's; empty when they lie together.
    """
    written = write_subtitle_files(package, subtitles, marks)
    return {**written.files, **write_stream([StreamPart(package, media_base, language, written.tracks, voices)])}


def write_stream(parts: Sequence[StreamPart]) -> dict[str, bytes]:
    """All manifests of the parts played in a row: relative path to bytes, the master at `master.m3u8`.

    Every rendition has the same discontinuities. A language of subtitles or of interpretation that any part has runs
    through the whole stream: where a part lacks it, its segments are empty, or the original's.
    """
    languages = sorted({language for part in parts for language in part.subtitles})
    texts = {
        MASTER_URI: _master(parts, languages),
        sound_uri(parts): media_manifest(list_sound(parts)),
        **{_voice_uri(language): media_manifest(list_sound(parts, language)) for language in voice_languages(parts)},
        **_picture_manifests(parts),
        DASH_URI: write_mpd(parts),
    }
    for language in languages:
        texts[_subtitle_uri(language)] = media_manifest(list_subtitles(language, parts))
    storyboard = write_storyboard(parts)
    if storyboard:
        texts[STORYBOARD_URI] = storyboard
    if any(language not in part.subtitles for part in parts for language in languages):
        texts[EMPTY_URI] = EMPTY_SEGMENT
    return {path: text.encode() for path, text in texts.items()}


def _picture_manifests(parts: Sequence[StreamPart]) -> dict[str, str]:
    rungs = picture_rungs(parts)
    texts = {_picture_uri(rung): media_manifest(list_pictures(rung, parts)) for rung in (*rungs, *modern_rungs(parts))}
    for rung in rungs:
        texts[_key_pictures_uri(rung)] = media_manifest(list_key_pictures(rung, parts), has_key_pictures_only=True)
    return texts


def _master(parts: Sequence[StreamPart], languages: Sequence[str]) -> str:
    """Variants from low to high, so that playing begins at once on any line; sound alone comes last."""
    rungs = picture_rungs(parts)
    return master_manifest(
        [*(_variant(rung, parts) for rung in (*rungs, *modern_rungs(parts))), _sound_variant(parts)],
        audio=[_audio_entry(parts), *(_voice_entry(language, parts) for language in voice_languages(parts))],
        subtitles=[_subtitle_entry(language, parts) for language in languages],
        key_pictures=[_key_pictures(rung, parts) for rung in rungs],
    )


def _variant(rung: Rung, parts: Sequence[StreamPart]) -> VariantEntry:
    pictures, sounds = list_pictures(rung, parts), _sounds(parts)
    return VariantEntry(
        uri=_picture_uri(rung),
        bandwidth=_peak(pictures) + max(map(_peak, sounds)),
        average_bandwidth=_average(pictures) + max(map(_average, sounds)),
        codecs=f"{rung.codecs},{_sound_codecs(parts)}",
        width=max(video.width for video in rung.renditions),
        height=max(video.height for video in rung.renditions),
        frame_rate=max(video.frame_rate for video in rung.renditions),
    )


def _sound_variant(parts: Sequence[StreamPart]) -> VariantEntry:
    sounds = _sounds(parts)
    rates = max(map(_peak, sounds)), max(map(_average, sounds))
    return VariantEntry(sound_uri(parts), *rates, _sound_codecs(parts))


def _sounds(parts: Sequence[StreamPart]) -> list[list[ListedPart]]:
    """Every sound that can be chosen with a variant, whose rates are those of the most demanding."""
    return [list_sound(parts, language) for language in (None, *voice_languages(parts))]


def _key_pictures(rung: Rung, parts: Sequence[StreamPart]) -> VariantEntry:
    pictures = list_key_pictures(rung, parts)
    return VariantEntry(
        uri=_key_pictures_uri(rung),
        bandwidth=_peak(pictures),
        average_bandwidth=_average(pictures),
        codecs=rung.codecs,
        width=max(video.width for video in rung.renditions),
        height=max(video.height for video in rung.renditions),
    )


def _peak(parts: Sequence[ListedPart]) -> int:
    return peak_rate(_stretches(parts), target_of(parts))


def _average(parts: Sequence[ListedPart]) -> int:
    return average_rate(_stretches(parts))


def _stretches(parts: Sequence[ListedPart]) -> list[Stretch]:
    return [stretch for part in parts for stretch in part.stretches]


def _sound_codecs(parts: Sequence[StreamPart]) -> str:
    chosen = (None, *voice_languages(parts))
    return most_demanding(part.sound_in(language)[0] for part in parts for language in chosen)


def _audio_entry(parts: Sequence[StreamPart]) -> AudioEntry:
    language = spoken_language(parts)
    name = "Original" if language == SEVERAL_LANGUAGES else menu_name(language)
    channels = max(part.package.audio.channels for part in parts)
    entry = AudioEntry(sound_uri(parts), name, language, channels, is_default=True)
    return replace(entry, characteristics=(_ORIGINAL,)) if voice_languages(parts) else entry


def _voice_entry(language: str, parts: Sequence[StreamPart]) -> AudioEntry:
    """An interpretation, by its own language's name and words for what it is, and for the gravest mark of any part."""
    voices = [part.voices[language] for part in parts if language in part.voices]
    mark = graver(voice.mark for voice in voices if voice.mark)
    words = [interpretation_words(language), *([mark_words(mark, language)] if mark else [])]
    return AudioEntry(
        _voice_uri(language),
        f"{menu_name(language)} ({', '.join(words)})",
        language,
        max(part.sound_in(language)[0].channels for part in parts),
        characteristics=_TRANSLATION,
    )


def _subtitle_entry(language: str, parts: Sequence[StreamPart]) -> SubtitleEntry:
    """A language with the gravest mark of any part: a menu says it once for the whole stream."""
    tracks = (part.subtitles[language] for part in parts if language in part.subtitles)
    mark = graver(track.mark for track in tracks if track.mark)
    name = menu_name(language) if mark is None else f"{menu_name(language)} ({mark_words(mark, language)})"
    return SubtitleEntry(_subtitle_uri(language), name, language)


def _subtitle_uri(language: str) -> str:
    return f"subtitles-{language}.m3u8"


def menu_name(language: str) -> str:
    """A language's name in itself as menus show it, with a capital where its script has them."""
    name = own_language_name(language)
    return name[:1].upper() + name[1:]


def _picture_uri(rung: Rung) -> str:
    return f"{rung.name}.m3u8"


def _key_pictures_uri(rung: Rung) -> str:
    return f"{rung.name}-iframes.m3u8"


def _voice_uri(language: str) -> str:
    return f"voice-{language}.m3u8"


def sound_uri(parts: Sequence[StreamPart]) -> str:
    """The manifest of a stream's sound alone."""
    return f"{parts[0].package.audio.name}.m3u8"
