"""A short and a long recording, each in a process of its own: memory is to stay flat, time to grow with the length."""

import json
import shutil
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.rows import Row, SectionResult
from bench.stage import Stage
from pipeline.domain.errors import FinalError
from pipeline.processes import run_program

_ROOT = Path(__file__).parents[2]
_FLAT = 1.1
_DEADLINE_SECONDS = 7200.0
_MEGABYTE = 1024**2


def measure_growth(stage: Stage) -> SectionResult:
    """Medians over the runs; the long recording is measured once."""
    short_clip, long_clip = stage.clip(stage.seconds), stage.clip(stage.long_seconds)
    short = [_lone(stage, short_clip) for _ in range(stage.runs)]
    long = _lone(stage, long_clip)
    times = stage.long_seconds / stage.seconds
    lengths = f"{stage.seconds} s to {stage.long_seconds} s"

    def median(key: str) -> float:
        return statistics.median(float(run[key]) for run in short)

    rows = [
        Row(f"peak memory of ffmpeg, {stage.seconds} s", median("largest_child_bytes") / _MEGABYTE, "MB"),
        Row(f"peak memory of ffmpeg, {stage.long_seconds} s", long["largest_child_bytes"] / _MEGABYTE, "MB"),
        Row(f"peak memory of our process, {stage.long_seconds} s", long["own_bytes"] / _MEGABYTE, "MB"),
        Row(f"memory of ffmpeg, {lengths}", long["largest_child_bytes"] / median("largest_child_bytes"), target=_FLAT),
        Row(f"memory of our process, {lengths}", long["own_bytes"] / median("own_bytes"), target=_FLAT),
        Row(f"CPU for each second, {lengths}", long["cpu_seconds"] / median("cpu_seconds") / times),
        Row(f"wall for each second, {lengths}", long["wall_seconds"] / median("wall_seconds") / times),
        Row(f"wall / length of the recording, {stage.long_seconds} s", long["wall_seconds"] / stage.long_seconds),
        Row(f"inspect: wall, {stage.long_seconds} s", long["inspect"]["wall_seconds"], "s"),
    ]
    return SectionResult(rows, {"short": short, "long": long})


def _lone(stage: Stage, clip: Path) -> Mapping[str, Any]:
    folder = stage.fresh("lone")
    argv = [sys.executable, "-m", "bench.lone", str(clip), str(folder)]
    result = run_program(argv, cwd=_ROOT, deadline_seconds=_DEADLINE_SECONDS)
    if result.returncode != 0:
        raise FinalError(f"The bench's own statement failed: {result.last_words}")
    shutil.rmtree(folder)
    measured: dict[str, Any] = json.loads(result.stdout)
    stage.say(f"  {clip.name}: {measured}")
    return measured
