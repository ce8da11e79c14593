"""Programs, fonts and disk of this machine."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from PIL import ImageFont

from pipeline.domain.errors import PresessionError
from pipeline.media.programs import MediaPrograms
from pipeline.processes import find_program, run_program
from presession.checkup.checks import Check, fine, note, problem

_PROGRAM_SECONDS = 20
_ENCODERS = ("libx264", "aac")
_LOW_DISK_BYTES = 10 * 1024**3
_OTHER_PROGRAMS = {"setpriv": "util-linux", "prlimit": "util-linux"}
_FONTS = {"DejaVuSans.ttf": "fonts-dejavu-core", "NotoSans-Regular.ttf": "fonts-noto-core"}


def check_machine(programs: MediaPrograms, data_dir: Path) -> Iterator[Check]:
    """Every check of this machine."""
    yield _check_ffmpeg(programs.ffmpeg)
    yield _check_version("ffprobe", programs.ffprobe, "-version", "ffmpeg")
    yield _check_espeak()
    for name, package in _OTHER_PROGRAMS.items():
        yield _check_version(name, name, "--version", package)
    for name, package in _FONTS.items():
        yield _check_font(name, package)
    yield _check_disk(data_dir)


def _check_ffmpeg(program: str) -> Check:
    version = _check_version("ffmpeg", program, "-version", "ffmpeg")
    if version.mend:
        return version
    listed = run_program([program, "-hide_banner", "-encoders"], deadline_seconds=_PROGRAM_SECONDS).stdout
    names = {line.split()[1] for line in listed.decode("utf-8", "replace").splitlines() if len(line.split()) > 1}
    missing = [name for name in _ENCODERS if name not in names]
    if missing:
        return problem("ffmpeg", f"{version.found}, without {', '.join(missing)}", _mend_ffmpeg())
    return version


def _mend_ffmpeg() -> str:
    return f"{_install('ffmpeg')}, or name another one with PRESESSION_MEDIA__FFMPEG"


def _check_espeak() -> Check:
    found = _check_version("espeak-ng", "espeak-ng", "--version", "espeak-ng")
    return note("espeak-ng", "not found; only `presession demo` needs it", found.mend) if found.mend else found


def _check_version(name: str, program: str, option: str, package: str) -> Check:
    try:
        place = find_program(program)
        result = run_program([program, option], deadline_seconds=_PROGRAM_SECONDS)
    except PresessionError:
        return problem(name, f"“{program}” was not found or does not run", _install(package))
    if result.returncode != 0:
        return problem(name, f"{place} does not run: {result.last_words}", _install(package))
    said = result.stdout.decode("utf-8", "replace").splitlines()
    return fine(
        name, f"{place} ({said[0].split(' Copyright')[0].split('  Data at')[0].strip() if said else 'no version'})"
    )


def _check_font(name: str, package: str) -> Check:
    try:
        ImageFont.truetype(name, 12)
    except OSError:
        return problem("font", f"{name} was not found", _install(package))
    return fine("font", name)


def _check_disk(data_dir: Path) -> Check:
    there = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    gib = f"{free / 1024**3:.1f} GiB free for {data_dir}"
    if free < _LOW_DISK_BYTES:
        return note("disk", gib, "make room: a session of 84 recordings takes about 50 GiB")
    return fine("disk", gib)


def _install(package: str) -> str:
    return f"apt-get install {package}"
