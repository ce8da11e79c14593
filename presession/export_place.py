"""The place of an export: built beside it, and put there when it is whole.

Whatever ends it before leaves the place as it was.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.domain.errors import DiskFull, WrongUsage
from presession.export_output import SUMS, FolderOutput, Summed, ZipOutput

_OF_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What file managers put into every folder."""


class ExportPlace:
    """A place that is being filled: `output` takes the files, `work` is for what is not ready yet."""

    def __init__(self, target: Path, beside: Path, *, replaces: bool) -> None:
        self.target = target
        self.work = beside / "work"
        self.work.mkdir()
        self._fresh = beside / "fresh"
        self._replaces = replaces
        self._archive = zipfile.ZipFile(self._fresh, "w") if is_zip(target) else None
        files = ZipOutput(self._archive, target.stem) if self._archive else FolderOutput(self._fresh)
        self.output = Summed(files)

    def close(self) -> None:
        """Write what is still to be written; a ZIP is whole from now on."""
        self.output.add_sums()
        if self._archive is not None:
            self._archive.close()

    def put(self) -> None:
        """Put it in its place, for an earlier export that was there."""
        refuse_taken(self.target, replaces=self._replaces)
        if self._archive is not None:
            self._fresh.replace(self.target)
            return
        with suppress(PermissionError):  # file systems of sticks know no rights
            self._fresh.chmod(0o755)
        if self.target.exists() and any(self.target.iterdir()):
            self._exchange()
        else:
            self._fresh.rename(self.target)

    def abandon(self) -> None:
        """Let go of what was not closed."""
        if self._archive is not None:
            with suppress(OSError):  # what could not be written goes away anyhow
                self._archive.close()

    def _exchange(self) -> None:
        old = self.work / "old"
        self.target.rename(old)
        try:
            self._fresh.rename(self.target)
        except OSError:
            old.rename(self.target)
            raise


@contextmanager
def open_place(target: Path, *, replaces: bool) -> Iterator[ExportPlace]:
    """A place beside `target`, a folder or a name that ends with `.zip`; what was not `put` when the block ends goes.

    Raises `WrongUsage` for a target that cannot be used, `DiskFull` where writing fails.
    """
    refuse_taken(target, replaces=replaces)
    target = target.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise WrongUsage(f"“{target}” cannot be made: {error.strerror}. Name another place.") from error
    place = ExportPlace(target, beside, replaces=replaces)
    try:
        yield place
    except OSError as error:
        raise DiskFull(f"“{target}” could not be written: {error.strerror}. Nothing was left there.") from error
    finally:
        place.abandon()
        shutil.rmtree(beside, ignore_errors=True)


def refuse_too_large(target: Path, wanted_bytes: int) -> None:
    """Raise `DiskFull` where there is no room; looked at before anything is written."""
    folder = next(parent for parent in target.absolute().parents if parent.is_dir())
    free = shutil.disk_usage(folder).free
    if free < wanted_bytes:
        raise DiskFull(
            f"This takes {_megabytes(wanted_bytes)} MB, and there are {_megabytes(free)} MB free for “{target}”. "
            "Make room, or take fewer countries, --lines 240 or --sound-only."
        )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f}"


def is_zip(target: Path) -> bool:
    """Whether one file is to be written."""
    return target.suffix.lower() == ".zip"


def refuse_taken(target: Path, *, replaces: bool) -> None:
    """Raise `WrongUsage` for a target where nothing can be put, or something lies that is not to be replaced."""
    target = target.absolute()
    if target.is_mount():
        raise WrongUsage(f"“{target}” is a whole disk. Name a folder on it, like “{target / 'export'}”.")
    if target.is_symlink() or (target.exists() and target.is_dir() == is_zip(target)):
        raise WrongUsage(f"“{target}” is something else already. Name another place.")
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not replaces:
        raise WrongUsage(f"“{target}” is there already. Name another place, or say --replace.")
    if foreign := _foreign_file(target) if target.is_dir() else _foreign_archive(target):
        raise WrongUsage(f"“{foreign}” is of no earlier export, so “{target}” is not replaced. Name another place.")


def _foreign_archive(path: Path) -> Path | None:
    """The file itself, unless it is an export."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if any(name.endswith(f"/{SUMS}") for name in archive.namelist()):
                return None
    return path


def _foreign_file(folder: Path) -> Path | None:
    """A file that its list of checksums does not know; None where all are an export's."""
    sums = folder / SUMS
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    known = {line.partition("  ")[2] for line in lines}
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        if path.name in _OF_SYSTEMS or path == sums:
            continue
        if path.is_symlink() or str(path.relative_to(folder)) not in known:
            return path
    return None if "index.html" in known else folder
