"""Hide a person in a recording before anything is made of it that others see: the encode reads what this writes.

Faces are looked for first, in small pictures; then one ffmpeg process writes the recording anew, nearly without loss,
while every picture of the original is measured on the way. Nothing larger than one mask is ever in our memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pipeline.domain.errors import FinalError
from pipeline.domain.limits import Limit
from pipeline.domain.protection import Hidden, Protection
from pipeline.media.encode import as_decoded, disk_problems, is_broken, measure_alone
from pipeline.media.encode_plan import plan_encode
from pipeline.media.encode_runs import EncodeRuns, OnProgress, Progress, explain_failure, was_circumstance
from pipeline.media.face_masks import mask_pictures
from pipeline.media.face_tracks import FaceTracks
from pipeline.media.faces import FaceFinder, Look
from pipeline.media.graph import Recipe
from pipeline.media.intake import inspect_recording
from pipeline.media.ladder import Ladder
from pipeline.media.picture import PictureMeasures, PictureReader
from pipeline.media.programs import MediaPrograms
from pipeline.media.protect_graph import (
    LOOKS_PER_SECOND,
    PROTECTED_FILE,
    hiding_arguments,
    look_size,
    looking_arguments,
    place_of_picture,
)
from pipeline.media.report import IntakeReport
from pipeline.media.sound_run import even_out
from pipeline.media.voice import VoiceChange, draw_change
from pipeline.processes import ProgramResult

PROTECTION_VERSION = 2
"""Grows whenever the same recording would be hidden in another way."""

_LOOKED = 0.5
_ANY_LENGTH = Limit(0.0, 24 * 3600.0, 0.0)


@dataclass(frozen=True)
class Protected:
    """What is left to encode, with a report of its own; None where the pictures were too broken to go on.

    `picture` is what the original's pictures showed; `hidden` is told where faces were looked for.
    """

    path: Path | None
    report: IntakeReport | None
    picture: PictureMeasures
    hidden: Hidden | None = None


def protect_recording(
    source: Path,
    report: IntakeReport,
    protection: Protection,
    *,
    ladder: Ladder,
    out_dir: Path,
    programs: MediaPrograms,
    on_progress: OnProgress | None = None,
) -> Protected:
    """Write a recording that intake accepted anew below `out_dir`, hidden as asked, its times kept.

    Where no face is known the whole picture is blurred. `on_progress` gets 0..1. Raises `RetryableError` and
    `FinalError` as an encode does.
    """
    out_dir = out_dir.resolve()
    recipe = Recipe(source.resolve(), report, plan_encode(report, ladder), programs)
    runs = EncodeRuns(programs, out_dir, report.duration_seconds)
    listen = on_progress or _ignore
    with disk_problems():
        out_dir.mkdir(parents=True, exist_ok=True)
        even_out(recipe, runs)
        looks_first = protection.blurs_faces and not protection.blurs_picture
        tracks = _find_faces(recipe, runs, lambda share: listen(_LOOKED * share)) if looks_first else None
        begins = _LOOKED if looks_first else 0.0
        hiding = _Hiding(recipe, tracks, protection, ladder)
        return hiding.run(runs, lambda share: listen(begins + (1 - begins) * share))


def _ignore(_: float) -> None:
    pass


def _find_faces(recipe: Recipe, runs: EncodeRuns, on_progress: OnProgress) -> FaceTracks:
    looks = _Looks(look_size(recipe), recipe.plan.duration_seconds, on_progress)
    result = runs.run(looking_arguments(recipe), on_stdout_bytes=looks.take)
    if result.returncode != 0 and was_circumstance(result):
        raise explain_failure(result)
    # Broken pictures end the looking early; whoever writes the recording anew finds out what they are worth.
    return FaceTracks(looks.seen, recipe.plan.duration_seconds, place_of_picture(recipe))


class _Looks:
    """Takes small pictures out of a stream of bytes and looks for faces in each."""

    def __init__(self, size: tuple[int, int], seconds: float, on_progress: OnProgress) -> None:
        self._size = size
        self._finder = FaceFinder(*size)
        self._whole = max(seconds, 0.001)
        self._on_progress = on_progress
        self._rest = bytearray()
        self.seen: list[Look] = []

    def take(self, chunk: bytes) -> None:
        self._rest += chunk
        width, height = self._size
        while len(self._rest) >= width * height:
            picture = np.frombuffer(bytes(self._rest[: width * height]), np.uint8).reshape(height, width)
            del self._rest[: width * height]
            seconds = float(len(self.seen) / LOOKS_PER_SECOND)
            self.seen.append(self._finder.look(picture, seconds))
            self._on_progress(min(1.0, seconds / self._whole))


@dataclass(frozen=True)
class _Hiding:
    """One recording written anew, once more where its pictures tell another length than its packets did."""

    recipe: Recipe
    tracks: FaceTracks | None
    protection: Protection
    ladder: Ladder

    def run(self, runs: EncodeRuns, on_progress: OnProgress) -> Protected:
        voice = draw_change(self.recipe.report.duration_seconds) if self.protection.alters_voice else None
        result, picture = self._write(runs, voice, on_progress)
        if result.returncode != 0 or not picture.frames:
            return self._after_failure(result, runs)
        if is_broken(self.recipe, picture):
            return Protected(None, None, picture)
        decoded = as_decoded(self.recipe, picture, self.ladder)
        if decoded != self.recipe.plan:
            again = replace(self, recipe=replace(self.recipe, plan=decoded))
            result, _ = again._write(runs, voice, on_progress)
            if result.returncode != 0:
                raise explain_failure(result)
        path = runs.work_dir / PROTECTED_FILE
        return Protected(path, _inspected(path, self.recipe.programs), picture, self._hidden)

    @property
    def _hidden(self) -> Hidden | None:
        return self.tracks.hidden if self.tracks else None

    def _write(
        self, runs: EncodeRuns, voice: VoiceChange | None, on_progress: OnProgress
    ) -> tuple[ProgramResult, PictureMeasures]:
        recipe, picture = self.recipe, PictureMeasures()
        progress = Progress(recipe.report.duration_seconds, on_progress)
        reader = PictureReader(picture, lambda seconds: progress.reach(seconds - recipe.video.start_seconds))

        def take_log(line: str) -> None:
            progress.take(line)
            picture.log.take(line)

        arguments = hiding_arguments(
            recipe,
            face_width=self.tracks.largest if self.tracks else None,
            is_whole=self.protection.blurs_picture,
            voice=voice,
        )
        result = runs.run(arguments, stdin=self._masks(), on_stdout_line=reader.take_line, on_stderr_line=take_log)
        reader.finish()
        return result, picture

    def _masks(self) -> Iterator[bytes] | None:
        plan = self.recipe.plan
        return mask_pictures(self.tracks, plan.rate, plan.frames) if self.tracks else None

    def _after_failure(self, result: ProgramResult, runs: EncodeRuns) -> Protected:
        if not was_circumstance(result):
            picture = measure_alone(self.recipe, runs.work_dir)
            if is_broken(self.recipe, picture):
                return Protected(None, None, picture)
        raise explain_failure(result)


def _inspected(path: Path, programs: MediaPrograms) -> IntakeReport:
    """What was written, as intake sees it: its sound is another than the one that was handed in."""
    report = inspect_recording(path, limit=_ANY_LENGTH, programs=programs, work_dir=path.parent)
    if not report.is_accepted:
        codes = ", ".join(finding.code.value for finding in report.findings)
        raise FinalError(f"The recording could not be written anew without what is to be hidden ({codes}).")
    return report
