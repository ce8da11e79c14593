"""Build a folder beside its place and switch it in when it is whole; an aborted run leaves nothing half done."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.domain.errors import RetryableError, WrongUsage


@contextmanager
def built_beside(target: Path) -> Iterator[Path]:
    """A fresh folder to write to, which becomes `target` when the block ends without an error.

    `target` must not exist or be an empty folder. Raises `WrongUsage` for a place that cannot be used, and
    `RetryableError` when writing failed (a full disk).
    """
    target = target.absolute()
    _refuse_taken(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise WrongUsage(f"“{target}” cannot be made: {error.strerror}. Name another folder.") from error
    try:
        yield fresh
        fresh.chmod(0o755)
        fresh.rename(target)
    except OSError as error:
        raise RetryableError(f"“{target}” could not be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _refuse_taken(target: Path) -> None:
    if target.is_dir():
        if any(target.iterdir()):
            raise WrongUsage(f"“{target}” already holds files. Name another folder, or remove it first.")
    elif target.exists() or target.is_symlink():
        raise WrongUsage(f"“{target}” is not a folder. Name another one.")
