"""A film with its subtitles in the picture: libass writes them over one of our renditions, sound stays as it is."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.domain.errors import FinalError
from pipeline.media.encode_runs import EncodeRuns, OnProgress, Progress, explain_failure
from pipeline.media.programs import MediaPrograms, available_filters, file_url

BURNED_FILE = "burned.mp4"
BURNING_FILTER = "subtitles"
_WORDS_FILE, _FONTS_FOLDER = "words.ass", "fonts"
_PICTURE = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-pix_fmt", "yuv420p")
_ANONYMOUS = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact")


def burn_in(
    picture: Path,
    sound: Path,
    substation: str,
    *,
    fonts: Sequence[Path],
    out_dir: Path,
    seconds: float,
    programs: MediaPrograms,
    on_progress: OnProgress | None = None,
) -> Path:
    """Write `BURNED_FILE` into an empty folder: `picture` with the words of `substation` in it, and `sound` as it is.

    libass looks into a folder with just these fonts first. Raises `RetryableError` and `FinalError`.
    """
    if BURNING_FILTER not in available_filters(programs.ffmpeg):
        raise FinalError("This ffmpeg was built without libass. Install Debian's ffmpeg, then try again.")
    _lay_out(out_dir, substation, fonts)
    runs = EncodeRuns(programs, out_dir, seconds)
    result = runs.run(_arguments(picture, sound), on_stderr_line=Progress(seconds, on_progress).take)
    burned = out_dir / BURNED_FILE
    if result.returncode != 0 or not burned.exists():
        raise explain_failure(result)
    return burned


def _lay_out(out_dir: Path, substation: str, fonts: Sequence[Path]) -> None:
    """Names of our own, so that nothing has to be quoted within a filter."""
    (out_dir / _FONTS_FOLDER).mkdir(parents=True)
    (out_dir / _WORDS_FILE).write_text(substation, encoding="utf-8")
    for number, font in enumerate(fonts):
        (out_dir / _FONTS_FOLDER / f"{number}{font.suffix}").symlink_to(font.resolve())


def _arguments(picture: Path, sound: Path) -> list[str]:
    return [
        *("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-progress", "pipe:2", "-y"),
        *("-f", "mov", "-i", file_url(picture.resolve())),
        *("-f", "mov", "-i", file_url(sound.resolve())),
        *("-map", "0:v:0", "-map", "1:a:0"),
        *("-vf", f"{BURNING_FILTER}=filename={_WORDS_FILE}:fontsdir={_FONTS_FOLDER}"),
        *_PICTURE,
        *("-c:a", "copy"),
        *_ANONYMOUS,
        *("-movflags", "+faststart", "-f", "mp4", f"file:{BURNED_FILE}"),
    ]
