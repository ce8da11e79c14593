"""Long-lived programs of our own: they live until they are stopped, or until the thread that started them ends."""

import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import DEVNULL, STDOUT, TimeoutExpired
from typing import IO

from pipeline.processes.children import Child, bonded, end_group, spawn, wait_unreaped
from pipeline.processes.confinement import Bounds


class ServerProcess:
    """A long-lived program of ours; lives until it is stopped, or until the thread that started it ends."""

    def __init__(self, process: Child) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Process id, also the id of its group."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Exit status once it has ended; negative for a signal."""
        return self._process.poll()

    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def wait(self, timeout_seconds: float | None = None) -> int | None:
        """Exit status, or None when it still runs after the time given."""
        with contextlib.suppress(TimeoutExpired):
            return self._process.wait(timeout_seconds)
        return None

    def stop(self, grace_seconds: float = 10.0) -> int:
        """Ask it to end (SIGTERM), then kill its whole group; returns its exit status.

        Only the first process is asked: servers that fork want to wind down their children themselves.
        """
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
            wait_unreaped(self._process, grace_seconds)
            end_group(self._process)
            self._process.wait()
        return self._process.returncode


def start_server(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    log_path: Path | None = None,
    keeps_output: bool = False,
) -> ServerProcess:
    """Start a program that stays; its output is appended to `log_path`, goes where ours does, or is thrown away.

    Call it from a thread that outlives the server. Raises `ProgramMissing`.
    """
    with contextlib.ExitStack() as stack:
        log: int | IO[bytes] = sys.stderr.fileno() if keeps_output else DEVNULL
        if log_path is not None:
            log_path.parent.mkdir(parents=True, exist_ok=True)
            log = stack.enter_context(log_path.open("ab"))
        process = spawn(bonded(argv, Bounds()), stdout=log, stderr=STDOUT, cwd=cwd, env=env)
    return ServerProcess(process)
