"""The resumable upload: tus 1.0 at `/uploads/`, for the speaker whose statement the upload belongs to.

No form token is asked for here. The cookie is SameSite, and every request carries the header `Tus-Resumable`,
which a page of another site cannot send without a permission that we never give. No database connection is held
while bytes arrive. Names and other metadata that a client sends are not kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from pipeline.domain.errors import ChangeNotAllowed, RetryableError
from pipeline.records.tables import Statement, Upload
from pipeline.services.upload_completion import finish_upload
from pipeline.services.uploads import UploadTooLarge, begin_upload, find_upload, forget_upload
from pipeline.storage.spool import Spool, SpoolFile, SpoolFileBusy, SpoolFileMissing
from webapp.access import current_visit, public, uploader
from webapp.database import commit_request, current_db
from webapp.portal import portal
from webapp.security import csrf
from webapp.tus import protocol
from webapp.tus.appending import append_body
from webapp.tus.bodies import read_chunks
from webapp.tus.protocol import TusRefused
from webapp.tus.writers import Writers

blueprint = Blueprint("uploads", __name__, url_prefix="/uploads")
csrf.exempt(blueprint)
writers = Writers()

_LOCK_SECONDS = 1.0
"""A request waits so long for another one of the same upload that is just ending."""

_END_SECONDS = 10.0
"""How long the end of an upload waits for its own writer, which was just cut, to let go."""

_FINISH_SECONDS = 20.0
"""And so long for another one that is turning the upload into a recording."""

_RETRY_AFTER_SECONDS = 15


@dataclass(frozen=True)
class _Facts:
    """What is needed of an upload's row once its transaction has ended."""

    name: str
    length_bytes: int
    expires_at: datetime
    is_finished: bool


@blueprint.route("/", methods=["OPTIONS"])
@blueprint.route("/<name>", methods=["OPTIONS"])
@public
def describe(name: str = "") -> ResponseReturnValue:
    """Say what this server can do."""
    return Response(status=204, headers=protocol.capabilities(portal().settings.uploads.max_bytes))


@blueprint.route("/", methods=["POST"], provide_automatic_options=False)
@uploader
def create() -> ResponseReturnValue:
    """Begin an upload; its bytes may come with this request already."""
    if protocol.method_of(request.method, request.headers) == "OPTIONS":
        return describe()
    protocol.check_version(request.headers)
    length_bytes = protocol.read_length(request.headers)
    has_body = _has_body()
    if has_body:
        protocol.check_body_type(request.headers)
    facts = _begin(length_bytes)
    headers = {"Location": _address(facts.name), **_expiry(facts)}
    if has_body:
        headers["Upload-Offset"] = str(_append(facts, 0))
    elif length_bytes == 0:
        _finish(facts)
    return Response(status=201, headers=headers)


@blueprint.route("/<name>", methods=["HEAD", "PATCH", "DELETE", "POST"], provide_automatic_options=False)
@uploader
def answer(name: str) -> ResponseReturnValue:
    """Tell the offset, take bytes, or end an upload, as the method says."""
    method = protocol.method_of(request.method, request.headers)
    if method == "OPTIONS":
        return describe(name)
    protocol.check_version(request.headers)
    answers = {"HEAD": _tell_offset, "PATCH": _take_bytes, "DELETE": _end}
    if method not in answers:
        return Response(status=405, headers={"Allow": "DELETE, HEAD, OPTIONS, PATCH"})
    return answers[method](name)


@blueprint.after_request
def _name_version(response: Response) -> Response:
    response.headers["Tus-Resumable"] = protocol.VERSION
    return response


@blueprint.errorhandler(TusRefused)
def _refuse(error: TusRefused) -> ResponseReturnValue:
    return _plain(str(error), error.status, error.headers)


@blueprint.errorhandler(ChangeNotAllowed)
def _refuse_for_state(error: ChangeNotAllowed) -> ResponseReturnValue:
    return _plain("This statement takes no recording now. Reload the page to see why.", protocol.FORBIDDEN)


@blueprint.errorhandler(UploadTooLarge)
def _refuse_for_size(error: UploadTooLarge) -> ResponseReturnValue:
    return _plain(str(error), protocol.TOO_LARGE)


@blueprint.errorhandler(SpoolFileMissing)
def _refuse_unknown(error: SpoolFileMissing) -> ResponseReturnValue:
    return _plain("There is no such upload.", protocol.NOT_FOUND)


@blueprint.errorhandler(SpoolFileBusy)
def _refuse_second_writer(error: SpoolFileBusy) -> ResponseReturnValue:
    return _plain(str(error), protocol.LOCKED)


@blueprint.errorhandler(RetryableError)
def _ask_for_patience(error: RetryableError) -> ResponseReturnValue:
    sentence = "What was sent is kept, but cannot be passed on at the moment. Try again later."
    return _plain(sentence, 503, {"Retry-After": str(_RETRY_AFTER_SECONDS)})


def _tell_offset(name: str) -> Response:
    facts = _find(name)
    offset = facts.length_bytes if facts.is_finished else _settled_offset(facts)
    if offset == facts.length_bytes:
        _finish(facts)
    headers = {"Upload-Offset": str(offset), "Upload-Length": str(facts.length_bytes), "Cache-Control": "no-store"}
    return Response(headers=headers | _expiry(facts))


