"""Published files as HTTP answers: validators (RFC 9110, 13), gzip of text, byte ranges, HEAD."""

import gzip
import hashlib
from collections.abc import Callable
from functools import lru_cache

from flask import Response, request
from sqlalchemy.exc import DBAPIError

from pipeline.domain.errors import WrongUsage
from pipeline.storage.keys import checked_key, under
from pipeline.storage.store import ObjectInfo, ObjectMissing, StoreUnavailable
from webapp.database import commit_request
from webapp.portal import portal
from webapp.streaming import answer_object

INDEX = "index.html"

_TEXT = (
    "text/",
    "application/dash+xml",
    "application/json",
    "application/rss+xml",
    "application/vnd.apple.mpegurl",
    "application/xspf+xml",
    "audio/x-mpegurl",
    "image/svg+xml",
)
_LEAST_BYTES = 600
_MOST_BYTES = 4 * 1024 * 1024
"""Text below goes out as it is; above, nobody publishes any, and it is not held in memory."""


def key_below(prefix: str, path: str) -> str | None:
    """The key of a file below a prefix, of its page for a folder; None for what can be no key."""
    try:
        return checked_key(under(prefix, f"{path}{INDEX}" if not path or path.endswith("/") else path))
    except WrongUsage:
        return None


def answer_published(
    key: str, *, cache_control: str | None = None, is_open: Callable[[], bool] | None = None
) -> Response | None:
    """The answer to this GET or HEAD request from a published object; None when the store has no such object.

    What takes long to send stops when the object is gone, or when `is_open` no longer says yes.
    """
    info = portal().store.stat(key)
    if info is None:
        return None
    commit_request()
    is_text = _is_small_text(info)
    if is_text and "Range" not in request.headers:
        answer = _answer_text(info)
    else:
        goes_on = _goes_on(key, is_open)
        answer = _validated(info) or answer_object(key, info=info, validator=f'"{_tag(info)}"', is_open=goes_on)
    if answer is not None:
        # Weak where the same file goes out compressed and plain.
        answer.set_etag(_tag(info), weak=is_text)
        answer.headers["Cache-Control"] = cache_control or info.cache_control
    return answer


def _goes_on(key: str, is_open: Callable[[], bool] | None) -> Callable[[], bool]:
    """To be asked outside the request; a store or records that cannot be asked are a no."""
    store = portal().store

    def ask() -> bool:
        try:
            return (is_open is None or is_open()) and store.stat(key) is not None
        except (DBAPIError, StoreUnavailable):
            return False

    return ask


def answer_text(data: bytes, content_type: str, *, cache_control: str) -> Response:
    """The answer to this request from text that was made for it: compressed where that is asked for."""
    answer = _compressed(data, gzip.compress(data, mtime=0))
    answer.content_type = content_type
    answer.headers["Cache-Control"] = cache_control
    return answer


def _is_small_text(info: ObjectInfo) -> bool:
    return info.content_type.startswith(_TEXT) and _LEAST_BYTES <= info.size_bytes <= _MOST_BYTES


def _validated(info: ObjectInfo) -> Response | None:
    """Nothing to send, where the browser has just this already."""
    is_known = request.if_none_match.contains_weak(_tag(info))
    return Response(status=304) if is_known else None


def _answer_text(info: ObjectInfo) -> Response | None:
    known = _validated(info)
    if known is not None:
        known.vary.add("Accept-Encoding")
        return known
    try:
        data, small = _read_text(info.key, info.version)
    except ObjectMissing:
        return None
    answer = _compressed(data, small)
    answer.content_type = info.content_type
    return answer


@lru_cache(maxsize=128)
def _read_text(key: str, version: str) -> tuple[bytes, bytes]:
    """An object, and it compressed; another version is another entry. Raises `ObjectMissing`."""
    data = portal().store.read_bytes(key)
    return data, gzip.compress(data, mtime=0)


def _compressed(data: bytes, small: bytes) -> Response:
    takes_gzip = request.accept_encodings["gzip"] > 0
    body = small if takes_gzip else data
    answer = Response(() if request.method == "HEAD" else body)
    answer.content_length = len(body)
    answer.vary.add("Accept-Encoding")
    if takes_gzip:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _tag(info: ObjectInfo) -> str:
    """Another one whenever the object is: by what the store says of it, which is nobody's business itself."""
    return hashlib.sha256(f"{info.version}\0{info.size_bytes}".encode()).hexdigest()[:24]
