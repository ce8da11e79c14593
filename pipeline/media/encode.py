"""Encode a recording that intake accepted: one ffmpeg process for everything, then verify, cut, describe."""

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.domain.errors import FinalError, RetryableError
from pipeline.domain.findings import Severity
from pipeline.domain.packages import Package
from pipeline.domain.trims import Trim
from pipeline.media.encode_plan import EncodePlan, plan_encode
from pipeline.media.encode_runs import EncodeRuns, OnProgress, Progress, explain_failure, was_circumstance
from pipeline.media.facts import span_of, with_pictures
from pipeline.media.graph import Recipe, encode_arguments
from pipeline.media.ladder import Ladder
from pipeline.media.levels import Levels
from pipeline.media.packaging import package_encode
from pipeline.media.picture import PictureMeasures, PictureReader, measure_picture
from pipeline.media.programs import MediaPrograms
from pipeline.media.report import IntakeReport
from pipeline.media.sniff import Container
from pipeline.media.sound_run import correct_sound, even_out, find_levels
from pipeline.media.untrusted import open_untrusted
from pipeline.media.verdicts import judge_picture_damage
from pipeline.processes import ProgramResult

ENCODE_VERSION = 4
"""Grows whenever the same recording and ladder could give other bytes."""

PACKAGE_FILE = "package.json"

_BEYOND_PLAN_SECONDS = 60.0


@dataclass(frozen=True)
class Encoded:
    """What an encode left: the package, None where the pictures were too broken to make one, and what they showed."""

    package: Package | None
    picture: PictureMeasures


def encode_recording(
    source: Path,
    report: IntakeReport,
    *,
    ladder: Ladder,
    out_dir: Path,
    programs: MediaPrograms,
    trim: Trim | None = None,
    on_progress: OnProgress | None = None,
) -> Encoded:
    """Write all renditions, images and `package.json` below `out_dir`, which should be fresh: of the whole recording,
    or of what a trim leaves.

    Every picture is measured on the way: complete the report with the measures before the package is used.
    `on_progress` gets 0..1. Raises `RetryableError` (disk full, killed, stalled) and `FinalError`.
    """
    if not report.is_accepted or report.video is None:
        raise FinalError("Only a recording that intake accepted can be encoded.")
    out_dir = out_dir.resolve()
    work_dir = out_dir / "encoding"
    recipe = Recipe(source.resolve(), report, plan_encode(report, ladder, trim), programs)
    with disk_problems():
        work_dir.mkdir(parents=True, exist_ok=True)
        encoded = _encode(recipe, ladder, work_dir, out_dir, on_progress)
        shutil.rmtree(work_dir)
        if encoded.package:
            text = json.dumps(encoded.package.to_json(), indent=1) + "\n"
            (out_dir / PACKAGE_FILE).write_text(text, encoding="utf-8")
    return encoded


@contextlib.contextmanager
def disk_problems() -> Iterator[None]:
    """What goes wrong with files of our own may go right later."""
    try:
        yield
    except OSError as error:
        raise RetryableError(f"The encode could not write its files: {error.strerror}.") from error


def _encode(recipe: Recipe, ladder: Ladder, work_dir: Path, out_dir: Path, on_progress: OnProgress | None) -> Encoded:
    runs = EncodeRuns(recipe.programs, work_dir, recipe.report.duration_seconds)
    even_out(recipe, runs)
    levels = find_levels(recipe, runs)
    result, picture = _run(recipe, levels, runs, on_progress)
    if result.returncode != 0 or not picture.frames:
        return _after_failure(recipe, result, work_dir)
    if is_broken(recipe, picture):
        return Encoded(None, picture)
    decoded = as_decoded(recipe, picture, ladder)
    if decoded != recipe.plan:
        # The packets had told another length, rate or start than the pictures have.
        recipe = replace(recipe, plan=decoded)
        result, _ = _run(recipe, levels, runs, on_progress)
        if result.returncode != 0:
            raise explain_failure(result)
    correct_sound(recipe, levels, runs)
    return Encoded(package_encode(recipe.plan, work_dir, out_dir), picture)


def _run(
    recipe: Recipe, levels: Levels, runs: EncodeRuns, on_progress: OnProgress | None
) -> tuple[ProgramResult, PictureMeasures]:
    picture = PictureMeasures()
    progress = Progress(recipe.report.duration_seconds, on_progress)
    reader = PictureReader(picture, lambda seconds: progress.reach(seconds - recipe.video.start_seconds))

    def take_log(line: str) -> None:
        progress.take(line)
        picture.log.take(line)

    arguments = encode_arguments(recipe, levels)
    result = runs.run(arguments, on_stdout_line=reader.take_line, on_stderr_line=take_log)
    reader.finish()
    return result, picture


def _after_failure(recipe: Recipe, result: ProgramResult, work_dir: Path) -> Encoded:
    """The pictures alone, decoded for nothing but their measures, tell whether it was the recording."""
    if not was_circumstance(result):
        picture = measure_alone(recipe, work_dir)
        if is_broken(recipe, picture):
            return Encoded(None, picture)
    raise explain_failure(result)


def is_broken(recipe: Recipe, picture: PictureMeasures) -> bool:
    """Whether the pictures refuse the recording, so that nobody needs a package of it."""
    damage = judge_picture_damage(recipe.video, picture)
    return damage is not None and damage.severity is Severity.REFUSE


def as_decoded(recipe: Recipe, picture: PictureMeasures, ladder: Ladder) -> EncodePlan:
    """The plan by what was decoded, where it differs by more than a picture from the one that was followed."""
    video = with_pictures(recipe.video, picture)
    start, end = span_of(video, recipe.report.audio)
    decoded = plan_encode(replace(recipe.report, video=video, duration_seconds=end - start), ladder, recipe.plan.trim)
    return recipe.plan if decoded.is_like(recipe.plan) else decoded


def measure_alone(recipe: Recipe, work_dir: Path) -> PictureMeasures:
    """The pictures' measures from a decode that makes nothing."""
    file = open_untrusted(recipe.source, Container(recipe.report.container), recipe.programs, work_dir)
    beside = recipe.report.audio.index if recipe.report.audio else None
    longest = recipe.report.duration_seconds + _BEYOND_PLAN_SECONDS
    return measure_picture(file, recipe.video.index, beside=beside, longest_seconds=longest)