def _take_bytes(name: str) -> Response:
    protocol.check_body_type(request.headers)
    offset = protocol.read_offset(request.headers)
    facts = _find(name)
    if facts.is_finished and offset != facts.length_bytes:
        raise TusRefused(protocol.CONFLICT, "All bytes of this upload are here.")
    new_offset = offset if facts.is_finished else _append(facts, offset)
    return Response(status=204, headers={"Upload-Offset": str(new_offset), **_expiry(facts)})


def _end(name: str) -> Response:
    """Forget an upload. A recording that came of it stays; withdrawing it is another thing."""
    facts = _find(name)
    if facts.is_finished:
        _forget(name)
        return Response(status=204)
    writers.cut(name)
    with _spool().hold(name, wait_seconds=_END_SECONDS):
        _forget(name)
        _spool().remove(name)
    return Response(status=204)


def _begin(length_bytes: int) -> _Facts:
    visit, settings, db = current_visit(), portal().settings, current_db()
    upload = begin_upload(
        db,
        _spool(),
        statement=db.get_one(Statement, visit.statement_id),
        length_bytes=length_bytes,
        max_bytes=settings.uploads.max_bytes,
        expire_hours=settings.uploads.expire_hours,
        actor=visit.actor,
        now=_now(),
    )
    facts = _facts(upload)
    commit_request()
    return facts


def _find(name: str) -> _Facts:
    upload = find_upload(current_db(), name=name, statement_id=current_visit().statement_id)
    facts = _facts(upload) if upload is not None else None
    commit_request()
    if facts is None:
        raise TusRefused(protocol.NOT_FOUND, "There is no such upload.")
    if facts.expires_at <= _now():
        raise TusRefused(protocol.GONE, "This upload has waited for too long and is gone.")
    return facts


def _facts(upload: Upload) -> _Facts:
    return _Facts(upload.name, upload.length_bytes, upload.expires_at, upload.recording_id is not None)


def _forget(name: str) -> None:
    visit, db = current_visit(), current_db()
    upload = find_upload(db, name=name, statement_id=visit.statement_id)
    if upload is not None:
        forget_upload(db, upload, actor=visit.actor, now=_now())
    commit_request()


def _append(facts: _Facts, offset: int) -> int:
    """Take this request's body at `offset` and give the new one; finishes the upload when that was the rest."""
    checksum = protocol.read_checksum(request.headers)
    room_bytes = facts.length_bytes - offset
    announced = protocol.read_content_length(request.headers)
    if room_bytes < 0 or (announced or 0) > room_bytes:
        raise TusRefused(protocol.TOO_LARGE, "More bytes are announced than Upload-Length has room for.")
    chunks = read_chunks(request.environ, at_most=announced if announced is not None else room_bytes + 1)
    writers.cut_silent(facts.name)
    with _held(facts.name) as file:
        if file.size_bytes != offset:
            raise TusRefused(protocol.CONFLICT, "Bytes are expected at another offset; ask for it with HEAD.")
        with writers.writing(facts.name, request.environ.get("gunicorn.socket")) as writer:
            append_body(file, chunks, room_bytes=room_bytes, checksum=checksum, on_chunk=writer.beat)
        new_offset = file.size_bytes
    if new_offset == facts.length_bytes:
        _finish(facts)
    return new_offset


def _settled_offset(facts: _Facts) -> int:
    """How much has arrived; a writer whose line seems dead is made to hand over what it has first."""
    if writers.cut_silent(facts.name):
        with _held(facts.name) as file:
            return file.size_bytes
    size_bytes = _spool().size_bytes(facts.name)
    if size_bytes is not None:
        return size_bytes
    if _find(facts.name).is_finished:
        return facts.length_bytes
    raise SpoolFileMissing(facts.name)


@contextmanager
def _held(name: str) -> Iterator[SpoolFile]:
    """The upload's spool file, unless another request made a recording of it meanwhile."""
    try:
        with _spool().hold(name, wait_seconds=_LOCK_SECONDS) as file:
            yield file
    except SpoolFileMissing:
        if _find(name).is_finished:
            raise TusRefused(protocol.CONFLICT, "All bytes of this upload are here.") from None
        raise


def _finish(facts: _Facts) -> None:
    if facts.is_finished:
        return
    parts = portal()
    finish_upload(
        parts.database,
        parts.store,
        _spool(),
        parts.producer,
        name=facts.name,
        now=_now(),
        wait_seconds=_FINISH_SECONDS,
    )


def _has_body() -> bool:
    return bool(protocol.read_content_length(request.headers)) or "Transfer-Encoding" in request.headers


def _address(name: str) -> str:
    """An absolute address, which some clients need."""
    public_url = portal().settings.web.public_url.rstrip("/")
    path = url_for("uploads.answer", name=name)
    return (public_url or request.host_url.rstrip("/")) + path


def _expiry(facts: _Facts) -> dict[str, str]:
    return {} if facts.is_finished else protocol.expiry(facts.expires_at)


def _spool() -> Spool:
    return Spool(portal().settings.spool_dir)


def _now() -> datetime:
    return datetime.now(UTC)


def _plain(sentence: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(sentence + "\n", status=status, headers=headers, mimetype="text/plain")
