"""One upload while it runs: begun, found, fed with a request's body, made a recording, forgotten.

What is said about it in headers and statuses is in `webapp.views.uploads`. No database connection is held while bytes
arrive. The order of locks is the same everywhere: the spool file first, then rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request

from pipeline.records.tables import Statement, Upload
from pipeline.services.upload_completion import finish_upload
from pipeline.services.uploads import begin_upload, check_length, declare_length, find_upload, forget_upload
from pipeline.storage.spool import Spool, SpoolFile, SpoolFileMissing, SpoolFull
from webapp.database import commit_request, current_db
from webapp.portal import portal
from webapp.senders import current_sender
from webapp.tus import protocol
from webapp.tus.appending import append_body
from webapp.tus.bodies import read_chunks
from webapp.tus.protocol import TusRefused
from webapp.tus.writers import Writers

writers = Writers()

_LOCK_SECONDS = 1.0
"""A request waits so long for another one of the same upload that is just ending."""

_END_SECONDS = 10.0
"""How long the end of an upload waits for its own writer, which was just cut, to let go."""

_FINISH_SECONDS = 20.0
"""And so long for another one that is turning the upload into a recording."""


@dataclass(frozen=True)
class UploadFacts:
    """What is needed of an upload's row once its transaction has ended; the length is None until it is known."""

    name: str
    length_bytes: int | None
    expires_at: datetime
    is_finished: bool


def begin(length_bytes: int | None) -> UploadFacts:
    """Begin an upload for the statement of who asks; raises `SpoolFull` where the disk could not hold it."""
    # What is too large for good is not told to come again later.
    check_length(length_bytes or 0, max_bytes=portal().settings.uploads.max_bytes)
    if not _spool().has_room(length_bytes or 0):
        raise SpoolFull("There is no room for this recording at the moment. Try again later.")
    sender, settings, db = current_sender(), portal().settings, current_db()
    upload = begin_upload(
        db,
        _spool(),
        statement=db.get_one(Statement, sender.statement_id),
        length_bytes=length_bytes,
        max_bytes=settings.uploads.max_bytes,
        expire_hours=settings.uploads.expire_hours,
        actor=sender.actor,
        now=_now(),
        account_id=sender.account_id,
    )
    facts = _facts(upload)
    commit_request()
    return facts


def find(name: str) -> UploadFacts:
    """An upload of this statement; raises `TusRefused` when there is none or its time is over."""
    upload = find_upload(current_db(), name=name, statement_id=current_sender().statement_id)
    facts = _facts(upload) if upload is not None else None
    commit_request()
    if facts is None:
        raise TusRefused(protocol.NOT_FOUND, "There is no such upload.")
    if facts.expires_at <= _now():
        raise TusRefused(protocol.GONE, "This upload has waited for too long and is gone.")
    return facts


def append(facts: UploadFacts, offset: int) -> int:
    """Take this request's body at `offset` and give the new one; finishes the upload when that was the rest."""
    checksum = protocol.read_checksum(request.headers)
    announced = protocol.read_content_length(request.headers)
    writers.cut_silent(facts.name)
    with _held(facts.name) as file:
        if file.size_bytes != offset:
            raise TusRefused(protocol.CONFLICT, "Bytes are expected at another offset; ask for it with HEAD.")
        length_bytes = _length(facts, offset)
        room_bytes = room(length_bytes, offset, announced)
        chunks = read_chunks(request.environ, at_most=announced if announced is not None else room_bytes + 1)
        with writers.writing(facts.name, request.environ.get("gunicorn.socket")) as writer:
            append_body(file, chunks, room_bytes=room_bytes, checksum=checksum, on_chunk=writer.beat)
        new_offset = file.size_bytes
    if new_offset == length_bytes:
        finish(facts)
    return new_offset


def room(length_bytes: int | None, offset: int, announced: int | None) -> int:
    """How many bytes may still come; raises `TusRefused` where more are announced for this body."""
    room_bytes = (portal().settings.uploads.max_bytes if length_bytes is None else length_bytes) - offset
    if (announced or 0) > room_bytes:
        raise TusRefused(protocol.TOO_LARGE, "More bytes are announced than this upload has room for.")
    return room_bytes


def settled_offset(facts: UploadFacts) -> int:
    """How much has arrived; a writer whose line seems dead is made to hand over what it has first."""
    if writers.cut_silent(facts.name):
        with _held(facts.name) as file:
            return file.size_bytes
    size_bytes = _spool().size_bytes(facts.name)
    if size_bytes is not None:
        return size_bytes
    facts = find(facts.name)
    if facts.is_finished and facts.length_bytes is not None:
        return facts.length_bytes
    raise SpoolFileMissing(facts.name)


def finish(facts: UploadFacts) -> None:
    """Make a recording of an upload whose bytes have all arrived; nothing happens when that was done."""
    if facts.is_finished:
        return
    parts = portal()
    finish_upload(
        parts.database,
        parts.originals,
        _spool(),
        parts.producer,
        name=facts.name,
        now=_now(),
        wait_seconds=_FINISH_SECONDS,
    )


def end(facts: UploadFacts) -> None:
    """Forget an upload and its bytes. A recording that came of it stays; withdrawing it is another thing."""
    if facts.is_finished:
        _forget(facts.name)
        return
    writers.cut(facts.name)
    with _spool().hold(facts.name, wait_seconds=_END_SECONDS):
        _forget(facts.name)
        _spool().remove(facts.name)


def _length(facts: UploadFacts, offset: int) -> int | None:
    """The upload's length, which this request may be the first to say."""
    declared = protocol.read_declared_length(request.headers)
    if declared is None:
        return facts.length_bytes
    max_bytes = portal().settings.uploads.max_bytes
    declare_length(current_db(), name=facts.name, length_bytes=declared, offset_bytes=offset, max_bytes=max_bytes)
    commit_request()
    return declared


@contextmanager
def _held(name: str) -> Iterator[SpoolFile]:
    """The upload's spool file, unless another request made a recording of it meanwhile."""
    try:
        with _spool().hold(name, wait_seconds=_LOCK_SECONDS) as file:
            yield file
    except SpoolFileMissing:
        if find(name).is_finished:
            raise TusRefused(protocol.CONFLICT, "All bytes of this upload are here.") from None
        raise


def _forget(name: str) -> None:
    sender, db = current_sender(), current_db()
    upload = find_upload(db, name=name, statement_id=sender.statement_id)
    if upload is not None:
        forget_upload(db, upload, actor=sender.actor, now=_now())
    commit_request()


def _facts(upload: Upload) -> UploadFacts:
    return UploadFacts(upload.name, upload.length_bytes, upload.expires_at, upload.recording_id is not None)


def _spool() -> Spool:
    return Spool(portal().settings.spool_dir)


def _now() -> datetime:
    return datetime.now(UTC)
