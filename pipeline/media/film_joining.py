"""Several films as one: taken over as they are where their pictures have one form, the others encoded to it first.

A film that changes its form on the way stops in one player and shows rubbish in another, so there never is one: sizes
differ where a recording has fewer lines than the ladder's rung, settings where the ladder was changed since.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.domain.errors import FinalError
from pipeline.media.encode_plan import EncodePlan
from pipeline.media.encode_runs import EncodeRuns, explain_failure
from pipeline.media.encoders import SCALER, h264_options
from pipeline.media.film_tracks import FilmTrack, read_film, read_rendition
from pipeline.media.films import FILM_LINES, Film, join_pictures, join_sounds, picture_form, seams_of, write_tracks
from pipeline.media.ladder import Ladder, VideoRung
from pipeline.media.programs import MediaPrograms, as_arguments, file_url


@dataclass(frozen=True)
class Joining:
    """How films that differ are brought to one form: as this rung of the ladder; `work_dir` is there and empty."""

    rung: VideoRung
    ladder: Ladder
    programs: MediaPrograms
    work_dir: Path


@dataclass(frozen=True)
class Joined:
    """What joining gave; `encoded` films had to be encoded anew."""

    film: Film
    encoded: int


def film_rung(ladder: Ladder) -> VideoRung:
    """The rung of which films are made: the largest of at most `FILM_LINES`, or the smallest there is."""
    fitting = [rung for rung in ladder.videos if rung.height <= FILM_LINES]
    return fitting[-1] if fitting else ladder.videos[0]


def join_films(films: Sequence[Path], target: Path, joining: Joining) -> Joined:
    """Write films one after the other as one MP4. Raises `RetryableError` and `FinalError`."""
    parts = [read_film(film) for film in films]
    pictures = [picture for picture, _ in parts]
    encoded = _brought_to_one_form(pictures, joining)
    seams = seams_of(pictures)
    film = write_tracks(join_pictures(pictures), join_sounds([sound for _, sound in parts], seams), target)
    return Joined(film, encoded)


def _brought_to_one_form(pictures: list[FilmTrack], joining: Joining) -> int:
    """Encode the pictures that differ from most, by length; where that is not enough, the others too. How many were."""
    usual = _usual(pictures)
    form = picture_form(usual)
    rung = replace(joining.rung, width=usual.width, height=usual.height)
    differing = [number for number, picture in enumerate(pictures) if picture_form(picture) != form]
    _encode_all(pictures, differing, replace(joining, rung=rung))
    if all(picture_form(pictures[number]) == form for number in differing):
        return len(differing)
    _encode_all(pictures, [number for number in range(len(pictures)) if number not in differing], joining)
    _encode_all(pictures, differing if rung != joining.rung else [], joining)
    return len(pictures)


def _usual(pictures: Sequence[FilmTrack]) -> FilmTrack:
    """One of those whose form most of the time has."""
    forms = [picture_form(picture) for picture in pictures]
    seconds: Counter[bytes] = Counter()
    for form, picture in zip(forms, pictures, strict=True):
        seconds[form] += round(picture.seconds * 1000)
    return pictures[forms.index(seconds.most_common(1)[0][0])]


def _encode_all(pictures: list[FilmTrack], numbers: Sequence[int], joining: Joining) -> None:
    for number in numbers:
        pictures[number] = _encoded(pictures[number], joining, number)


def _encoded(picture: FilmTrack, joining: Joining, number: int) -> FilmTrack:
    """The same pictures at the same times, on the rung's canvas."""
    target = joining.work_dir / f"part-{number}-{joining.rung.height}.mp4"
    frames = sum(1 for _ in picture.samples)
    rate = Fraction(frames * picture.timescale, picture.ticks).limit_denominator(1001)
    plan = EncodePlan(joining.ladder, rate, frames, 0.0)
    runs = EncodeRuns(joining.programs, joining.work_dir, picture.seconds)
    result = runs.run(_arguments(picture.runs[0].path, target.name, joining.rung, plan, joining.programs))
    if result.returncode != 0 or not target.exists():
        raise explain_failure(result)
    made = read_rendition(target)
    if sum(1 for _ in made.samples) != frames:
        raise FinalError("A part of a programme lost pictures when it was encoded.")
    return made


def _arguments(source: Path, name: str, rung: VideoRung, plan: EncodePlan, programs: MediaPrograms) -> list[str]:
    size = f"{rung.width}:{rung.height}"
    fitted = f"scale={size}:flags={SCALER}:force_original_aspect_ratio=decrease:force_divisible_by=2"
    padded = f"pad={size}:(ow-iw)/2:(oh-ih)/2:color=black,setsar=1"
    colours = "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
    options: dict[str, Any] = h264_options(rung, plan, programs)
    return [
        *("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-y"),
        *("-f", "mov", "-i", file_url(source.resolve())),
        *("-map", "0:v:0", "-vf", f"{fitted},{padded},{colours}"),
        *as_arguments(options),
        f"file:{name}",
    ]
