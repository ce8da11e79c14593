"""Answers made small for lines that are thin and metered: pages, what scripts ask for, style sheets and scripts.

How small a page becomes tells something of what is in it to whoever can put words of their own beside it and watches
the line. So answers to requests that bring words along are left as they are, and pages get a little more, by chance.
"""

import gzip
import io
import secrets
from functools import lru_cache

from flask import Flask, Response, request

_KINDS = {"text/html", "text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml"}
_LEAST_BYTES = 600
"""Less than that goes into one packet either way."""

_MOST_PADDING = 100
_LEVEL = 6


def init_compression(app: Flask) -> None:
    """Compress what is worth it, for browsers that ask for it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    is_file = request.endpoint == "static"
    if response.mimetype not in _KINDS or (response.is_streamed and not is_file):
        return response
    response.vary.add("Accept-Encoding")
    if not _may_be_compressed(response, is_file=is_file):
        return response
    response.direct_passthrough = False
    data = response.get_data()
    if len(data) < _LEAST_BYTES:
        return response
    response.set_data(_compressed_file(data) if is_file else _compressed_page(data))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response


def _may_be_compressed(response: Response, *, is_file: bool) -> bool:
    brings_words = request.method != "GET" or bool(request.query_string)
    return (
        response.status_code == 200
        and request.accept_encodings["gzip"] > 0
        and "Content-Encoding" not in response.headers
        and (request.method == "GET" if is_file else not brings_words)
    )


@lru_cache(maxsize=64)
def _compressed_file(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _compressed_page(data: bytes) -> bytes:
    buffer = io.BytesIO()
    # A name that nobody reads: of another length for each answer.
    name = "x" * secrets.randbelow(_MOST_PADDING)
    with gzip.GzipFile(name, "wb", _LEVEL, buffer, mtime=0) as file:
        file.write(data)
    return buffer.getvalue()
