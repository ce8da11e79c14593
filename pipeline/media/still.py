"""One picture of a rendition as a JPEG: the still that people chose by its moment."""

from pathlib import Path

import ffmpeg

from pipeline.media.encode_runs import EncodeRuns, explain_failure
from pipeline.media.poster import write_poster
from pipeline.media.programs import MediaPrograms, file_url

_PICTURE_FILE = "still.ppm"
_BEFORE_END_SECONDS = 0.5


def write_still(
    rendition: Path, at_seconds: float, target: Path, *, duration_seconds: float, programs: MediaPrograms
) -> None:
    """Write the picture at this moment of one of our own renditions; near the end, one that is surely there.

    Raises `RetryableError` and `FinalError`.
    """
    moment = max(0.0, min(at_seconds, duration_seconds - _BEFORE_END_SECONDS))
    opened = ffmpeg.input(file_url(rendition), f="mov", ss=f"{moment:.3f}")
    options = {"frames:v": 1, "c:v": "ppm", "pix_fmt": "rgb24", "f": "image2", "update": 1}
    arguments: list[str] = ffmpeg.output(opened["v:0"], f"file:{_PICTURE_FILE}", **options).get_args(
        overwrite_output=True
    )
    runs = EncodeRuns(programs, target.parent, duration_seconds)
    result = runs.run(["-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", *arguments])
    picture = target.parent / _PICTURE_FILE
    if result.returncode != 0 or not picture.exists():
        raise explain_failure(result)
    write_poster([picture], target)
