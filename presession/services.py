"""The parts of a whole installation on one machine, each a process of its own, for the supervisor."""

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from config.settings import Settings
from pipeline.domain.jobs import Queue
from pipeline.processes import ServerProcess, start_server
from presession.supervisor import Part
from workers.broker import broker_answers, start_broker

_WORK: Mapping[Queue, str] = {
    Queue.INTERACTIVE: "short jobs",
    Queue.PACKAGING: "releases",
    Queue.CAPTIONS: "subtitles",
    Queue.ENCODE: "encodes",
}

_LARGEST_LOG_BYTES = 10 * 1024**2

_GRACE_SECONDS = 10.0
_HANDING_BACK_SECONDS = 20.0


def service_parts(settings: Settings) -> list[Part]:
    """Broker (when embedded), portal, a worker for each queue, scheduler; in order of starting."""
    parts = [_broker(settings)] if settings.uses_embedded_broker else []
    return [
        *parts,
        _command(settings, "portal", "web", is_ready=lambda: portal_answers(settings)),
        *worker_parts(settings),
        _command(settings, "scheduler", "scheduler"),
    ]


def worker_parts(settings: Settings, *, encodes: int | None = None, has_logs: bool = True) -> list[Part]:
    """A worker for each queue, so that short work never waits behind encodes; `encodes` run at the same time.

    Without logs of their own they write where this process does.
    """
    parts = []
    for queue, words in _WORK.items():
        options = ["--queue", queue.value]
        if queue is Queue.ENCODE and encodes:
            options += ["--concurrency", str(encodes)]
        parts.append(_command(settings, f"worker for {words}", "worker", *options, has_log=has_logs))
    return parts


def log_dir(settings: Settings) -> Path:
    """Where the parts write their logs."""
    return settings.data_dir / "logs"


def portal_answers(settings: Settings) -> bool:
    """Whether the portal of this machine answers."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.web.host, settings.web.host)  # noqa: S104 - not bound
    with closing(HTTPConnection(host, settings.web.port, timeout=5)) as line:
        try:
            line.request("GET", "/healthz")
            return line.getresponse().status == HTTPStatus.OK
        except (HTTPException, OSError):
            return False


def _broker(settings: Settings) -> Part:
    return Part(
        name="broker",
        start=lambda: start_broker(settings),
        is_ready=lambda: broker_answers(settings.broker_socket),
        log=str(log_dir(settings) / "valkey.log"),
        grace_seconds=_GRACE_SECONDS,
        is_base=True,
    )


def _command(
    settings: Settings,
    name: str,
    command: str,
    *options: str,
    is_ready: Callable[[], bool] = lambda: True,
    has_log: bool = True,
) -> Part:
    log = log_dir(settings) / f"{name.replace(' ', '-')}.log" if has_log else None
    # -P: a folder of the same name in the current directory must not be taken for the program.
    argv = [sys.executable, "-P", "-m", "presession", command, *options]
    return Part(
        name=name,
        start=lambda: _start(argv, _environment(settings), log),
        is_ready=is_ready,
        log=str(log or "this one"),
        grace_seconds=_grace_seconds(command, settings),
    )


def _grace_seconds(command: str, settings: Settings) -> float:
    """How long a part may take to end; a worker first drains, then hands back what it has not finished."""
    return settings.jobs.drain_seconds + _HANDING_BACK_SECONDS if command == "worker" else _GRACE_SECONDS


def _start(argv: list[str], environment: Mapping[str, str], log: Path | None) -> ServerProcess:
    if log is None:
        return start_server(argv, env=environment, keeps_output=True)
    if log.exists() and log.stat().st_size > _LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    return start_server(argv, env=environment, log_path=log)


def _environment(settings: Settings) -> dict[str, str]:
    """Ours, with what the command line decided."""
    chosen = {"PRESESSION_DATA_DIR": str(settings.data_dir), "PRESESSION_WEB__PORT": str(settings.web.port)}
    return {**os.environ, **chosen}
