"""Installations to strike at: one machine with all parts, and several that share a database, a broker and a store."""

import os
import secrets
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from redis import Redis

from bench.faults.brokers import Broker
from bench.faults.disks import drop_disk, make_disk
from bench.faults.lines import Line
from bench.faults.waiting import wait_until
from config.settings import Settings, StoreSettings, WebSettings
from pipeline.processes import ServerProcess, start_server
from pipeline.records.database import Database, upgrade_schema
from pipeline.storage.opening import open_store
from presession.ports import free_port
from presession.services import portal_answers
from tests.fixtures.ceph import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from workers.producer import CeleryProducer

if TYPE_CHECKING:
    from tests.fixtures.ceph import PrivateCeph

LADDER = Path(__file__).parent / "renditions.toml"

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
        with self._connect() as connection:
            connection.flushall()

    def _connect(self) -> Redis:
        if self.broker is not None:
            return self.broker.connect()
        return Redis(unix_socket_path=str(self.settings.broker_socket), socket_timeout=10)

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
def one_machine(folder: Path) -> Iterator[Installation]:
    """SQLite, the embedded broker and a folder, all run by `presession run`; the disks of its folders are small."""
    data, store = folder / "data", folder / "store"
    for disk in (data, store):
        make_disk(disk)
    port = free_port("127.0.0.1")
    settings = Settings(
        data_dir=data, web=WebSettings(port=port), store=StoreSettings(kind="folder", folder=store), log_level="INFO"
    )
    environment = {
        **_environment(data, port),
        "PRESESSION_STORE__KIND": "folder",
        "PRESESSION_STORE__FOLDER": str(store),
    }
    _make_tables(settings)
    machine = Machine(data, environment, [("run",)])
    database = Database(settings.effective_database_url)
    installation = Installation(
        "one machine", str(folder), settings, database, CeleryProducer(settings), [machine], store_folder=store
    )
    try:
        with _running(installation):
            yield installation
    finally:
        drop_disk(data)
        drop_disk(store)


@contextmanager
def several_machines(folder: Path, ceph: "PrivateCeph") -> Iterator[Installation]:
    """Two machines with workers and one with portal and scheduler: PostgreSQL, a Valkey with a port, and S3."""
    # It comes with what the tests need; who only measures one machine does without.
    from bench.faults.servers import private_postgres  # noqa: PLC0415

    name = f"faults_{secrets.token_hex(6)}"
    with ExitStack() as stack:
        postgres = stack.enter_context(private_postgres())
        postgres.execute(f"CREATE DATABASE {name}")
        database_line = stack.enter_context(Line("127.0.0.1", postgres.port))
        store_line = stack.enter_context(Line("127.0.0.1", int(ceph.endpoint_url.rpartition(":")[2])))
        folder.mkdir(parents=True)
        broker = Broker(folder / "broker.log")
        broker.start()
        stack.callback(broker.kill)
        store = _bucket(name.replace("_", "-"), ceph.endpoint_url)
        port = free_port("127.0.0.1")
        settings = Settings(
            data_dir=folder / "bench",
            database_url=postgres.url(name),
            broker_url=broker.url,
            web=WebSettings(port=port),
            store=store,
        )
        _make_tables(settings)
        shared = {
            "PRESESSION_SECRET_KEY": secrets.token_hex(16),
            "PRESESSION_DATABASE_URL": postgres.url(name).replace(f":{postgres.port}/", f":{database_line.port}/"),
            "PRESESSION_BROKER_URL": broker.url,
            **_store_environment(store, f"http://127.0.0.1:{store_line.port}"),
        }
        installation = Installation(
            "several machines",
            str(folder),
            settings,
            Database(settings.effective_database_url),
            CeleryProducer(settings),
            [_machine(folder / place, shared, port, commands) for place, commands in _PLACES.items()],
            broker=broker,
            database_line=database_line,
            store_line=store_line,
        )
        for machine in installation.machines:
            stack.callback(drop_disk, machine.folder)
        with _running(installation):
            yield installation


_one_at_a_time = threading.Lock()


def _make_tables(settings: Settings) -> None:
    """Alembic keeps what it works on in a place that all threads share."""
    with _one_at_a_time:
        upgrade_schema(settings.effective_database_url)


_PLACES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "front": (("web",), ("scheduler",)),
    "first": (("worker",),),
    "second": (("worker",),),
}


def _machine(folder: Path, shared: Mapping[str, str], port: int, commands: Sequence[tuple[str, ...]]) -> Machine:
    make_disk(folder)
    return Machine(folder, {**_environment(folder, port), **shared}, commands)


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "PRESESSION_DATA_DIR": str(folder),
        "PRESESSION_WEB__PORT": str(port),
        "PRESESSION_MEDIA__RENDITIONS_FILE": str(LADDER),
    }


def _bucket(name: str, endpoint_url: str) -> StoreSettings:
    values: dict[str, Any] = {
        "kind": "s3",
        "bucket": name,
        "endpoint_url": endpoint_url,
        "access_key_id": ACCESS_KEY_ID,
        "secret_access_key": SECRET_ACCESS_KEY,
    }
    client = boto3.client(
        "s3",
        endpoint_url=endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=SECRET_ACCESS_KEY,
    )
    client.create_bucket(Bucket=name)
    return StoreSettings(**values)


def _store_environment(store: StoreSettings, endpoint_url: str) -> dict[str, str]:
    return {
        "PRESESSION_STORE__KIND": "s3",
        "PRESESSION_STORE__BUCKET": store.bucket,
        "PRESESSION_STORE__ENDPOINT_URL": endpoint_url,
        "PRESESSION_STORE__ACCESS_KEY_ID": ACCESS_KEY_ID,
        "PRESESSION_STORE__SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    }


@contextmanager
def _running(installation: Installation) -> Iterator[None]:
    try:
        installation.start()
        yield
    finally:
        installation.stop()
        installation.producer.close()
        installation.database.close()
        with suppress(AttributeError):
            installation.store.close()  # type: ignore[attr-defined]
