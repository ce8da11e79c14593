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


class ExportPlace:
    """A place that is being filled: `output` takes the files, `work` is for what is not ready yet."""

    def __init__(self, target: Path, work: Path, output: Summed, fresh: Path, archive: zipfile.ZipFile | None) -> None:
        self.target = target
        self.work = work
        self.output = output
        self._fresh = fresh
        self._archive = archive

    def close(self) -> None:
        """Write what is still to be written; a ZIP is whole from now on."""
        self.output.add_sums()
        if self._archive is not None:
            self._archive.close()

    def put(self) -> None:
        """Put it in its place, for an earlier export that was there."""
        if self._archive is not None:
            self._fresh.replace(self.target)
            return
        with suppress(PermissionError):  # file systems of sticks know no rights
            self._fresh.chmod(0o755)
        if self.target.exists():
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
    place = _place_in(beside, target)
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


def _place_in(beside: Path, target: Path) -> ExportPlace:
    work, fresh = beside / "work", beside / "fresh"
    work.mkdir()
    if not is_zip(target):
        fresh.mkdir()
        return ExportPlace(target, work, Summed(FolderOutput(fresh)), fresh, None)
    archive = zipfile.ZipFile(fresh, "w")
    return ExportPlace(target, work, Summed(ZipOutput(archive, target.stem)), fresh, archive)


def is_zip(target: Path) -> bool:
    """Whether one file is to be written."""
    return target.suffix.lower() == ".zip"


def refuse_taken(target: Path, *, replaces: bool) -> None:
    """Raise `WrongUsage` for a target where nothing can be put, or something lies that is not to be replaced."""
    target = target.absolute()
    if target.is_mount():
        raise WrongUsage(f"“{target}” is a whole disk. Name a folder on it, like “{target / 'export'}”.")
    if not target.exists() and not target.is_symlink():
        return
    if target.is_symlink() or target.is_dir() == is_zip(target):
        raise WrongUsage(f"“{target}” is something else already. Name another place.")
    if target.is_dir() and not any(target.iterdir()):
        target.rmdir()
    elif not replaces:
        raise WrongUsage(f"“{target}” is there already. Name another place, or say --replace.")
    elif target.is_dir() and not (target / SUMS).is_file():
        raise WrongUsage(f"“{target}” is no earlier export, so it is not replaced. Name another place.")
