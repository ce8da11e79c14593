"""The web server: gunicorn with threads, for a portal whose visitors have slow lines that go dead.

A thread is held while a request's body arrives. What keeps uploads that stand still from holding all of them:
a connection that sends nothing is given up after `stall_seconds`, and after a few seconds when many others wait
too. To the application that looks like a body that ended early, so whatever arrived before is kept.

There is no access log, and no log line carries an address of a page or of a person.
"""

import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http.errors import InvalidResponseHeader, InvalidResponseHeaderName, ParseException
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from webapp.portal import portal
from webapp.security import headers_of_answers

CROWDED_SECONDS = 4.0
"""How long a silent connection may hold a thread while more than half of the threads wait for such ones."""

_KEEPALIVE_SECONDS = 15
_GRACE_SECONDS = 5
_LEAVE_SECONDS = 2.0
_WAIT_SLICE_SECONDS = 0.5
_OF_ANSWERS = (InvalidResponseHeader, InvalidResponseHeaderName)


class Patience:
    """How long to wait for a connection that sends nothing: less when many threads wait."""

    def __init__(self, *, threads: int, stall_seconds: float) -> None:
        self.stall_seconds = stall_seconds
        self._threads = threads
        self._waiting = 0
        self._lock = threading.Lock()

    def wait_readable(self, connection: socket.socket) -> bool:
        """True as soon as there is something to read, or the end; False when patience is over."""
        poller = select.poll()
        poller.register(connection, select.POLLIN)
        with self._one_more_waits():
            begun = time.monotonic()
            while time.monotonic() - begun < self._limit_seconds():
                if poller.poll(_WAIT_SLICE_SECONDS * 1000):
                    return True
        return False

    def _limit_seconds(self) -> float:
        is_crowded = self._waiting * 2 > self._threads
        return min(CROWDED_SECONDS, self.stall_seconds) if is_crowded else self.stall_seconds

    @contextmanager
    def _one_more_waits(self) -> Iterator[None]:
        with self._lock:
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1


class PatientSocket(socket.socket):
    """A client's connection. One that stalls or is reset reads as one that has ended, from then on."""

    patience: Patience
    _is_over = False

    @classmethod
    def around(cls, connection: socket.socket, patience: Patience) -> "PatientSocket":
        """Take over a connected socket."""
        patient = cls(fileno=connection.detach())
        patient.patience = patience
        seconds = struct.pack("ll", int(patience.stall_seconds), 0)
        patient.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds)
        return patient

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Bytes, or nothing at the end of patience; a timeout that gunicorn itself sets stays its own."""
        if self._is_over:
            return b""
        if self.gettimeout() is not None:
            return super().recv(bufsize, flags)
        try:
            received = super().recv(bufsize, flags) if self.patience.wait_readable(self) else b""
        except ConnectionError:
            received = b""
        self._is_over = not received
        return received

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send all; somebody who stopped to take what was asked for is gone."""
        try:
            super().sendall(data, flags)
        except BlockingIOError as error:
            self._is_over = True
            raise BrokenPipeError("The client takes nothing any more.") from error

    def take_leave(self) -> None:
        """Say that nothing more is sent, and give the client a moment to read the last of it and leave."""
        until = time.monotonic() + _LEAVE_SECONDS
        with suppress(OSError):
            self.shutdown(socket.SHUT_WR)
            while not self._is_over and (left := until - time.monotonic()) > 0:
                self.settimeout(left)
                self._is_over = not super().recv(65536)
        self._is_over = True


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """Gunicorn's threaded worker over patient sockets."""

    app: "PortalServer"

    def init_process(self) -> None:
        """Count the waiting threads of this process."""
        self.patience = Patience(threads=self.cfg.threads, stall_seconds=self.app.stall_seconds)
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Every connection passes here before a thread reads from it."""
        if not isinstance(conn.sock, PatientSocket):
            conn.sock = PatientSocket.around(conn.sock, self.patience)
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> object:
        """Answer requests; a connection that ends here does so in its own thread, not in the one that accepts."""
        goes_on = super().handle(conn)
        if not goes_on:
            conn.sock.take_leave()
        return goes_on

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: Exception) -> None:
        """Answer what never reached the application, with the headers of every answer and without quoting it."""
        is_theirs = isinstance(exc, ParseException) and not isinstance(exc, _OF_ANSWERS)
        if is_theirs:
            self.log.warning("A request could not be understood.")
        else:
            self.log.exception("A request failed.")
        with suppress(OSError):
            write_nonblock(client, self.app.refusal("400 Bad Request" if is_theirs else "500 Internal Server Error"))


class DiscreetLogger(Logger):  # type: ignore[misc]
    """Gunicorn's log without what it knows of requests: their addresses hold secrets, their senders are at risk."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Leave out who sent what could not be understood."""
        if msg.startswith("Invalid request"):
            msg, args = "A request could not be understood.", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Leave out which page failed, and what the failure quotes."""
        if "request" in msg.lower():
            super().error("A request failed: %s", type(sys.exc_info()[1]).__name__)
        else:
            super().exception(msg, *args, **kwargs)


class PortalServer(BaseApplication):  # type: ignore[misc]
    """One gunicorn master with one worker process of many threads, for an application that is built already."""

    def __init__(self, app: Flask, options: Mapping[str, Any], *, stall_seconds: float) -> None:
        self._app = app
        self._options = options
        self.stall_seconds = stall_seconds
        super().__init__()

    def refusal(self, status: str) -> bytes:
        """A whole answer to what the application is not asked about."""
        headers = headers_of_answers(is_secure=bool(self._app.config["SESSION_COOKIE_SECURE"]))
        told = {"Connection": "close", "Content-Length": "0", "Cache-Control": "no-store", **headers}
        return "".join([f"HTTP/1.1 {status}\r\n", *(f"{name}: {told[name]}\r\n" for name in told), "\r\n"]).encode()

    def load_config(self) -> None:
        """Hand the options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, in the worker process; connections of the process that built it are not its own."""
        keep_templates(self._app)
        with self._app.app_context():
            portal().database.engine.dispose(close=False)
        return self._app


def keep_templates(app: Flask) -> None:
    """Read all templates now: an update of the files under a running portal must not mix its pages with older code."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


def serve(app: Flask, *, host: str, port: int, threads: int, stall_seconds: float) -> None:
    """Serve until SIGTERM or SIGINT; does not return before. Uploads under way are cut off and can be resumed."""
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "worker_class": PatientWorker,
        "workers": 1,
        "threads": threads,
        "worker_connections": max(1000, threads * 4),
        "keepalive": _KEEPALIVE_SECONDS,
        "graceful_timeout": _GRACE_SECONDS,
        # The kernel's own copying knows no patience with clients that stopped reading.
        "sendfile": False,
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "logger_class": DiscreetLogger,
        "control_socket_disable": True,
    }
    PortalServer(app, options, stall_seconds=stall_seconds).run()
