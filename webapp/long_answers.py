"""Bytes that stop flowing when they are no longer open: fetching a film takes longer than revoking a link."""

import time
from collections.abc import Callable

from pipeline.storage.chunks import Chunks

ASK_SECONDS = 5.0
"""So long after a refusal bytes may still flow to whoever asked before."""

_PIECE_BYTES = 32 * 1024
"""Small enough for a slow line to be asked about in time: a piece waits until the line has taken the one before."""


class WhileOpen:
    """Chunks as long as `is_open` says so, asked now and then; they end early otherwise.

    The length that was told before says that something is missing, so nobody takes them for whole. An error would say
    so too, and write the address into a server's log.
    """

    def __init__(
        self, chunks: Chunks, is_open: Callable[[], bool], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._chunks, self._is_open, self._clock = chunks, is_open, clock
        self._rest = memoryview(b"")
        self._asked_at = clock()

    def __iter__(self) -> "WhileOpen":
        return self

    def __next__(self) -> bytes:
        if self._clock() - self._asked_at >= ASK_SECONDS:
            if not self._is_open():
                raise StopIteration
            self._asked_at = self._clock()
        if not self._rest:
            self._rest = memoryview(next(self._chunks))
        piece, self._rest = self._rest[:_PIECE_BYTES], self._rest[_PIECE_BYTES:]
        return bytes(piece)

    def close(self) -> None:
        """Let go of what the chunks come from."""
        self._chunks.close()
