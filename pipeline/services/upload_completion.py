"""From an upload whose bytes have all arrived to a recording: exactly once, whoever finishes it and however often.

What is slow (reading the spool file, writing to the store) runs between two transactions, never inside one.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed, RetryableError
from pipeline.domain.statements import StatementAction, next_state
from pipeline.records.database import Database
from pipeline.records.tables import Statement, Upload
from pipeline.services.events import SYSTEM
from pipeline.services.jobs import JobProducer, transaction
from pipeline.services.recordings import receive_recording
from pipeline.services.uploads import original_of_upload, record_upload, unfinished_uploads
from pipeline.storage.spool import Spool, SpoolFile, SpoolFileMissing
from pipeline.storage.store import ObjectStore

_CONTENT_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Original:
    """An uploaded file as it lies in the store."""

    key: str
    size_bytes: int
    sha256: str


def finish_upload(
    database: Database,
    store: ObjectStore,
    spool: Spool,
    producer: JobProducer,
    *,
    name: str,
    now: datetime,
    wait_seconds: float = 0.0,
) -> None:
    """Turn an upload whose bytes are all here into a recording; nothing happens when that was done before.

    Raises `StoreUnavailable` or `SpoolFileBusy` (later works), `ChangeNotAllowed` when the statement takes no
    recording any more, `SpoolFileMissing` when the upload is gone. The bytes stay in the spool until the
    recording is on record.
    """
    try:
        with spool.hold(name, wait_seconds=wait_seconds) as file:
            if not _is_finished(database, name=name):
                original = _store_original(store, file, upload_name=name)
                _take_or_clean_up(database, store, producer, name=name, original=original, now=now)
            spool.remove(name)
    except SpoolFileMissing:
        if not _is_finished(database, name=name):
            raise


def finish_uploads(
    database: Database, store: ObjectStore, spool: Spool, producer: JobProducer, *, now: datetime
) -> int:
    """Finish what has arrived whole but could not be finished then (store away, process killed); how many."""
    with database.read() as db:
        ending = unfinished_uploads().where(Upload.length_bytes.is_not(None))
        waiting = [(upload.name, upload.length_bytes) for upload in db.scalars(ending)]
    finished = 0
    for name, length_bytes in waiting:
        if spool.size_bytes(name) == length_bytes:
            finished += _try_to_finish(database, store, spool, producer, name=name, now=now)
    return finished


def _is_finished(database: Database, *, name: str) -> bool:
    """Whether the upload is a recording already; raises when it can never become one."""
    with database.read() as db:
        upload = db.scalar(select(Upload).where(Upload.name == name))
        if upload is None:
            raise SpoolFileMissing(name)
        if upload.recording_id is not None:
            return True
        statement = db.get_one(Statement, upload.statement_id)
        next_state(statement.state, StatementAction.RECEIVE)
        return False


def _store_original(store: ObjectStore, file: SpoolFile, *, upload_name: str) -> Original:
    original = Original(original_of_upload(upload_name), file.size_bytes, file.sha256())
    store.put_file(original.key, file.path, content_type=_CONTENT_TYPE, is_final=True)
    return original


def _take_or_clean_up(
    database: Database,
    store: ObjectStore,
    producer: JobProducer,
    *,
    name: str,
    original: Original,
    now: datetime,
) -> None:
    try:
        with transaction(database, producer) as db:
            _take(db, name=name, original=original, now=now)
    except (ChangeNotAllowed, SpoolFileMissing):
        store.delete(original.key)
        raise


def _take(db: Session, *, name: str, original: Original, now: datetime) -> None:
    # The statement's row first, as a withdrawal does: the other way round the two could wait for each other.
    wanted = select(Statement).join(Upload, Upload.statement_id == Statement.id).where(Upload.name == name)
    statement = db.scalar(wanted.with_for_update(of=Statement))
    upload = db.scalar(select(Upload).where(Upload.name == name).with_for_update())
    if statement is None or upload is None:
        raise SpoolFileMissing(name)
    if upload.recording_id is not None:
        return
    recording = receive_recording(
        db,
        statement=statement,
        original_key=original.key,
        size_bytes=original.size_bytes,
        sha256=original.sha256,
        now=now,
    )
    upload.recording_id = recording.id
    record_upload(db, "upload.finished", upload, actor=SYSTEM, now=now)
    db.flush()


def _try_to_finish(
    database: Database, store: ObjectStore, spool: Spool, producer: JobProducer, *, name: str, now: datetime
) -> bool:
    try:
        finish_upload(database, store, spool, producer, name=name, now=now)
    except (RetryableError, ChangeNotAllowed, SpoolFileMissing):
        return False
    return True
