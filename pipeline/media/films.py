"""Films to take away and to play without a player: one progressive MP4 of a picture and a sound, one of several films.

Nothing is encoded where it need not be: samples are taken over from the renditions. See `film_joining` for films whose
pictures have different forms.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

from pipeline.domain.errors import FinalError
from pipeline.domain.packages import MediaRendition, Package
from pipeline.media.encode_plan import SAMPLE_RATE
from pipeline.media.film_tracks import FilmTrack, Run, read_film, read_rendition
from pipeline.media.fragments import Sample
from pipeline.media.progressive import write_progressive
from pipeline.media.sample_entries import without_claims

FILM_VERSION = 1
"""Grows whenever the same renditions could give another film."""

FILM_LINES = 480
"""Of a film's picture: fine on a telephone and small in an office, and any browser plays it."""

_BLOCK = 1024
"""Samples of one block of AAC."""

_JOINED_TIMESCALE = 90_000
_LONGEST_DIFFERENCE_SECONDS = 0.2


@dataclass(frozen=True)
class Film:
    """A film as it was written; a sound alone has no width and height."""

    duration_seconds: float
    width: int
    height: int
    size_bytes: int


def film_rendition(package: Package) -> MediaRendition:
    """The picture that a film is made of: the largest of at most `FILM_LINES`, or the smallest there is."""
    fitting = [video for video in package.videos if video.height <= FILM_LINES]
    return fitting[-1] if fitting else package.videos[0]


def write_film(picture: Path, sound: Path, target: Path) -> Film:
    """Write a rendition of a picture and one of a sound as one MP4, its index first. Raises `FinalError`."""
    return write_tracks(read_rendition(picture), read_rendition(sound), target)


def write_sound(sound: Path, target: Path) -> Film:
    """Write a rendition of a sound as a file of its own (`.m4a`), its index first. Raises `FinalError`."""
    return _write_sound(read_rendition(sound), target)


def write_sound_of(film: Path, target: Path) -> Film:
    """Write the sound of a film as a file of its own, as `write_sound` does. Raises `FinalError`."""
    _, sound = read_film(film)
    return _write_sound(sound, target)


def _write_sound(sound: FilmTrack, target: Path) -> Film:
    if not sound.is_sound:
        raise FinalError("A sound was to be written, and a picture was given.")
    write_progressive([sound], target)
    return Film(sound.seconds, 0, 0, target.stat().st_size)


def write_tracks(picture: FilmTrack, sound: FilmTrack, target: Path) -> Film:
    """Write a picture and a sound of the same length as one MP4, and read it back. Raises `FinalError`."""
    if picture.is_sound or not sound.is_sound:
        raise FinalError("A film needs a picture and a sound.")
    if abs(picture.seconds - sound.seconds) > _LONGEST_DIFFERENCE_SECONDS:
        raise FinalError("A picture and its sound are not of the same length.")
    write_progressive([picture, sound], target)
    _demand_same(target, picture, sound)
    return Film(picture.seconds, picture.width, picture.height, target.stat().st_size)


def _demand_same(target: Path, *written: FilmTrack) -> None:
    for found, meant in zip(read_film(target), written, strict=True):
        of_both = [(track.ticks, track.timescale, sum(1 for _ in track.samples)) for track in (found, meant)]
        if of_both[0] != of_both[1]:
            raise FinalError("A film is not as it was to be written.")


def picture_form(picture: FilmTrack) -> bytes:
    """Equal for pictures that can follow each other in one track; a description that serves them all."""
    return without_claims(picture.entry)


def join_pictures(pictures: Sequence[FilmTrack]) -> FilmTrack:
    """Pictures one after the other, to the tick. Raises `FinalError` where their forms differ."""
    forms = {picture_form(picture) for picture in pictures}
    if len(forms) != 1:
        raise FinalError("Films whose pictures have different forms cannot follow each other.")
    delay = max(Fraction(picture.delay, picture.timescale) for picture in pictures)
    runs = [run for picture in pictures for run in _retimed(picture, delay)]
    first = pictures[0]
    return FilmTrack(False, _JOINED_TIMESCALE, forms.pop(), first.width, first.height, tuple(runs))


def join_sounds(sounds: Sequence[FilmTrack], seams: Sequence[Fraction]) -> FilmTrack:
    """Sounds one after the other, each ending at the seam (seconds from the start) of its picture, to half a block.

    Blocks at an end that lie behind the seam are left out, so that nothing adds up. Raises `FinalError`.
    """
    if len({(sound.timescale, without_claims(sound.entry)) for sound in sounds}) != 1:
        raise FinalError("Films whose sounds have different forms cannot follow each other.")
    if sounds[0].timescale != SAMPLE_RATE:
        raise FinalError("A film's sound has another rate than the house's.")
    ends = [round(seam * SAMPLE_RATE / _BLOCK) for seam in seams]
    begins = [0, *ends[:-1]]
    runs = [_filled(sound, end - begin) for sound, begin, end in zip(sounds, begins, ends, strict=True)]
    return FilmTrack(True, SAMPLE_RATE, sounds[0].entry, 0, 0, tuple(run for part in runs for run in part))


def seams_of(pictures: Sequence[FilmTrack]) -> list[Fraction]:
    """When each picture ends, in seconds from the first one's start."""
    return list(accumulate(Fraction(picture.ticks, picture.timescale) for picture in pictures))


def _retimed(picture: FilmTrack, delay: Fraction) -> list[Run]:
    """In the joined timescale, without rounding that adds up; the first picture is shown after the common delay."""
    scale = Fraction(_JOINED_TIMESCALE, picture.timescale)
    shift = round(delay * _JOINED_TIMESCALE) - round(picture.delay * scale)
    runs, ticks = [], 0
    for run in picture.runs:
        samples = []
        for sample in run.samples:
            begin, end = round(ticks * scale), round((ticks + sample.duration) * scale)
            shown = round((ticks + sample.offset) * scale) - begin + shift
            samples.append(Sample(sample.position, sample.size, end - begin, sample.flags, shown))
            ticks += sample.duration
        runs.append(Run(run.path, tuple(samples)))
    return runs


def _filled(sound: FilmTrack, blocks: int) -> list[Run]:
    """So many whole blocks of a sound; where it is shorter its last one is heard again."""
    runs, missing = [], blocks
    for run in sound.runs:
        kept = run.samples[:missing]
        missing -= len(kept)
        runs.append(Run(run.path, kept))
    if missing * _BLOCK > _LONGEST_DIFFERENCE_SECONDS * SAMPLE_RATE:
        raise FinalError("A film's sound is much shorter than its picture.")
    last = sound.runs[-1]
    runs.append(Run(last.path, last.samples[-1:] * missing))
    # The last block of an encode claims to be as short as what it was made of; a decoder gives all of it.
    return [Run(run.path, tuple(replace(one, duration=_BLOCK) for one in run.samples)) for run in runs if run.samples]
