"""Encodes as points of rate and quality."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bench.curves import Point
from bench.scores import score
from bench.stage import Stage, run_all
from pipeline.domain.errors import FinalError
from pipeline.media.ladder import Ladder
from pipeline.media.programs import file_url
from pipeline.processes import run_program

_HALVING_STEP = 6
"""So many steps of x264's CRF halve the rate."""


def encode_points(
    stage: Stage, commands: Sequence[Sequence[str]], files: Mapping[int, str], clip: Path, seconds: int
) -> dict[int, Point]:
    """Run the commands and score the file of each height against the clip."""
    folder = stage.fresh("encoded")
    run_all(commands, folder)
    points = {}
    for height, name in files.items():
        points[height] = Point(
            _picture_bytes(folder / name, stage) * 8 / seconds,
            score(folder / name, clip, ffmpeg=stage.programs.ffmpeg, folder=folder),
        )
        stage.say(f"  {name}: {points[height].to_json()}")
    shutil.rmtree(folder)
    return points


def moved(ladder: Ladder, step: int) -> Ladder:
    """The ladder at another quality, its caps moved along so that they bind as often as before."""
    factor = 2 ** (-step / _HALVING_STEP)
    rungs = (replace(rung, crf=rung.crf + step, max_rate=round(rung.max_rate * factor)) for rung in ladder.videos)
    return replace(ladder, videos=tuple(rungs))


def _picture_bytes(path: Path, stage: Stage) -> int:
    """Bytes of the pictures alone, without sound and container."""
    argv = [stage.programs.ffprobe, "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=size"]
    result = run_program([*argv, "-of", "csv=p=0", file_url(path)], deadline_seconds=300)
    if result.returncode != 0:
        raise FinalError(f"A rendition could not be read: {result.last_words}")
    return sum(int(line.strip(", ")) for line in result.stdout.decode("ascii").split())
