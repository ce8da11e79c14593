"""One object of the store as an HTTP answer: byte ranges, HEAD, conditional requests; flat memory."""

from collections.abc import Iterable

from flask import Response, request
from werkzeug.datastructures import ContentRange
from werkzeug.http import parse_range_header

from pipeline.storage.store import ObjectInfo, ObjectMissing
from webapp.database import commit_request
from webapp.portal import portal


def answer_object(key: str, *, cache_control: str | None = None) -> Response | None:
    """The answer to this GET or HEAD request from one object; None when the store has no such object.

    `cache_control` takes the place of what the object says. No database connection is held while bytes flow.
    """
    info = portal().store.stat(key)
    if info is None:
        return None
    commit_request()
    answer = _with_range(info) or _whole(info)
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Cache-Control"] = cache_control or info.cache_control
    return answer


def _with_range(info: ObjectInfo) -> Response | None:
    """206 or 416 where one range is asked for; None to send everything (as for several ranges)."""
    wanted = parse_range_header(request.headers.get("Range"))
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return None
    part = wanted.range_for_length(info.size_bytes)
    if part is None:
        refused = Response(status=416)
        refused.headers["Content-Range"] = f"bytes */{info.size_bytes}"
        return refused
    start, end = part
    answer = _bytes(info, start, end)
    answer.status_code = 206
    answer.content_range = ContentRange("bytes", start, end, info.size_bytes)
    return answer


def _whole(info: ObjectInfo) -> Response:
    return _bytes(info, 0, info.size_bytes)


def _chunks(key: str, start: int, end: int) -> Iterable[bytes]:
    return () if request.method == "HEAD" else portal().store.read_range(key, start, end)


def _bytes(info: ObjectInfo, start: int, end: int) -> Response:
    try:
        answer = Response(_chunks(info.key, start, end), content_type=info.content_type)
    except ObjectMissing:
        return Response(status=404)
    answer.content_length = end - start
    return answer
