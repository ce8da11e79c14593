"""Bytes as an HTTP answer, an object's or some at hand: byte ranges (RFC 9110, 14), HEAD, flat memory."""

import re
from collections.abc import Callable, Iterable

from flask import Response, request
from werkzeug.datastructures import ContentRange

from pipeline.storage.store import ObjectInfo, ObjectMissing
from webapp.database import commit_request
from webapp.long_answers import WhileOpen
from webapp.portal import portal

_ONE_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.ASCII | re.IGNORECASE)

_Read = Callable[[int, int], Iterable[bytes]]
"""The bytes from one offset up to another, which is not among them."""


class _Unsatisfiable(Exception):
    """No byte of the range exists."""


def answer_object(
    key: str,
    *,
    cache_control: str | None = None,
    info: ObjectInfo | None = None,
    validator: str = "",
    is_open: Callable[[], bool] | None = None,
) -> Response | None:
    """The answer to this GET or HEAD request from one object; None when the store has no such object.

    `cache_control` takes the place of what the object says; `info` is what was asked of the store just now, `validator`
    the tag that the answer will carry. `is_open` is asked while bytes flow, outside the request, whether they
    may go on. No database connection is held meanwhile.
    """
    info = info or portal().store.stat(key)
    if info is None:
        return None
    commit_request()
    store = portal().store

    def read(start: int, end: int) -> Iterable[bytes]:
        chunks = store.read_range(key, start, end)
        return WhileOpen(chunks, is_open) if is_open is not None else chunks

    try:
        answer = _answer(info.size_bytes, read, validator)
    except ObjectMissing:
        return None
    answer.content_type = info.content_type
    answer.headers["Cache-Control"] = cache_control or info.cache_control
    return answer


def answer_bytes(data: bytes, *, content_type: str) -> Response:
    """The answer to this GET or HEAD request from bytes that were made for it."""
    answer = _answer(len(data), lambda start, end: (data[start:end],))
    answer.content_type = content_type
    return answer


def _answer(size_bytes: int, read: _Read, validator: str = "") -> Response:
    try:
        wanted = _wanted_range(size_bytes, validator)
    except _Unsatisfiable:
        answer = Response(status=416)
        answer.headers["Content-Range"] = f"bytes */{size_bytes}"
    else:
        start, end = wanted or (0, size_bytes)
        answer = Response(() if request.method == "HEAD" else read(start, end), status=206 if wanted else 200)
        answer.content_length = end - start
        if wanted:
            answer.content_range = ContentRange("bytes", start, end, size_bytes)
    answer.headers["Accept-Ranges"] = "bytes"
    return answer


def _wanted_range(size_bytes: int, validator: str) -> tuple[int, int] | None:
    """Where the one range that is asked for begins and ends; None to send everything.

    That is right for several ranges, for what is no range, and for an `If-Range` that names another version. Raises
    `_Unsatisfiable`.
    """
    found = _ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    is_other = request.headers.get("If-Range", validator).strip() != validator
    if request.method != "GET" or is_other or found is None:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, size_bytes - int(last))
    if start >= size_bytes:
        raise _Unsatisfiable
    return start, min(int(last) + 1, size_bytes) if first and last else size_bytes
