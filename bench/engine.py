"""The engine by itself: records, a broker and workers whose steps do nothing, on either kind of set-up."""

import importlib.util
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from bench.faults.brokers import ValkeyBroker
from bench.faults.processes import below, read_processes
from bench.faults.waiting import wait_until
from config.settings import Settings
from pipeline.domain.jobs import OPEN_STATES, JobKind
from pipeline.processes import start_server
from pipeline.records.database import Database, upgrade_schema
from pipeline.records.tables import Job
from pipeline.services.jobs import queue_job, transaction
from workers.broker import start_broker
from workers.producer import CeleryProducer

_PATIENCE_SECONDS = 600.0
_TICKS = os.sysconf("SC_CLK_TCK")
_WARM_UP = 20


@dataclass
class Engine:
    """A running engine; its jobs are checks of recordings that do not exist."""

    database: Database
    producer: CeleryProducer
    worker_pid: int
    asked: int = 0

    def run(self, jobs: int) -> float:
        """Have so many jobs run; seconds from the first one's start to the last one's end."""
        first, now = self.asked + 1, datetime.now(UTC)
        self.asked += jobs
        with transaction(self.database, self.producer) as db:
            for subject_id in range(first, self.asked + 1):
                queue_job(db, JobKind.INTAKE, subject_id, now=now)
        wait_until(lambda: not self._open(), seconds=_PATIENCE_SECONDS, what="idle jobs to be done")
        ours = (Job.subject_id >= first, Job.subject_id <= self.asked)
        with self.database.read() as db:
            done = db.execute(select(Job.started_at, Job.finished_at).where(*ours)).all()
        begun = min(started for started, _ in done if started)
        return (max(finished for _, finished in done if finished) - begun).total_seconds()

    def cpu_seconds(self) -> float:
        """What the worker and its pool have used so far."""
        family = below(read_processes(), [self.worker_pid])
        return sum(_cpu_seconds(pid) for pid in family)

    def _open(self) -> int:
        with self.database.read() as db:
            return db.scalar(select(func.count()).select_from(Job).where(Job.state.in_(OPEN_STATES))) or 0


@contextmanager
def engine_on_one_machine(folder: Path, *, step_seconds: float, slots: int) -> Iterator[Engine]:
    """SQLite and the embedded broker."""
    settings = Settings(data_dir=folder)
    broker = start_broker(settings)
    try:
        with _working(settings, {}, step_seconds=step_seconds, slots=slots) as engine:
            yield engine
    finally:
        broker.stop(5)


def has_postgres() -> bool:
    """Whether a private PostgreSQL can be started here; it comes with what the tests need."""
    has_server = any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb") is not None
    return has_server and importlib.util.find_spec("pytest") is not None


@contextmanager
def engine_with_servers(folder: Path, *, step_seconds: float, slots: int) -> Iterator[Engine]:
    """PostgreSQL and a broker with a port."""
    from tests.fixtures.postgresql import PrivatePostgres  # noqa: PLC0415

    postgres = PrivatePostgres()
    name = f"engine_{secrets.token_hex(6)}"
    postgres.execute(f"CREATE DATABASE {name}")
    broker = ValkeyBroker(folder / "broker.log")
    broker.start()
    settings = Settings(data_dir=folder, database_url=postgres.url(name), broker_url=broker.url)
    servers = {"PRESESSION_DATABASE_URL": settings.database_url, "PRESESSION_BROKER_URL": settings.broker_url}
    try:
        with _working(settings, servers, step_seconds=step_seconds, slots=slots) as engine:
            yield engine
    finally:
        broker.kill()
        postgres.stop()


@contextmanager
def _working(settings: Settings, servers: Mapping[str, str], *, step_seconds: float, slots: int) -> Iterator[Engine]:
    upgrade_schema(settings.effective_database_url)
    environment = {**os.environ, **servers, "PRESESSION_DATA_DIR": str(settings.data_dir)}
    argv = [sys.executable, "-m", "bench.idle_worker", str(step_seconds), str(slots)]
    with ExitStack() as stack:
        database = Database(settings.effective_database_url)
        stack.callback(database.close)
        producer = CeleryProducer(settings)
        stack.callback(producer.close)
        worker = start_server(
            argv, env=environment, cwd=Path(__file__).parents[1], log_path=settings.data_dir / "worker.log"
        )
        stack.callback(worker.stop, 20)
        engine = Engine(database, producer, worker.pid)
        engine.run(slots if step_seconds else _WARM_UP)
        time.sleep(1.0)
        yield engine


def _cpu_seconds(pid: int) -> float:
    try:
        after = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(after[11]) + int(after[12])) / _TICKS
