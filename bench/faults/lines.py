"""A line to a server that can be cut, held or slowed down: what lies between a worker and its database or store."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Coroutine
from enum import StrEnum
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_CHUNK_BYTES = 64 * 1024
_WAIT_SECONDS = 10


class LineState(StrEnum):
    """What becomes of bytes: passed on, refused with a reset, or held back."""

    OPEN = "open"
    CUT = "cut"
    HELD = "held"


class Line:
    """Listens on a port of its own and passes everything on to a server; use it as a context."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._state = LineState.OPEN
        self._bytes_per_second = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.sent_bytes = 0
        """Taken from clients so far, whether the server got it or not."""
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> "Line":
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, sock=self._listener))
        return self

    def __exit__(self, *_error: object) -> None:
        self.cut()
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_WAIT_SECONDS)
        self._loop.close()

    def cut(self) -> None:
        """Reset every connection, and each new one at once."""
        self._state = LineState.CUT
        self._do(self._reset_all())

    def hold(self) -> None:
        """Let nothing through any more; connections stay, as behind a cable that was pulled."""
        self._state = LineState.HELD

    def slow_down(self, bytes_per_second: int) -> None:
        """Pass on only so much, in each direction of each connection."""
        self._bytes_per_second = bytes_per_second

    def mend(self) -> None:
        """As at the beginning."""
        self._bytes_per_second = 0
        self._state = LineState.OPEN

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if self._state is LineState.CUT:
                return
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            self._writers.add(far_writer)
            back = self._pass_on(far_reader, writer)
            await asyncio.gather(self._pass_on(reader, far_writer, counts=True), back)
            self._forget(far_writer)
        except OSError:
            pass
        finally:
            self._forget(writer)

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counts: bool = False
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(self._bytes_per_second // 10 or _CHUNK_BYTES):
                self.sent_bytes += len(data) if counts else 0
                if self._bytes_per_second:
                    await asyncio.sleep(len(data) / self._bytes_per_second)
                while self._state is LineState.HELD:
                    await asyncio.sleep(0.05)
                writer.write(data)
                await writer.drain()
            writer.write_eof()

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _reset_all(self) -> None:
        for writer in tuple(self._writers):
            self._forget(writer)

    def _forget(self, writer: asyncio.StreamWriter) -> None:
        self._writers.discard(writer)
        with contextlib.suppress(OSError, RuntimeError):
            writer.transport.abort()

    def _do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_WAIT_SECONDS)
