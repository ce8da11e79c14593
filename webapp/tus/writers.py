"""Requests that write uploads in this process, so that one whose line has gone dead can be told to let go.

A phone that changes its network leaves a connection behind that looks alive for a minute. Its speaker comes
back at once and asks for the offset; then the dead connection is cut, and what it brought is kept.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

SILENT_SECONDS = 3.0
"""A writer that has received nothing for so long lets go when somebody asks; a live one never does."""


@dataclass
class Writer:
    """One request that receives bytes."""

    connection: socket.socket | None
    heard_at: float = field(default_factory=time.monotonic)

    def beat(self) -> None:
        """Bytes have arrived."""
        self.heard_at = time.monotonic()

    def is_silent(self) -> bool:
        """Whether the line seems dead."""
        return time.monotonic() - self.heard_at > SILENT_SECONDS

    def cut(self) -> None:
        """Let the writer see the end of its body now."""
        if self.connection is not None:
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RD)


class Writers:
    """The writers of one process, by the upload's name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_name: dict[str, Writer] = {}

    @contextmanager
    def writing(self, name: str, connection: socket.socket | None) -> Iterator[Writer]:
        """Be known as the writer of an upload; only for the request that holds its spool file."""
        writer = Writer(connection)
        with self._lock:
            self._by_name[name] = writer
        try:
            yield writer
        finally:
            with self._lock:
                self._by_name.pop(name, None)

    def cut(self, name: str) -> None:
        """Cut an upload's writer, live or not: its speaker wants the upload to end."""
        with self._lock:
            writer = self._by_name.get(name)
        if writer is not None:
            writer.cut()

    def cut_silent(self, name: str) -> bool:
        """Cut an upload's writer when its line seems dead; True when one was cut."""
        with self._lock:
            writer = self._by_name.get(name)
        if writer is None or not writer.is_silent():
            return False
        writer.cut()
        return True
