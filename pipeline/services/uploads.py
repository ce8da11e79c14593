"""Uploads: started for a statement, found again, forgotten, expired.

How an upload becomes a recording is in `upload_completion`.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed, InputRefused
from pipeline.domain.statements import StatementAction, is_allowed, next_state
from pipeline.domain.tokens import new_name
from pipeline.records.database import Database
from pipeline.records.tables import Recording, Statement, Upload, Voice
from pipeline.services.attempts import check_may_hand_in
from pipeline.services.events import SYSTEM, Actor, record_event
from pipeline.services.recordings import lock_statement
from pipeline.storage.keys import original_key
from pipeline.storage.spool import Spool
from pipeline.storage.store import ObjectStore

_ORPHAN_SECONDS = 3600.0
"""Bytes without an upload are left for so long: their row may be about to be written."""


_STILL_SENDING_SECONDS = 900.0
"""Whose bytes came so lately may go on at any moment."""


class UploadTooLarge(InputRefused):
    """More bytes are announced than one recording may have."""


class LengthRefused(InputRefused):
    """An upload cannot end where its client says it does."""


def begin_upload(
    db: Session,
    spool: Spool,
    *,
    statement: Statement,
    length_bytes: int | None,
    max_bytes: int,
    expire_hours: float,
    actor: Actor,
    now: datetime,
    spooled_as: str | None = None,
    account_id: int | None = None,
) -> Upload:
    """Announce a recording. A statement has one unfinished upload: this one takes its place.

    `length_bytes` is None for one that is still being made; `declare_length` says later where it ends. Its bytes will
    come, or lie in the spool already under the name `spooled_as`. `account_id` is who of the organiser sends it for the
    speaker: after the last day as well, but never while the speaker is sending one. Raises `ChangeNotAllowed` where the
    statement takes no recording now, `HandInClosed` after the last day, and `UploadTooLarge`. The bytes of a replaced
    upload are left to `expire_uploads`.
    """
    next_state(lock_statement(db, statement.id).state, StatementAction.RECEIVE)
    if account_id is None:
        check_may_hand_in(statement, now=now)
    else:
        check_speaker_sends_nothing(db, spool, statement)
    check_length(length_bytes or 0, max_bytes=max_bytes)
    for older in db.scalars(unfinished_uploads().where(Upload.statement_id == statement.id)).all():
        forget_upload(db, older, actor=actor, now=now)
    upload = Upload(
        name=spooled_as or new_name(),
        statement_id=statement.id,
        length_bytes=length_bytes,
        created_at=now,
        expires_at=now + timedelta(hours=expire_hours),
        account_id=account_id,
    )
    if spooled_as is None:
        spool.create(upload.name)
    db.add(upload)
    db.flush()
    record_upload(db, "upload.started", upload, actor=actor, now=now)
    return upload


def check_speaker_sends_nothing(db: Session, spool: Spool, statement: Statement) -> None:
    """Raise `ChangeNotAllowed` while bytes of the speaker's own upload may come at any moment."""
    own = unfinished_uploads().where(Upload.statement_id == statement.id, Upload.account_id.is_(None))
    begun = [upload.name for upload in db.scalars(own) if spool.size_bytes(upload.name) is not None]
    if any(spool.age_seconds(name) < _STILL_SENDING_SECONDS for name in begun):
        raise ChangeNotAllowed("The speaker is sending a recording at this moment. Wait until it has arrived.")


def check_length(length_bytes: int, *, max_bytes: int) -> None:
    """Refuse a file larger than one recording may be; raises `UploadTooLarge`."""
    if length_bytes > max_bytes:
        raise UploadTooLarge(f"A recording may have {max_bytes} bytes at most; this one has {length_bytes}.")


