"""A spoken interpretation over a recording's sound: as loud as the original, in step with the picture, cut like it.

The original below it is the package's own sound, in which whoever wants to be hidden is hidden and nothing is heard
that was cut away.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ffmpeg

from pipeline.domain.errors import FinalError
from pipeline.domain.packages import MediaRendition, Package
from pipeline.domain.voices import Under
from pipeline.media.codec_strings import codec_string
from pipeline.media.encode import disk_problems
from pipeline.media.encode_plan import SAMPLE_RATE
from pipeline.media.encode_runs import EncodeRuns, OnProgress, Progress, explain_failure
from pipeline.media.encoders import aac_options
from pipeline.media.fragments import read_track
from pipeline.media.graph import PROGRESS, arguments_of
from pipeline.media.house_sound import limited, on_both_sides
from pipeline.media.ladder import Ladder, Loudness
from pipeline.media.levels import Heard, HeardReader, Levels, corrected, distance, first_levels
from pipeline.media.programs import MediaPrograms, file_url, guarded_options
from pipeline.media.segments import PRIMING_SAMPLES, without_priming, write_rendition
from pipeline.media.sniff import Container
from pipeline.media.voice_check import VoiceReport

VOICE_NAME = "voice"
LOW_DB = -16.0
"""The original below the voice: heard to be there, and nobody strains to hear the voice above it."""

_LEAD_SECONDS, _FADE_SECONDS = 0.2, 0.5
_SHORTEST_END_SECONDS = 1.5
"""Of silence at an end, from which the original comes back; less would be a breath."""

_BOLDNESS = (1.0, 1.0, 0.7)
_EVEN, _MIXED = "even.nut", "mixed.mp4"
_FADE_STEP_SAMPLES = 240


@dataclass(frozen=True)
class VoiceRecipe:
    """All that a mix is made of. `original` is the package's sound; the voice's file begins at `starts_seconds` of
    what is shown, before it where that is negative."""

    voice: Path
    report: VoiceReport
    original: Path
    package: Package
    starts_seconds: float
    under: Under

    @property
    def samples(self) -> int:
        """How long the result is: as the picture."""
        return round(self.package.videos[0].duration_seconds * SAMPLE_RATE)


@dataclass(frozen=True)
class MixedVoice:
    """A voice as an audio rendition, and how loud it and the original are."""

    rendition: MediaRendition
    heard: Heard
    original: Heard


def mix_voice(
    recipe: VoiceRecipe,
    *,
    ladder: Ladder,
    out_dir: Path,
    programs: MediaPrograms,
    on_progress: OnProgress | None = None,
) -> MixedVoice:
    """Write the rendition `voice.mp4` into a folder. Raises `RetryableError` and `FinalError`."""
    work_dir = out_dir.resolve() / "mixing"
    runs = EncodeRuns(programs, work_dir, max(recipe.package.duration_seconds, recipe.report.seconds))
    with disk_problems():
        work_dir.mkdir(parents=True, exist_ok=True)
        _run(runs, _evening_arguments(recipe), on_progress=on_progress)
        original = _listen(runs, _listening_arguments(file_url(recipe.original.resolve()), 0))
        heard = _match(recipe, ladder, runs, original)
        return MixedVoice(_cut(recipe, ladder, work_dir, out_dir), heard, original)


def _match(recipe: VoiceRecipe, ladder: Ladder, runs: EncodeRuns, original: Heard) -> Heard:
    """Mix, listen, correct: until the voice is as loud as the original, or as near as it gets."""
    loudness = replace(ladder.loudness, target_lufs=_target(original, ladder.loudness))
    levels = first_levels(recipe.report.audio, loudness)
    tried: list[tuple[float, Levels, Heard]] = []
    for boldness in (*_BOLDNESS, 0.0):
        heard = _mix(recipe, ladder, levels, runs)
        tried.append((distance(heard, loudness), levels, heard))
        better = corrected(levels, heard, loudness, boldness=boldness)
        if better is None or not boldness:
            break
        levels = better
    _, best, heard = min(tried, key=lambda attempt: attempt[0])
    return heard if best == tried[-1][1] else _mix(recipe, ladder, best, runs)


def _target(original: Heard, loudness: Loudness) -> float:
    return loudness.target_lufs if original.loudness_lufs is None else original.loudness_lufs


def _mix(recipe: VoiceRecipe, ladder: Ladder, levels: Levels, runs: EncodeRuns) -> Heard:
    _run(runs, _mixing_arguments(recipe, ladder, levels))
    return _listen(runs, _listening_arguments(f"file:{_MIXED}", PRIMING_SAMPLES))


def _evening_arguments(recipe: VoiceRecipe) -> list[str]:
    """The one time that the voice's own bytes are read: into one plain form, gaps filled, its times kept."""
    options = guarded_options(Container(recipe.report.container))
    opened = ffmpeg.input(file_url(recipe.voice.resolve()), **options)
    even = (
        opened[str(recipe.report.audio.index)]
        .filter("aresample", SAMPLE_RATE, first_pts=0, min_hard_comp=0.04, **{"async": 1})
        .filter("aformat", sample_fmts="flt", channel_layouts="stereo")
    )
    target = ffmpeg.output(even, f"file:{_EVEN}", **{"c:a": "pcm_f32le", "f": "nut", "map_metadata": -1})
    return _quiet([target])


