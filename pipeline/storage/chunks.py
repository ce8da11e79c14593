"""Bytes of an object in chunks: an iterator that can be closed before its end, over a file or a connection."""

from types import TracebackType
from typing import Protocol, Self

CHUNK_BYTES = 256 * 1024


class ByteSource(Protocol):
    """Something open that gives bytes in order."""

    def read(self, amount: int, /) -> bytes:
        """At most `amount` bytes; empty at the end."""

    def close(self) -> None:
        """Let go of the file or connection."""


class Chunks:
    """At most `length` bytes of a source, chunk by chunk; closes the source at the end, or when told to."""

    def __init__(self, source: ByteSource, length: int) -> None:
        self._source = source
        self._left = length

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        data = self._source.read(min(CHUNK_BYTES, self._left)) if self._left > 0 else b""
        if not data:
            self.close()
            raise StopIteration
        self._left -= len(data)
        return data

    def close(self) -> None:
        """Give no more and let go of the source; harmless when done before."""
        self._left = 0
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
