"""The two kinds of installation: one machine with all parts, and several that share database, broker and store."""

import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from bench.faults.brokers import BrokerKind, make_broker
from bench.faults.disks import drop_disk, make_disk
from bench.faults.installations import Installation, Machine, running
from bench.faults.lines import Line
from config.settings import Settings, StoreSettings, WebSettings
from pipeline.records.database import Database, upgrade_schema
from presession.ports import free_port
from tests.fixtures.ceph import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from workers.producer import CeleryProducer

if TYPE_CHECKING:
    from tests.fixtures.ceph import PrivateCeph

LADDER = Path(__file__).parent / "renditions.toml"


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
        with running(installation):
            yield installation
    finally:
        drop_disk(data)
        drop_disk(store)


@contextmanager
def several_machines(
    folder: Path, ceph: "PrivateCeph", broker_kind: BrokerKind = BrokerKind.VALKEY
) -> Iterator[Installation]:
    """Two machines with workers and one with portal and scheduler: PostgreSQL, a broker with a port, and S3."""
    # It comes with what the tests need; who only measures one machine does without.
    from bench.faults.servers import private_postgres  # noqa: PLC0415

    folder.mkdir(parents=True)
    with ExitStack() as stack:
        postgres = stack.enter_context(private_postgres())
        database_line = stack.enter_context(Line("127.0.0.1", postgres.port))
        store_line = stack.enter_context(Line("127.0.0.1", _port_of(ceph.endpoint_url)))
        broker = make_broker(broker_kind, folder / "broker.log")
        broker.start()
        stack.callback(broker.stop)
        settings = Settings(
            data_dir=folder / "bench",
            database_url=postgres.url("postgres"),
            broker_url=broker.url,
            web=WebSettings(port=free_port("127.0.0.1")),
            store=make_bucket(ceph.endpoint_url),
        )
        _make_tables(settings)
        shared = _shared_environment(settings, database_port=database_line.port, store_port=store_line.port)
        machines = [_machine(folder / place, shared, settings, commands) for place, commands in _PLACES.items()]
        for machine in machines:
            stack.callback(drop_disk, machine.folder)
        database, producer = Database(settings.effective_database_url), CeleryProducer(settings)
        installation = Installation("several machines", str(folder), settings, database, producer, machines)
        installation.broker, installation.database_line, installation.store_line = broker, database_line, store_line
        with running(installation):
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


def _machine(
    folder: Path, shared: Mapping[str, str], settings: Settings, commands: Sequence[tuple[str, ...]]
) -> Machine:
    make_disk(folder)
    return Machine(folder, {**_environment(folder, settings.web.port), **shared}, commands)


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "PRESESSION_DATA_DIR": str(folder),
        "PRESESSION_WEB__PORT": str(port),
        "PRESESSION_MEDIA__RENDITIONS_FILE": str(LADDER),
    }


def _shared_environment(settings: Settings, *, database_port: int, store_port: int) -> dict[str, str]:
    """What all machines are told; database and store are reached over lines that can be cut."""
    own_port = make_url(settings.database_url).port
    return {
        "PRESESSION_SECRET_KEY": secrets.token_hex(16),
        "PRESESSION_DATABASE_URL": settings.database_url.replace(f":{own_port}/", f":{database_port}/"),
        "PRESESSION_BROKER_URL": settings.broker_url,
        "PRESESSION_STORE__KIND": "s3",
        "PRESESSION_STORE__BUCKET": settings.store.bucket,
        "PRESESSION_STORE__ENDPOINT_URL": f"http://127.0.0.1:{store_port}",
        "PRESESSION_STORE__ACCESS_KEY_ID": ACCESS_KEY_ID,
        "PRESESSION_STORE__SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    }


def _port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


def make_bucket(endpoint_url: str) -> StoreSettings:
    """An empty bucket, as settings."""
    name = f"faults-{secrets.token_hex(6)}"
    client = boto3.client(
        "s3",
        endpoint_url=endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=SECRET_ACCESS_KEY,
    )
    client.create_bucket(Bucket=name)
    client.close()
    secret = SecretStr(SECRET_ACCESS_KEY)
    return StoreSettings(
        kind="s3", bucket=name, endpoint_url=endpoint_url, access_key_id=ACCESS_KEY_ID, secret_access_key=secret
    )
