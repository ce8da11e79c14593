"""A backup is a folder: the records as SQLite and every object as a plain file, whatever database and store are set.

So a backup can also be restored into another kind of installation: a laptop's into PostgreSQL and S3.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import OperationalError

from config.settings import Settings
from pipeline.domain.errors import RetryableError, WrongUsage
from pipeline.records.copying import copy_records, refuse_rows
from pipeline.records.database import Database, upgrade_schema
from pipeline.records.schema import schema_is_current
from pipeline.services.restoring import give_back_running_jobs, hold_waiting_mails, original_keys, pause_webhooks
from pipeline.storage.copying import CopiedObjects, copy_objects, remove_others
from pipeline.storage.folder import FolderStore
from pipeline.storage.store import ObjectStore
from presession.parts import build_database, build_store, require_records

_RECORDS = "records.sqlite3"


@dataclass(frozen=True)
class BackupDone:
    """What was written: rows of the records, and objects; `removed` objects are those that the store no longer has."""

    rows: int
    objects: CopiedObjects
    removed: int = 0


class RecordsAway(RetryableError):
    """The database does not answer."""


def back_up(settings: Settings, folder: Path) -> BackupDone:
    """Bring a backup folder up to date while everything runs; its older records stay until the new ones are whole.

    Records first: whatever they point to is there when the objects are copied. Raises `WrongUsage`, `RecordsAway`.
    """
    require_records(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = folder / "records.unfinished"
    _remove_database(unfinished)
    rows, originals = _save_records(settings, unfinished)
    source, target = build_store(settings), FolderStore(folder / "store")
    _refuse_other_store(source, originals)
    objects = copy_objects(source, target, place=folder / "object.unfinished")
    removed = remove_others(source, target)
    unfinished.replace(folder / _RECORDS)
    return BackupDone(rows, objects, removed)


def restore(settings: Settings, folder: Path) -> BackupDone:
    """Fill an empty installation from a backup, which stays as it is. Nothing of it may run.

    Objects first, and what the store holds besides stays: a restore that was cut off is simply done again.
    Raises `WrongUsage` when the records are not empty, `RecordsAway`.
    """
    if not (folder / _RECORDS).is_file():
        raise WrongUsage(f"{folder} is no backup: it has no {_RECORDS}.")
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _open_records(settings, upgrades=True) as records:
        refuse_rows(records)
        objects = copy_objects(
            FolderStore(folder / "store"), build_store(settings), place=settings.data_dir / "object.unfinished"
        )
        rows = _load_records(folder / _RECORDS, settings.data_dir / "records.unfinished", records)
    return BackupDone(rows, objects)


def _save_records(settings: Settings, path: Path) -> tuple[int, frozenset[str]]:
    """Rows copied, and the keys of the recordings' originals."""
    url = f"sqlite:///{path}"
    upgrade_schema(url)
    with _open_records(settings) as records, _closing(Database(url)) as copy:
        rows = copy_records(records, copy)
        with copy.read() as db:
            return rows, original_keys(db)


def _load_records(saved: Path, place: Path, records: Database) -> int:
    """The saved file itself is left as it is: an older version's is brought up to date in a copy."""
    shutil.copyfile(saved, place)
    try:
        upgrade_schema(f"sqlite:///{place}")
        with _closing(Database(f"sqlite:///{place}")) as copy:
            rows = copy_records(copy, records)
    finally:
        _remove_database(place)
    with records.begin() as db:
        give_back_running_jobs(db)
        hold_waiting_mails(db)
        pause_webhooks(db)
    return rows


@contextmanager
def _open_records(settings: Settings, *, upgrades: bool = False) -> Iterator[Database]:
    url = settings.effective_database_url
    try:
        if upgrades:
            upgrade_schema(url)
        elif not schema_is_current(url):
            raise WrongUsage(
                "The database's tables are of another version of presession. Back up with that version, or start this "
                "one: it upgrades them."
            )
        with _closing(build_database(settings)) as records:
            yield records
    except OperationalError as error:
        raise RecordsAway("The database does not answer. Start it, or correct PRESESSION_DATABASE_URL.") from error


@contextmanager
def _closing(database: Database) -> Iterator[Database]:
    try:
        yield database
    finally:
        database.close()


def _refuse_other_store(store: ObjectStore, originals: frozenset[str]) -> None:
    if originals and not any(store.stat(key) for key in originals):
        raise WrongUsage(
            "The store has none of the recordings that the records name. Is it mounted, and is it the right one? "
            "The backup was left as it was."
        )


def _remove_database(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
