"""A film with its subtitles in the picture: libass writes them over one of our renditions, sound stays as it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.errors import FinalError
from pipeline.media.encode_runs import EncodeRuns, OnProgress, Progress, explain_failure
from pipeline.media.programs import MediaPrograms, available_filters, file_url

BURNED_FILE = "burned.mp4"
BURNING_FILTER = "ass"
_LACKING = re.compile(r"failed to find any fallback with glyph 0x([0-9A-Fa-f]{1,6}) ")
_WORDS_FILE, _FONTS_FOLDER = "words.ass", "fonts"
_PICTURE = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-pix_fmt", "yuv420p")
_ANONYMOUS = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact")


@dataclass(frozen=True)
class BurnedPicture:
    """The film, and the letters of its words that no font of this machine has: empty boxes stand for them."""

    path: Path
    missing: tuple[str, ...]


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
) -> BurnedPicture:
    """Write `BURNED_FILE` into an empty folder: `picture` with the words of `substation` in it, and `sound` as it is.

    libass looks into a folder with just these fonts first. Raises `RetryableError` and `FinalError`.
    """
    if BURNING_FILTER not in available_filters(programs.ffmpeg):
        raise FinalError("This ffmpeg was built without libass. Install Debian's ffmpeg, then try again.")
    _lay_out(out_dir, substation, fonts)
    listener = _Listener(Progress(seconds, on_progress))
    result = EncodeRuns(programs, out_dir, seconds).run(_arguments(picture, sound), on_stderr_line=listener.take)
    burned = out_dir / BURNED_FILE
    if result.returncode != 0 or not burned.exists():
        raise explain_failure(result)
    return BurnedPicture(burned, tuple(sorted(listener.missing)))


class _Listener:
    """Hears how far ffmpeg is, and of which letters libass says that it found no font with them."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.missing: set[str] = set()

    def take(self, line: str) -> None:
        """Take one line."""
        lacking = _LACKING.search(line)
        if lacking:
            self.missing.add(chr(int(lacking[1], 16)))
        self._progress.take(line)


def _lay_out(out_dir: Path, substation: str, fonts: Sequence[Path]) -> None:
    """Names of our own, so that nothing has to be quoted within a filter."""
    (out_dir / _FONTS_FOLDER).mkdir(parents=True)
    (out_dir / _WORDS_FILE).write_text(substation, encoding="utf-8")
    for number, font in enumerate(fonts):
        (out_dir / _FONTS_FOLDER / f"{number}{font.suffix}").symlink_to(font.resolve())


def _arguments(picture: Path, sound: Path) -> list[str]:
    return [
        *("-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning", "-progress", "pipe:2", "-y"),
        *("-f", "mov", "-i", file_url(picture.resolve())),
        *("-f", "mov", "-i", file_url(sound.resolve())),
        *("-map", "0:v:0", "-map", "1:a:0"),
        # The filter for other formats, and this one by itself, join no letters but those of plain Arabic.
        *("-vf", f"{BURNING_FILTER}=filename={_WORDS_FILE}:fontsdir={_FONTS_FOLDER}:shaping=complex"),
        *_PICTURE,
        *("-c:a", "copy"),
        *_ANONYMOUS,
        *("-movflags", "+faststart", "-f", "mp4", f"file:{BURNED_FILE}"),
    ]
