"""The resumable upload: tus 1.0 at `/uploads/`, for the speaker whose statement the upload belongs to.

Staff send for a speaker at addresses of their own, see `webapp.views.staff_uploads`, by the same protocol.

No form token is asked for here. The cookie is SameSite, and every request carries the header `Tus-Resumable`,
which a page of another site cannot send without a permission that we never give. Names and other metadata that a
client sends are told back to it and not kept.
"""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from pipeline.domain.errors import ChangeNotAllowed, RetryableError
from pipeline.services.uploads import LengthRefused, UploadTooLarge
from pipeline.storage.spool import SpoolFileBusy, SpoolFileMissing, SpoolFull
from webapp.access import public, speaker, uploader
from webapp.portal import portal
from webapp.running_uploads import UploadFacts, append, begin, end, find, finish, room, settled_offset
from webapp.security import csrf
from webapp.senders import current_sender
from webapp.tus import protocol
from webapp.tus.metadata import ToldMetadata, read_metadata
from webapp.tus.protocol import TusRefused

blueprint = Blueprint("uploads", __name__, url_prefix="/uploads")
csrf.exempt(blueprint)

_RETRY_AFTER_SECONDS = 15

_metadata = ToldMetadata()


@blueprint.route("/", methods=["OPTIONS"], strict_slashes=False)
@blueprint.route("/<name>", methods=["OPTIONS"], strict_slashes=False)
@public
def describe(name: str = "") -> ResponseReturnValue:
    """Say what this server can do."""
    return Response(status=204, headers=protocol.capabilities(portal().settings.uploads.max_bytes))


@blueprint.route("/", methods=["POST"], provide_automatic_options=False, strict_slashes=False)
@speaker
def create() -> ResponseReturnValue:
    """Begin an upload; its bytes may come with this request already."""
    return begin_any()


def begin_any() -> ResponseReturnValue:
    """Begin an upload for whoever may; see `webapp.senders`."""
    method = protocol.method_of(request.method, request.headers)
    if method == "OPTIONS":
        return describe()
    if method != "POST":
        return Response(status=405, headers={"Allow": "OPTIONS, POST"})
    protocol.check_version(request.headers)
    length_bytes = protocol.read_length(request.headers)
    if _brings_bytes():
        _check_first_bytes(length_bytes)
        return _begin_with_bytes(length_bytes)
    facts = begin(length_bytes)
    headers = _beginning(facts)
    if length_bytes == 0:
        finish(facts)
    return Response(status=201, headers=headers)


@blueprint.route(
    "/<name>",
    methods=["HEAD", "PATCH", "DELETE", "POST"],
    provide_automatic_options=False,
    strict_slashes=False,
)
@uploader
def answer(name: str) -> ResponseReturnValue:
    """Tell the offset, take bytes, or end an upload, as the method says."""
    return answer_any(name)


def answer_any(name: str) -> ResponseReturnValue:
    """The same for whoever may."""
    method = protocol.method_of(request.method, request.headers)
    if method == "OPTIONS":
        return describe(name)
    protocol.check_version(request.headers)
    answers = {"HEAD": _tell_offset, "PATCH": _take_bytes, "DELETE": _end}
    if method not in answers:
        return Response(status=405, headers={"Allow": "DELETE, HEAD, OPTIONS, PATCH"})
    return answers[method](name)


@blueprint.after_app_request
def _name_version(response: Response) -> Response:
    """On every answer below addresses of uploads, that to a method or path which no view has among them."""
    if "uploads" in request.path.split("/"):
        response.headers["Tus-Resumable"] = protocol.VERSION
    return response


def _refuse(error: TusRefused) -> ResponseReturnValue:
    return _plain(str(error), error.status, error.headers)


def _refuse_for_state(error: ChangeNotAllowed) -> ResponseReturnValue:
    return _plain("This statement takes no recording now. Reload the page to see why.", protocol.FORBIDDEN)


def _refuse_for_size(error: UploadTooLarge) -> ResponseReturnValue:
    return _plain(str(error), protocol.TOO_LARGE)


def _refuse_length(error: LengthRefused) -> ResponseReturnValue:
    return _plain(str(error), protocol.BAD_REQUEST)


def _refuse_unknown(error: SpoolFileMissing) -> ResponseReturnValue:
    return _plain("There is no such upload.", protocol.NOT_FOUND)


