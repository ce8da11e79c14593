"""The bytes of a request as they arrive. An upload that breaks off is no error: what came before counts.

The body is read below Flask, which would treat a short body as a failure and throw away what it had read.
"""

import time
from collections.abc import Iterator
from typing import Any, Protocol

from gunicorn.http.errors import ParseException
from werkzeug.exceptions import ClientDisconnected

SMALLEST_READ = 4 * 1024
LARGEST_READ = 1024 * 1024
_QUICK_SECONDS = 0.1
_BROKEN_OFF = (OSError, ClientDisconnected, ParseException)
"""The last one: what comes is no more in the form that was announced."""

_SLOW_SECONDS = 0.5


class _Input(Protocol):
    def read(self, size: int, /) -> bytes: ...


def read_chunks(environ: dict[str, Any], *, at_most: int) -> Iterator[bytes]:
    """Chunks of a request's body until it ends, breaks off, or `at_most` bytes were given.

    Few bytes are asked for at a time where they come slowly, since a read that is cut off loses what it
    had gathered, and many where they come fast.
    """
    source: _Input = environ["wsgi.input"]
    left = at_most
    size = SMALLEST_READ
    while left > 0:
        begun = time.monotonic()
        try:
            chunk = source.read(min(size, left))
        except _BROKEN_OFF:
            return
        if not chunk:
            return
        left -= len(chunk)
        yield chunk
        size = _next_size(size, time.monotonic() - begun)


def _next_size(size: int, seconds: float) -> int:
    if seconds < _QUICK_SECONDS:
        return min(size * 2, LARGEST_READ)
    return max(size // 2, SMALLEST_READ) if seconds > _SLOW_SECONDS else size
