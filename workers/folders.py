"""Private folders that steps work in: one per attempt, named by its token, removed with it."""

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pipeline.records.database import Database
from pipeline.services.claims import live_tokens

_log = structlog.get_logger(__name__)


@contextmanager
def work_folder(work_dir: Path, token: str) -> Iterator[Path]:
    """A fresh folder that only this user can enter, gone at the end of the block."""
    folder = work_dir / token
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_folder(work_dir: Path, token: str) -> None:
    """Remove what a killed attempt left on this machine; nothing happens when there is none."""
    shutil.rmtree(work_dir / token, ignore_errors=True)


def remove_stale_folders(work_dir: Path, find_live_tokens: Callable[[], Collection[str]]) -> None:
    """Remove the folders of attempts that no longer run anywhere.

    Folders are looked at before asking what runs: what another worker begins meanwhile is left alone.
    """
    if not work_dir.is_dir():
        return
    folders = list(work_dir.iterdir())
    if not folders:
        return
    tokens = find_live_tokens()
    for folder in folders:
        if folder.name not in tokens:
            shutil.rmtree(folder, ignore_errors=True)


def tidy_work_dir(work_dir: Path, database: Database) -> None:
    """Remove what killed attempts left on this machine; while the records are away nothing is removed."""

    def find_live_tokens() -> frozenset[str]:
        with database.read() as db:
            return live_tokens(db)

    try:
        remove_stale_folders(work_dir, find_live_tokens)
    except SQLAlchemyError as error:
        _log.warning("work_dir.not_tidied", error=type(error).__name__)
