"""Programs, fonts and disk of this machine."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from PIL import ImageFont

from config.settings import MediaSettings
from pipeline.media.caption_fonts import has_font_for
from pipeline.media.programs import MediaPrograms
from presession.checkup.checks import Check, fine, note, problem
from presession.checkup.media import check_media
from presession.checkup.versions import check_version, install

LOW_DISK_BYTES = 10 * 1024**3
_LEAST_DISK_BYTES = 1024**3
_OTHER_PROGRAMS = {"setpriv": "util-linux", "prlimit": "util-linux"}
_FONTS = {"DejaVuSans.ttf": "fonts-dejavu-core", "NotoSans-Regular.ttf": "fonts-noto-core"}

_SCRIPT_WORDS = {"Latin": "été", "Cyrillic": "речь", "Arabic": "كلمة", "Chinese": "人权", "Thaana": "ދިވެހި"}


def check_machine(programs: MediaPrograms, media: MediaSettings, data_dir: Path) -> Iterator[Check]:
    """Every check of this machine."""
    yield from check_media(programs, media)
    yield _check_espeak()
    for name, package in _OTHER_PROGRAMS.items():
        yield check_version(name, name, "--version", package)
    for name, package in _FONTS.items():
        yield _check_font(name, package)
    yield _check_caption_fonts()
    yield _check_disk(data_dir)


def _check_espeak() -> Check:
    found = check_version("espeak-ng", "espeak-ng", "--version", "espeak-ng")
    return (
        note(
            "espeak-ng",
            "not found; texts cannot be timed against recordings, and `presession demo` needs it",
            found.mend,
        )
        if found.mend
        else found
    )


def _check_font(name: str, package: str) -> Check:
    try:
        ImageFont.truetype(name, 12)
    except OSError:
        return problem("font", f"{name} was not found", install(package))
    return fine("font", name)


def _check_caption_fonts() -> Check:
    """Fonts of the scripts in which subtitles are written into films; each is looked for as a film would."""
    missing = [script for script, word in _SCRIPT_WORDS.items() if not has_font_for(word)]
    if missing:
        found = f"none for {', '.join(missing)}: films with subtitles show boxes there"
        return note("fonts of subtitles", found, install("fonts-noto-core fonts-noto-cjk"))
    return fine("fonts of subtitles", ", ".join(_SCRIPT_WORDS))


def _check_disk(data_dir: Path) -> Check:
    there = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    gib = f"{free / 1024**3:.1f} GiB free for {data_dir}"
    room = "make room: a session of 84 recordings takes about 50 GiB"
    if free < _LEAST_DISK_BYTES:
        return problem("disk", gib, room)
    if free < LOW_DISK_BYTES:
        return note("disk", gib, room)
    return fine("disk", gib)