def _refuse_second_writer(error: SpoolFileBusy) -> ResponseReturnValue:
    return _plain(str(error), protocol.LOCKED)


def _refuse_for_room(error: SpoolFull) -> ResponseReturnValue:
    return _plain(str(error), protocol.OUT_OF_SPACE)


def _ask_for_patience(error: RetryableError) -> ResponseReturnValue:
    sentence = "What was sent is kept, but cannot be passed on at the moment. Try again later."
    return _plain(sentence, 503, {"Retry-After": str(_RETRY_AFTER_SECONDS)})


def _check_first_bytes(length_bytes: int | None) -> None:
    """Refuse what cannot be taken before an upload begins, since a new one takes the place of an unfinished one."""
    protocol.check_body_type(request.headers)
    protocol.read_checksum(request.headers)
    room(length_bytes, 0, protocol.read_content_length(request.headers))


def _begin_with_bytes(length_bytes: int | None) -> Response:
    facts = begin(length_bytes)
    headers = _beginning(facts)
    try:
        offset = append(facts, 0)
    except TusRefused as error:  # the upload has begun: where it goes on is told even so
        raise TusRefused(error.status, str(error), error.headers | headers) from error
    return Response(status=201, headers=headers | {"Upload-Offset": str(offset)})


def _tell_offset(name: str) -> Response:
    facts = find(name)
    offset = facts.length_bytes if facts.is_finished and facts.length_bytes is not None else settled_offset(facts)
    if offset == facts.length_bytes:
        finish(facts)
    headers = {"Upload-Offset": str(offset), "Cache-Control": "no-store"}
    return Response(headers=headers | protocol.length(facts.length_bytes) | _metadata.headers(name) | _expiry(facts))


def _take_bytes(name: str) -> Response:
    protocol.check_body_type(request.headers)
    offset = protocol.read_offset(request.headers)
    facts = find(name)
    new_offset = _offset_of_finished(facts, offset) if facts.is_finished else append(facts, offset)
    return Response(status=204, headers={"Upload-Offset": str(new_offset), **_expiry(facts)})


def _offset_of_finished(facts: UploadFacts, offset: int) -> int:
    """The end said again, because its answer was lost, is no error."""
    if offset != facts.length_bytes:
        raise TusRefused(protocol.CONFLICT, "All bytes of this upload are here.")
    if protocol.read_declared_length(request.headers) not in {None, facts.length_bytes}:
        raise TusRefused(protocol.BAD_REQUEST, "The length of this upload is known already and cannot be changed.")
    return offset


def _end(name: str) -> Response:
    end(find(name))
    _metadata.forget(name)
    return Response(status=204)


def _brings_bytes() -> bool:
    """Whether bytes, be it none of them, come with the beginning."""
    announced = protocol.read_content_length(request.headers)
    named = request.headers.get("Content-Type", "").startswith(protocol.BODY_TYPE)
    return bool(announced) or named or "Transfer-Encoding" in request.headers


def _beginning(facts: UploadFacts) -> dict[str, str]:
    _metadata.keep(facts.name, read_metadata(request.headers))
    return {"Location": _address(facts.name), **_expiry(facts)}


def _address(name: str) -> str:
    """An absolute address, which some clients need."""
    public_url = portal().settings.web.public_url.rstrip("/")
    path = current_sender().address_of(name)
    return (public_url or request.host_url.rstrip("/")) + path


def _expiry(facts: UploadFacts) -> dict[str, str]:
    return {} if facts.is_finished else protocol.expiry(facts.expires_at)


def _plain(sentence: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(sentence + "\n", status=status, headers=headers, mimetype="text/plain")


_ANSWERS: Mapping[type[Exception], Callable[..., ResponseReturnValue]] = {
    TusRefused: _refuse,
    ChangeNotAllowed: _refuse_for_state,
    UploadTooLarge: _refuse_for_size,
    LengthRefused: _refuse_length,
    SpoolFileMissing: _refuse_unknown,
    SpoolFileBusy: _refuse_second_writer,
    SpoolFull: _refuse_for_room,
    RetryableError: _ask_for_patience,
}


def answer_as_uploads(addresses: Blueprint) -> None:
    """Let every answer of these addresses be one of this protocol, also where something goes wrong."""
    for error, answer_of in _ANSWERS.items():
        addresses.register_error_handler(error, answer_of)


answer_as_uploads(blueprint)