def _mixing_arguments(recipe: VoiceRecipe, ladder: Ladder, levels: Levels) -> list[str]:
    voice = _placed(ffmpeg.input(f"file:{_EVEN}", f="nut"), recipe)
    sound = on_both_sides(voice, recipe.report.audio).filter("volume", f"{levels.gain_db:.2f}dB", precision="float")
    if recipe.under is Under.LOW:
        below = _lowered(ffmpeg.input(file_url(recipe.original.resolve()), f="mov"), recipe)
        sound = ffmpeg.filter([sound, below], "amix", inputs=2, duration="longest", normalize=0)
    if levels.ceiling_db is not None:
        sound = limited(sound, levels.ceiling_db)
    whole = sound.filter("apad").filter("atrim", end_sample=recipe.samples)
    return _quiet([ffmpeg.output(whole, f"file:{_MIXED}", **aac_options(ladder.audio.rate))])


def _placed(voice: Any, recipe: VoiceRecipe) -> Any:
    """The voice on the timeline of what is shown, to the sample; what lies before it is left out."""
    plain = voice.filter("aformat", sample_fmts="fltp", channel_layouts="stereo")
    shift = round(recipe.starts_seconds * SAMPLE_RATE)
    if shift >= 0:
        return plain.filter("adelay", delays=f"{shift}S", all=1)
    return plain.filter("atrim", start_sample=-shift).filter("asetpts", "PTS-STARTPTS")


def _lowered(original: Any, recipe: VoiceRecipe) -> Any:
    """The original, low as long as the voice speaks; its pauses are no reason to come back."""
    return (
        original.filter("aformat", sample_fmts="fltp", channel_layouts="stereo")
        .filter("asetnsamples", n=_FADE_STEP_SAMPLES, p=0)
        .filter("volume", _level_over_time(recipe), eval="frame", precision="float")
    )


def _level_over_time(recipe: VoiceRecipe) -> str:
    """An expression of the time: full, fading, low, fading, full; without an end where the voice leaves none free."""
    low = 10 ** (LOW_DB / 20)
    first, last = (moment + recipe.starts_seconds for moment in recipe.report.speaks)
    down, up = first - _LEAD_SECONDS, last + _LEAD_SECONDS
    level = f"{low:.5f}"
    if recipe.package.duration_seconds - up >= _SHORTEST_END_SECONDS:
        level = f"{level}+{1 - low:.5f}*clip((t-{up:.3f})/{_FADE_SECONDS},0,1)"
    if down >= _SHORTEST_END_SECONDS:
        level = f"{level}+{1 - low:.5f}*clip(({down:.3f}-t)/{_FADE_SECONDS},0,1)"
    return level


def _listening_arguments(source: str, first_sample: int) -> list[str]:
    heard = ffmpeg.input(source, f="mov").filter("atrim", start_sample=first_sample)
    measured = heard.filter("ebur128", peak="true", framelog="verbose")
    return ["-loglevel", "info", *PROGRESS, *arguments_of([ffmpeg.output(measured, "-", f="null")])]


def _quiet(outputs: list[Any]) -> list[str]:
    return ["-loglevel", "error", *PROGRESS, *arguments_of(outputs)]


def _run(runs: EncodeRuns, arguments: list[str], *, on_progress: OnProgress | None = None) -> None:
    result = runs.run(arguments, on_stderr_line=Progress(runs.seconds, on_progress).take)
    if result.returncode != 0:
        raise explain_failure(result)


def _listen(runs: EncodeRuns, arguments: list[str]) -> Heard:
    reader = HeardReader()
    result = runs.run(arguments, on_stderr_line=reader.take)
    if result.returncode != 0:
        raise explain_failure(result)
    return reader.heard


def _cut(recipe: VoiceRecipe, ladder: Ladder, work_dir: Path, out_dir: Path) -> MediaRendition:
    track = without_priming(read_track(work_dir / _MIXED))
    starts = list(_starts(recipe.package))
    written = write_rendition(track, starts, name=VOICE_NAME, out_dir=out_dir, codecs=codec_string(track))
    picture = recipe.package.videos[0]
    allowed = max(1 / picture.frame_rate if picture.frame_rate else 0.0, 2048 / SAMPLE_RATE)
    if abs(written.duration_seconds - picture.duration_seconds) > allowed or len(written.segments) != len(starts):
        raise FinalError("The voice did not come out as long as the picture.")
    return replace(written, channels=2)


def _starts(package: Package) -> Iterator[float]:
    lengths = [segment.duration_seconds for segment in package.videos[0].segments]
    return itertools.accumulate(lengths[:-1], initial=0.0)
