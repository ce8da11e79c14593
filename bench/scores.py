"""How good an encoded picture looks beside its original: VMAF and SSIM, both at the original's size."""

import functools
import json
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg  # type: ignore[import-untyped]

from bench.clip import HEIGHT, WIDTH
from pipeline.domain.errors import FinalError
from pipeline.media.programs import available_filters, file_url
from pipeline.processes import run_program

_DEADLINE_SECONDS = 3600.0
_EVERY_PICTURE = 3
"""One picture in so many is scored."""


@dataclass(frozen=True)
class Score:
    """Mean VMAF (0 to 100; None without libvmaf) and mean SSIM of luma (0 to 1)."""

    vmaf: float | None
    ssim: float


def recent_ffmpeg() -> str:
    """The ffmpeg that moviepy brings along."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


@functools.cache
def scoring_ffmpeg(own: str) -> str | None:
    """An ffmpeg with libvmaf: the one in use, or the one that moviepy brings along; None when neither has it."""
    for ffmpeg in (own, recent_ffmpeg()):
        if "libvmaf" in available_filters(ffmpeg):
            return ffmpeg
    return None


def score(encoded: Path, original: Path, *, ffmpeg: str, folder: Path) -> Score:
    """Compare picture by picture; a smaller picture is enlarged first, as a player does for a full screen."""
    scorer = scoring_ffmpeg(ffmpeg)
    measure = (
        f"libvmaf=log_fmt=json:log_path=scores.json:n_threads=2:n_subsample={_EVERY_PICTURE}:feature=name=float_ssim"
    )
    if scorer is None:
        measure = "ssim=stats_file=scores.txt"
    graph = (
        f"[0:v:0]scale={WIDTH}:{HEIGHT}:flags=bicubic,setpts=PTS-STARTPTS,settb=1/90000[a];"
        f"[1:v:0]setpts=PTS-STARTPTS,settb=1/90000[b];[a][b]{measure}"
    )
    argv = [scorer or ffmpeg, "-v", "error", "-nostdin", "-i", file_url(encoded), "-i", file_url(original)]
    result = run_program(
        [*argv, "-lavfi", graph, "-an", "-f", "null", "-"], cwd=folder, deadline_seconds=_DEADLINE_SECONDS
    )
    if result.returncode != 0:
        raise FinalError(f"The quality could not be measured: {result.last_words}")
    return _read_vmaf(folder / "scores.json") if scorer else _read_ssim(folder / "scores.txt")


def _read_vmaf(path: Path) -> Score:
    pooled = json.loads(path.read_text(encoding="utf-8"))["pooled_metrics"]
    return Score(pooled["vmaf"]["mean"], pooled["float_ssim"]["mean"])


def _read_ssim(path: Path) -> Score:
    """ffmpeg's own filter writes a line per picture, with `Y:0.987` for luma."""
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    luma = [float(cell[2:]) for row in rows for cell in row if cell.startswith("Y:")]
    return Score(None, sum(luma) / len(luma))
