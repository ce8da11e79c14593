"""From an upload whose bytes have all arrived to a recording: exactly once, whoever finishes it and however often.

What is slow (reading the spool file, writing to the store) runs between two transactions, never inside one.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed, RetryableError
from pipeline.domain.statements import StatementAction, next_state
from pipeline.records.database import Database
from pipeline.records.tables import Statement, Upload
from pipeline.services.events import SYSTEM, Actor
from pipeline.services.jobs import JobProducer, transaction
from pipeline.services.originals import Originals, StoredOriginal, store_original
from pipeline.services.recordings import receive_recording
from pipeline.services.uploads import original_of_upload, record_upload, unfinished_uploads
from pipeline.storage.spool import Spool, SpoolFile, SpoolFileMissing


@dataclass(frozen=True)
class _Arrived:
    """An uploaded file in the store, and the digest of its bytes."""

    stored: StoredOriginal
    sha256: str


def finish_upload(
    database: Database,
    originals: Originals,
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
                sealed_key = _key_of(database, originals, name=name)
                arrived = _store(originals, file, upload_name=name, sealed_key=sealed_key)
                _take_or_clean_up(database, originals, producer, name=name, arrived=arrived, now=now)
            spool.remove(name)
    except SpoolFileMissing:
        if not _is_finished(database, name=name):
            raise


def finish_uploads(
    database: Database, originals: Originals, spool: Spool, producer: JobProducer, *, now: datetime
) -> int:
    """Finish what has arrived whole but could not be finished then (store away, process killed); how many."""
    with database.read() as db:
        ending = unfinished_uploads().where(Upload.length_bytes.is_not(None))
        waiting = [(upload.name, upload.length_bytes) for upload in db.scalars(ending)]
    finished = 0
    for name, length_bytes in waiting:
        if spool.size_bytes(name) == length_bytes:
            finished += _try_to_finish(database, originals, spool, producer, name=name, now=now)
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


def _key_of(database: Database, originals: Originals, *, name: str) -> str:
    """The sealed key of an upload's original: made once, so that whatever a try has stored can be opened by it."""
    with database.begin() as db:
        unkeyed = update(Upload).where(Upload.name == name, Upload.wrapped_key == "")
        db.execute(unkeyed.values(wrapped_key=originals.keys.new_key()))
        key = db.scalar(select(Upload.wrapped_key).where(Upload.name == name))
    if key is None:
        raise SpoolFileMissing(name)
    return key


def _store(originals: Originals, file: SpoolFile, *, upload_name: str, sealed_key: str) -> _Arrived:
    """Write the file to the store; a second try writes the same object, so that none is left over."""
    key = original_of_upload(upload_name)
    store_original(originals, file.path, key=key, sealed_key=sealed_key, place=file.sealed_path)
    return _Arrived(StoredOriginal(key, file.size_bytes, sealed_key), file.sha256())


def _take_or_clean_up(
    database: Database,
    originals: Originals,
    producer: JobProducer,
    *,
    name: str,
    arrived: _Arrived,
    now: datetime,
) -> None:
    try:
        with transaction(database, producer) as db:
            _take(db, name=name, arrived=arrived, now=now)
    except (ChangeNotAllowed, SpoolFileMissing):
        originals.store.delete(arrived.stored.key)
        raise


def _take(db: Session, *, name: str, arrived: _Arrived, now: datetime) -> None:
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
        original_key=arrived.stored.key,
        size_bytes=arrived.stored.size_bytes,
        sha256=arrived.sha256,
        sealed_key=arrived.stored.sealed_key,
        now=now,
        actor=Actor("staff", upload.account_id) if upload.account_id is not None else None,
    )
    upload.recording_id, upload.wrapped_key = recording.id, ""
    record_upload(db, "upload.finished", upload, actor=SYSTEM, now=now)
    db.flush()


def _try_to_finish(
    database: Database, originals: Originals, spool: Spool, producer: JobProducer, *, name: str, now: datetime
) -> bool:
    try:
        finish_upload(database, originals, spool, producer, name=name, now=now)
    except (RetryableError, ChangeNotAllowed, SpoolFileMissing):
        return False
    return True
