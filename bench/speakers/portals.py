"""A portal as `presession web` serves it: killed and started again on the same address, its memory looked at."""

import contextlib
import os
import secrets
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.faults.processes import below, read_processes
from bench.faults.waiting import wait_until
from bench.stage import Stage
from config.settings import Settings, WebSettings
from pipeline.processes import ServerProcess, start_server
from pipeline.records.database import Database, upgrade_schema
from pipeline.storage.opening import open_store
from presession.ports import free_port
from presession.services import portal_answers
from workers.broker import start_broker

_READY_SECONDS = 120
_HOST = "127.0.0.1"


class BenchPortal:
    """One portal over a data folder. Start it from the main thread: it ends with the thread that started it."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self.settings = settings
        self.database = Database(settings.effective_database_url)
        self.store = open_store(**settings.store_values)
        self._environment = {**os.environ, **environment}
        self._server: ServerProcess | None = None

    @property
    def port(self) -> int:
        """Where it listens, on this machine alone."""
        return self.settings.web.port

    @property
    def url(self) -> str:
        """Address without a final slash."""
        return f"http://{_HOST}:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        argv = [sys.executable, "-P", "-m", "presession", "web"]
        self._server = start_server(
            argv, env=self._environment, log_path=self.settings.data_dir / "logs" / "portal.log"
        )
        wait_until(lambda: portal_answers(self.settings), seconds=_READY_SECONDS, what="the portal to answer")

    def kill(self) -> None:
        """End all its processes at once, as a power cut would."""
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.stop()

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        if self._server is not None:
            self._server.stop()

    def pids(self) -> list[int]:
        """Its processes: gunicorn's master and worker."""
        return list(below(read_processes(), [self._server.pid])) if self._server else []


@contextmanager
def open_portal(stage: Stage) -> Iterator[BenchPortal]:
    """A portal with an empty database: SQLite and a folder, or PostgreSQL and S3 where the stage says so."""
    with _with_servers(stage.fresh("portal")) if stage.has_servers else _alone(stage.fresh("portal")) as portal:
        yield portal


@contextmanager
def _alone(folder: Path) -> Iterator[BenchPortal]:
    with _running(Settings(data_dir=folder, web=_web()), {}) as portal:
        yield portal


@contextmanager
def _with_servers(folder: Path) -> Iterator[BenchPortal]:
    # They come with what the tests need.
    from bench.faults.servers import private_ceph, private_postgres  # noqa: PLC0415
    from bench.faults.setups import make_bucket  # noqa: PLC0415

    with private_postgres() as postgres, private_ceph() as ceph:
        name = f"uploads_{secrets.token_hex(6)}"
        postgres.execute(f"CREATE DATABASE {name}")
        store = make_bucket(ceph.endpoint_url)
        settings = Settings(data_dir=folder, database_url=postgres.url(name), web=_web(), store=store)
        environment = {
            "PRESESSION_DATABASE_URL": settings.database_url,
            **{f"PRESESSION_STORE__{key.upper()}": value for key, value in _plain(settings.store_values).items()},
        }
        with _running(settings, environment) as portal:
            yield portal


@contextmanager
def _running(settings: Settings, environment: Mapping[str, str]) -> Iterator[BenchPortal]:
    chosen = {"PRESESSION_DATA_DIR": str(settings.data_dir), "PRESESSION_WEB__PORT": str(settings.web.port)}
    upgrade_schema(settings.effective_database_url)
    with ExitStack() as stack:
        stack.callback(start_broker(settings).stop, 5)
        portal = BenchPortal(settings, {**chosen, **environment})
        stack.callback(portal.database.close)
        stack.callback(portal.stop)
        portal.start()
        yield portal


def _web() -> WebSettings:
    return WebSettings(port=free_port(_HOST))


def _plain(values: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value and name != "folder"}
