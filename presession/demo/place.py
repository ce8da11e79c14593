"""Where the demonstration keeps things: sample recordings that stay, and an installation that is made anew."""

import shutil
from pathlib import Path

from pipeline.domain.errors import WrongUsage

_MARK = ".made-by-presession-demo"


def fresh_installation(data_dir: Path) -> Path:
    """An empty folder for this run; one of an earlier run is removed, and nothing that we did not make.

    Raises `WrongUsage` when something else lies there.
    """
    folder = data_dir / "installation"
    if folder.is_symlink() or (folder.exists() and not (folder / _MARK).is_file()):
        raise WrongUsage(
            f"{folder} was not made by the demonstration. Move it away, or use another folder with --data."
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()
    return folder


def samples_folder(data_dir: Path, *, full: bool) -> Path:
    """Where recordings are kept for the next time; whole ones apart from short ones."""
    folder = data_dir / ("samples-full" if full else "samples")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
