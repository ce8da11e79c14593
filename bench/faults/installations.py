"""What a trial strikes at: machines as processes with folders of their own, and the installation that they make up."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from bench.faults.brokers import Broker
from bench.faults.lines import Line
from bench.faults.waiting import wait_until
from config.settings import Settings
from pipeline.processes import ServerProcess, start_server
from pipeline.records.database import Database
from pipeline.storage.opening import open_store
from presession.services import portal_answers
from workers.producer import CeleryProducer

_READY_SECONDS = 120
_STOP_SECONDS = 60


@dataclass
class Machine:
    """A machine of its own, as far as files go: its folder, its settings, and the commands that run on it."""

    folder: Path
    environment: Mapping[str, str]
    commands: Sequence[tuple[str, ...]]
    running: dict[tuple[str, ...], ServerProcess] = field(default_factory=dict)

    def start(self, *, clock: Mapping[str, str] | None = None) -> None:
        """Start what does not run; `clock` are the variables of a clock of its own."""
        for command in self.commands:
            process = self.running.get(command)
            if process is None or not process.is_running():
                self.running[command] = self._start(command, clock or {})

    def start_beside(self, command: tuple[str, ...]) -> ServerProcess:
        """One more process of a kind; whoever starts it stops it."""
        return self._start(command, {})

    def stop(self) -> None:
        """Stop everything in order, as an operator does."""
        for process in reversed(self.running.values()):
            process.stop(_STOP_SECONDS)
        self.running.clear()

    def log(self) -> str:
        """What its parts have said last."""
        return "\n".join(path.read_text(errors="replace")[-1500:] for path in sorted(self.folder.rglob("*.log")))

    def _start(self, command: tuple[str, ...], clock: Mapping[str, str]) -> ServerProcess:
        environment = {**os.environ, **self.environment, **clock}
        log = self.folder / "logs" / f"bench-{command[0]}.log"
        return start_server([sys.executable, "-P", "-m", "presession", *command], env=environment, log_path=log)


@dataclass
class Installation:
    """What a trial strikes at. Database, store and broker are reached here past any line that a trial may cut."""

    kind: str
    mark: str
    settings: Settings
    database: Database
    producer: CeleryProducer
    machines: list[Machine]
    store_folder: Path | None = None
    broker: Broker | None = None
    database_line: Line | None = None
    store_line: Line | None = None

    def __post_init__(self) -> None:
        self.store = open_store(**self.settings.store_values)

    @property
    def portal_url(self) -> str:
        """Where speakers go."""
        return self.settings.public_url

    def start(self) -> None:
        """Start all machines and wait for the portal."""
        for machine in self.machines:
            machine.start()
        self.wait_for_portal()

    def wait_for_portal(self) -> None:
        """Wait until pages are served."""
        wait_until(lambda: portal_answers(self.settings), seconds=_READY_SECONDS, what="the portal to answer")

    def flush_broker(self) -> None:
        """Have the broker forget every message."""
        if self.broker is not None:
            self.broker.flush()
            return
        with Redis(unix_socket_path=str(self.settings.broker_socket), socket_timeout=10) as connection:
            connection.flushall()

    def work_folders(self) -> list[Path]:
        """Where attempts work now, on all machines."""
        places = (machine.folder / "work" for machine in self.machines)
        return [folder for place in places if place.is_dir() for folder in place.iterdir()]

    def revive(self) -> None:
        """Start what has ended and nobody else starts again, as a service manager does."""
        for machine in self.machines:
            machine.start()

    def stop(self) -> None:
        """Stop all machines."""
        for machine in self.machines:
            machine.stop()


@contextmanager
def running(installation: Installation) -> Iterator[None]:
    """Everything started for a block, and stopped and closed behind it."""
    try:
        installation.start()
        yield
    finally:
        installation.stop()
        installation.producer.close()
        installation.database.close()
        with suppress(AttributeError):
            installation.store.close()  # type: ignore[attr-defined]
