"""The yardsticks: bare ffmpeg commands that trust the file, check nothing and make nothing but the same renditions."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from bench.clip import RATE
from pipeline.media.encode_plan import EncodePlan
from pipeline.media.encoders import SCALER, aac_options, av1_options, h264_options
from pipeline.media.ladder import Ladder, VideoRung
from pipeline.media.programs import MediaPrograms, as_arguments, file_url

Command = list[str]


def plan_for(ladder: Ladder, seconds: int) -> EncodePlan:
    """The plan of an encode of the bench's own recording."""
    return EncodePlan(ladder=ladder, rate=Fraction(RATE), frames=seconds * RATE, start_seconds=0.0)


def one_process(clip: Path, plan: EncodePlan, programs: MediaPrograms) -> list[Command]:
    """The whole ladder in one process: one decode, a cascade of scalers, the product's own encoder options."""
    rungs = list(reversed(plan.ladder.videos))
    argv = [*_opening(clip, programs), "-filter_complex", _cascade([(rung.name, rung) for rung in rungs])]
    for rung in rungs:
        argv += ["-map", f"[{rung.name}]", *_rendition(rung, plan, programs)]
    return [[*argv, "-map", "0:a:0", *_sound(plan)]]


def one_process_av1(clip: Path, plan: EncodePlan, programs: MediaPrograms) -> list[Command]:
    """The ladder's AV1 set alone, from the same cascade."""
    modern = plan.ladder.modern
    assert modern is not None  # noqa: S101 - asked for a ladder with one
    sizes = {rung.name: rung for rung in plan.ladder.videos}
    rungs = [(rung, sizes[rung.like]) for rung in reversed(modern.videos)]
    argv = [*_opening(clip, programs), "-filter_complex", _cascade([(rung.name, like) for rung, like in rungs])]
    for rung, _ in rungs:
        argv += ["-map", f"[{rung.name}]", *as_arguments(av1_options(rung, plan, programs)), f"file:{rung.name}.mp4"]
    return [argv]


def one_process_each(clip: Path, plan: EncodePlan, programs: MediaPrograms) -> list[Command]:
    """The same ladder with a process, and so a decode, for every rendition."""
    opening = _opening(clip, programs)
    commands = [
        [*opening, "-map", "0:v:0", "-vf", f"scale={rung.width}:{rung.height}:flags={SCALER}",
         *_rendition(rung, plan, programs)]
        for rung in plan.ladder.videos
    ]  # fmt: skip
    return [*commands, [*opening, "-vn", "-map", "0:a:0", *_sound(plan)]]


def top_alone(clip: Path, plan: EncodePlan, programs: MediaPrograms) -> list[Command]:
    """The largest rendition and the sound."""
    return one_process(clip, replace(plan, ladder=replace(plan.ladder, videos=plan.ladder.videos[-1:])), programs)


def decode_alone(clip: Path, programs: MediaPrograms) -> list[Command]:
    """Every picture decoded and thrown away."""
    return [[*_opening(clip, programs), "-map", "0:v:0", "-f", "null", "-"]]


def picture_pass(clip: Path, programs: MediaPrograms) -> list[Command]:
    """Every picture decoded and measured by filters of ffmpeg, as a pass of its own before the encode would."""
    filters = "blackdetect,freezedetect,cropdetect"
    return [[*_opening(clip, programs), "-map", "0:v:0", "-vf", filters, "-f", "null", "-"]]


def small_picture_pass(clip: Path, programs: MediaPrograms) -> list[Command]:
    """Every picture decoded and measured small, as the encode's tap does, but in a pass of its own."""
    filters = "scale=64:36:flags=area,format=gray"
    return [[*_opening(clip, programs), "-map", "0:v:0", "-vf", filters, "-f", "framecrc", "-"]]


def _cascade(sizes: Sequence[tuple[str, VideoRung]]) -> str:
    """Filters that scale each size from the one above; each comes out under its name."""
    steps, source = [], "0:v:0"
    for number, (name, size) in enumerate(sizes):
        fork = f"null[{name}]" if number == len(sizes) - 1 else f"split[{name}][under{number}]"
        steps.append(f"[{source}]scale={size.width}:{size.height}:flags={SCALER},{fork}")
        source = f"under{number}"
    return ";".join(steps)


def _opening(clip: Path, programs: MediaPrograms) -> Command:
    return [programs.ffmpeg, "-v", "error", "-nostdin", "-y", "-i", file_url(clip)]


def _rendition(rung: VideoRung, plan: EncodePlan, programs: MediaPrograms) -> Command:
    return [*as_arguments(h264_options(rung, plan, programs)), f"file:{rung.name}.mp4"]


def _sound(plan: EncodePlan) -> Command:
    return [*as_arguments(aac_options(plan.ladder.audio.rate)), f"file:{plan.ladder.audio.name}.mp4"]
