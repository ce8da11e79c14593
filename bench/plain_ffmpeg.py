"""The yardstick: one plain ffmpeg that makes the same renditions from a file that it trusts, and nothing else."""

from pathlib import Path

from pipeline.domain.errors import FinalError
from pipeline.media.ladder import Ladder
from pipeline.media.programs import MediaPrograms, file_url
from pipeline.processes import run_program

_DEADLINE_SECONDS = 3600


def encode_plainly(source: Path, *, ladder: Ladder, out_dir: Path, programs: MediaPrograms, rate: int) -> None:
    """The ladder's pictures and sound as MP4 files: one decode, one process, same presets and rates."""
    result = run_program(_command(source, ladder, programs, rate), cwd=out_dir, deadline_seconds=_DEADLINE_SECONDS)
    if result.returncode != 0:
        raise FinalError(f"The plain ffmpeg failed: {result.last_words}")


def _command(source: Path, ladder: Ladder, programs: MediaPrograms, rate: int) -> list[str]:
    rungs = ladder.videos
    split = f"[0:v:0]split={len(rungs)}" + "".join(f"[in{n}]" for n in range(len(rungs)))
    scaled = [f"[in{n}]scale={rung.width}:{rung.height}[out{n}]" for n, rung in enumerate(rungs)]
    argv = [programs.ffmpeg, "-v", "error", "-nostdin", "-y", "-i", file_url(source)]
    argv += ["-filter_complex", ";".join([split, *scaled])]
    interval = str(ladder.segment_seconds * rate)
    for n, rung in enumerate(rungs):
        argv += ["-map", f"[out{n}]", "-c:v", "libx264", "-preset", ladder.preset, "-profile:v", rung.profile]
        argv += ["-crf", str(rung.crf), "-maxrate", str(rung.max_rate), "-bufsize", str(2 * rung.max_rate)]
        argv += ["-g", interval, "-keyint_min", interval, "-sc_threshold", "0", f"{rung.name}.mp4"]
    return [*argv, "-map", "0:a:0", "-c:a", "aac", "-b:a", str(ladder.audio.rate), f"{ladder.audio.name}.mp4"]
