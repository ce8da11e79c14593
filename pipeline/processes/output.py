"""What a program says on one of its outputs: cut into lines for a reader, given on as bytes, or kept within a limit."""

from collections import deque
from collections.abc import Callable
from typing import IO

LineReader = Callable[[str], None]
ByteReader = Callable[[bytes], None]

LINE_LIMIT_BYTES = 64 * 1024


class Output:
    """One output of a program. Whatever it says, and however much, takes bounded memory."""

    def __init__(
        self,
        stream: IO[bytes],
        reader: LineReader | None,
        limit: int,
        *,
        keeps_tail: bool = False,
        takes_bytes: ByteReader | None = None,
    ) -> None:
        self.stream = stream
        self._reader = reader
        self._takes_bytes = takes_bytes
        self._limit = limit
        self._keeps_tail = keeps_tail
        self._line = b""
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self.is_silent = True

    @property
    def is_flooded(self) -> bool:
        """Whether more came than is kept, where nothing may be lost."""
        return not self._keeps_tail and self._size > self._limit

    def take(self, chunk: bytes) -> None:
        """Use what was read."""
        self.is_silent = False
        if self._takes_bytes is not None:
            self._takes_bytes(chunk)
            return
        if self._reader is not None:
            self._cut_lines(chunk, self._reader)
        if self._reader is None or self._keeps_tail:
            self._keep(chunk)

    def finish(self) -> None:
        """Give the reader a last line that has no end."""
        if self._reader is not None and self._line:
            self._reader(self._line.decode("utf-8", "replace"))
            self._line = b""

    def kept(self) -> bytes:
        """What was kept: all, or the tail."""
        data = b"".join(self._chunks)
        return data[-self._limit :] if self._keeps_tail else data

    def _cut_lines(self, chunk: bytes, reader: LineReader) -> None:
        *lines, rest = (self._line + chunk).replace(b"\r", b"\n").split(b"\n")
        # A program that writes bytes without line ends must not grow our memory.
        self._line = rest[:LINE_LIMIT_BYTES]
        for line in lines:
            if line:
                reader(line[:LINE_LIMIT_BYTES].decode("utf-8", "replace"))

    def _keep(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self._size += len(chunk)
        while self._keeps_tail and self._size - len(self._chunks[0]) >= self._limit:
            self._size -= len(self._chunks.popleft())