def declare_length(db: Session, *, name: str, length_bytes: int, offset_bytes: int, max_bytes: int) -> None:
    """Say where an upload ends that began without an end; said again, it has to be the same.

    For the writer that holds the upload's spool file, of which `offset_bytes` have arrived. Raises `LengthRefused`
    or `UploadTooLarge`; nothing happens when the upload is gone.
    """
    upload = db.scalar(select(Upload).where(Upload.name == name).with_for_update())
    if upload is None or upload.length_bytes == length_bytes:
        return
    if upload.length_bytes is not None:
        raise LengthRefused("The length of this upload is known already and cannot be changed.")
    if length_bytes < offset_bytes:
        raise LengthRefused("More bytes than that have arrived already.")
    check_length(length_bytes, max_bytes=max_bytes)
    upload.length_bytes = length_bytes
    db.flush()


def find_upload(db: Session, *, name: str, statement_id: int) -> Upload | None:
    """An upload of this statement; another statement's is not found."""
    return db.scalar(select(Upload).where(Upload.name == name, Upload.statement_id == statement_id))


def unfinished_upload(db: Session, *, statement_id: int, now: datetime) -> Upload | None:
    """The upload that a speaker can continue, wherever and whenever they come back."""
    return db.scalar(
        select(Upload)
        .where(Upload.statement_id == statement_id, Upload.recording_id.is_(None), Upload.expires_at > now)
        .order_by(Upload.id.desc())
        .limit(1)
    )


def forget_upload(db: Session, upload: Upload, *, actor: Actor, now: datetime) -> None:
    """End an upload's address. What it brought in whole stays a recording; the rest is no more."""
    if upload.recording_id is None:
        record_upload(db, "upload.removed", upload, actor=actor, now=now)
    db.delete(upload)
    db.flush()


def unfinished_uploads() -> Select[Upload]:
    """The uploads that are no recording yet, as a query."""
    return select(Upload).where(Upload.recording_id.is_(None))


def record_upload(db: Session, name: str, upload: Upload, *, actor: Actor, now: datetime) -> None:
    """Put on record what happened to an upload, in the transaction of the change."""
    record_event(
        db,
        name,
        subject_kind="statement",
        subject_id=upload.statement_id,
        actor=actor,
        now=now,
        upload_id=upload.id,
    )


def expire_uploads(database: Database, store: ObjectStore, spool: Spool, *, now: datetime) -> int:
    """Forget uploads whose time is over, and bytes in the spool that no upload claims; how many uploads.

    One that has arrived whole and only waits for the store is no unfinished one: its speaker was told that it is here.
    """
    with database.begin() as db:
        over = db.scalars(select(Upload).where(Upload.expires_at <= now)).all()
        expired = [upload for upload in over if not _can_be_taken(db, spool, upload)]
        for upload in expired:
            if upload.recording_id is None:
                record_upload(db, "upload.expired", upload, actor=SYSTEM, now=now)
            db.delete(upload)
    _remove_unclaimed(database, store, spool)
    return len(expired)


def _can_be_taken(db: Session, spool: Spool, upload: Upload) -> bool:
    """Whether an upload is a recording as soon as the store takes it."""
    if upload.recording_id is not None or upload.length_bytes is None:
        return False
    if spool.size_bytes(upload.name) != upload.length_bytes:
        return False
    return is_allowed(db.get_one(Statement, upload.statement_id).state, StatementAction.RECEIVE)


def original_of_upload(name: str) -> str:
    """Key under which an upload's bytes are stored; a second try writes the same object, so that none is left over."""
    return original_key(hashlib.sha256(f"original\0{name}".encode()).hexdigest()[:32])


def _remove_unclaimed(database: Database, store: ObjectStore, spool: Spool) -> None:
    """Bytes that no upload claims, and what of them was stored already when a process died or all was withdrawn."""
    names = spool.names()
    with database.read() as db:
        claimed = set(db.scalars(unfinished_uploads().with_only_columns(Upload.name)))
        taken = {key for key in map(original_of_upload, names) if _is_kept(db, key)}
    for name in names:
        if name not in claimed and spool.age_seconds(name) > _ORPHAN_SECONDS:
            if original_of_upload(name) not in taken:
                store.delete(original_of_upload(name))
            spool.remove(name)


def _is_kept(db: Session, key: str) -> bool:
    found = (
        select(Recording.id).where(Recording.original_key == key),
        select(Voice.id).where(Voice.original_key == key),
    )
    return any(db.scalars(one.limit(1)).first() is not None for one in found)
