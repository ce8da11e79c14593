"""The parts of a whole installation on one machine, each a process of its own, for the supervisor."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

from config.settings import Settings
from pipeline.domain.jobs import Queue
from pipeline.processes import ServerProcess, start_server
from presession.supervisor import Part
from workers.broker import broker_answers, start_broker

_WORK: Mapping[Queue, str] = {
    Queue.INTERACTIVE: "short jobs",
    Queue.PACKAGING: "releases",
    Queue.ENCODE: "encodes",
}

_LARGEST_LOG_BYTES = 10 * 1024**2

_GRACE_SECONDS = {"portal": 10.0, "worker": 20.0, "scheduler": 10.0, "broker": 5.0}


def service_parts(settings: Settings) -> list[Part]:
    """Broker (when embedded), portal, a worker for each queue, scheduler; in order of starting."""
    parts = [_broker(settings)] if settings.uses_embedded_broker else []
    return [
        *parts,
        _command(settings, "portal", "web", is_ready=lambda: portal_answers(settings)),
        *worker_parts(settings),
        _command(settings, "scheduler", "scheduler"),
    ]


def worker_parts(settings: Settings) -> list[Part]:
    """A worker for each queue, so that short work never waits behind encodes."""
    return [
        _command(settings, f"worker for {words}", "worker", "--queue", queue.value) for queue, words in _WORK.items()
    ]


def log_dir(settings: Settings) -> Path:
    """Where the parts write their logs."""
    return settings.data_dir / "logs"


def portal_answers(settings: Settings) -> bool:
    """Whether the portal of this machine answers."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.web.host, settings.web.host)  # noqa: S104 - not bound
    address = f"http://[{host}]:{settings.web.port}" if ":" in host else f"http://{host}:{settings.web.port}"
    try:
        return httpx.get(f"{address}/healthz", timeout=5, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _broker(settings: Settings) -> Part:
    return Part(
        name="broker",
        start=lambda: start_broker(settings),
        is_ready=lambda: broker_answers(settings.broker_socket),
        log=str(log_dir(settings) / "valkey.log"),
        grace_seconds=_GRACE_SECONDS["broker"],
    )


def _command(
    settings: Settings, name: str, command: str, *options: str, is_ready: Callable[[], bool] = lambda: True
) -> Part:
    log = log_dir(settings) / f"{name.replace(' ', '-')}.log"
    # -P: a folder of the same name in the current directory must not be taken for the program.
    argv = [sys.executable, "-P", "-m", "presession", command, *options]
    return Part(
        name=name,
        start=lambda: _start(argv, _environment(settings), log),
        is_ready=is_ready,
        log=str(log),
        grace_seconds=_GRACE_SECONDS.get(command, _GRACE_SECONDS["portal"]),
    )


def _start(argv: list[str], environment: Mapping[str, str], log: Path) -> ServerProcess:
    if log.exists() and log.stat().st_size > _LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    return start_server(argv, env=environment, log_path=log)


def _environment(settings: Settings) -> dict[str, str]:
    """Ours, with what the command line decided."""
    chosen = {"PRESESSION_DATA_DIR": str(settings.data_dir), "PRESESSION_WEB__PORT": str(settings.web.port)}
    return {**os.environ, **chosen}
