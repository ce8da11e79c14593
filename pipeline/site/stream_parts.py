"""A stream as a row of packages, and the ladder across them: which rendition of each part a variant plays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.domain.packages import MediaRendition, Package
from pipeline.domain.sheets import TrackMark
from pipeline.site.subtitle_files import SubtitleTrack

SEVERAL_LANGUAGES = "mul"
"""ISO 639-2 for a stream in which several languages are spoken, or none."""


@dataclass(frozen=True)
class VoiceTrack:
    """A spoken interpretation of one package, cut like its sound; `base` leads to it from the stream's folder.

    `mark` is what menus say beside its language.
    """

    rendition: MediaRendition
    base: str
    mark: TrackMark | None = None


@dataclass(frozen=True)
class StreamPart:
    """One package inside a stream; `media_base` and the URIs of subtitles are relative to the stream's folder.

    `language` is what is spoken, None where nobody speaks, as on a card. `subtitles` are tracks and `voices` spoken
    interpretations by language.
    """

    package: Package
    media_base: str = ""
    language: str | None = None
    subtitles: Mapping[str, SubtitleTrack] = field(default_factory=dict)
    voices: Mapping[str, VoiceTrack] = field(default_factory=dict)

    def sound_in(self, language: str | None) -> tuple[MediaRendition, str]:
        """What is heard by who chose a language (None: the original), and where it lies: where nobody interpreted,
        the original.
        """
        voice = self.voices.get(language) if language else None
        return (voice.rendition, voice.base) if voice else (self.package.audio, self.media_base)

    @property
    def duration_seconds(self) -> float:
        """Length on the stream's timeline, which follows the picture."""
        return self.package.videos[0].duration_seconds


def spoken_language(parts: Iterable[StreamPart]) -> str:
    """What is spoken in a stream: players offer one sound, whatever the language of each part."""
    languages = {part.language for part in parts if part.language}
    return languages.pop() if len(languages) == 1 else SEVERAL_LANGUAGES


def voice_languages(parts: Iterable[StreamPart]) -> list[str]:
    """The languages into which any part is interpreted: each runs through the whole stream."""
    return sorted({language for part in parts for language in part.voices})


@dataclass(frozen=True)
class Rung:
    """One step of the ladder across all parts: its name, and what each part gives for it."""

    name: str
    renditions: tuple[MediaRendition, ...]

    @property
    def codecs(self) -> str:
        """What the most demanding of them needs."""
        return most_demanding(self.renditions)


def picture_rungs(parts: Sequence[StreamPart]) -> list[Rung]:
    """The steps in H.264, from low to high; a part that ends lower gives its best for the higher ones.

    Statements say how many there are: cards could be had in every size and would add variants with nothing to see.
    """
    return _rungs(parts, [part.package.videos for part in parts])


def modern_rungs(parts: Sequence[StreamPart]) -> list[Rung]:
    """The steps in AV1; none unless every part has some, for a variant may not change its codec on the way."""
    ladders = [part.package.modern_videos for part in parts]
    return _rungs(parts, ladders) if all(ladders) else []


def _rungs(parts: Sequence[StreamPart], ladders: Sequence[Sequence[MediaRendition]]) -> list[Rung]:
    spoken = [ladder for part, ladder in zip(parts, ladders, strict=True) if part.language]
    longest: Sequence[MediaRendition] = max(spoken or list(ladders), key=len)
    return [
        Rung(video.name, tuple(ladder[min(index, len(ladder) - 1)] for ladder in ladders))
        for index, video in enumerate(longest)
    ]


def most_demanding(renditions: Iterable[MediaRendition]) -> str:
    """The codec string of the highest level: a device that plays it plays the others too.

    Players read one codec of each kind from a variant.
    """
    return max((rendition.codecs for rendition in renditions), key=lambda codecs: (_level(codecs), codecs))


def _level(codecs: str) -> str:
    # avc1.PPCCLL ends with the level in hexadecimal digits; av01.P.LLT.DD has it in its third field.
    return codecs.split(".")[2] if codecs.startswith("av01.") else codecs[-2:].lower()
