"""The only door to other programs: bounded runs that end with their parent, and long-lived servers of our own.

Every child gets its own session (so that a whole tree can be killed), a closed stdin, no core files, and dies
with the thread that started it, even when that is killed with `kill -9`. A bounded run moreover has limits, nothing
of our environment, and no network where the system allows that; `confinement` says how.
"""

import contextlib
import functools
import math
import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from pipeline.confinement import Bounds, clean_environment, network_cut, parent_bond, yield_to_others
from pipeline.program_ends import (
    ProgramFlooded,
    ProgramMissing,
    ProgramNotStarted,
    ProgramResult,
    ProgramStalled,
    ProgramTimedOut,
    Watch,
    refuse_unfinished,
)
from pipeline.program_output import LineReader, Output

__all__ = [
    "ProgramFlooded",
    "ProgramMissing",
    "ProgramNotStarted",
    "ProgramResult",
    "ProgramStalled",
    "ProgramTimedOut",
    "ServerProcess",
    "find_program",
    "offline_wrapper",
    "run_program",
    "start_server",
]

STDOUT_LIMIT_BYTES = 64 * 1024**2
STDERR_TAIL_BYTES = 16 * 1024
_CHUNK_BYTES = 64 * 1024
_OPEN_FILES = 256
_TICK_SECONDS = 0.2
_DRAIN_SECONDS = 2.0
_TRIAL_SECONDS = 20.0

_PACKAGES = {
    "ffmpeg": "ffmpeg",
    "ffprobe": "ffmpeg",
    "espeak-ng": "espeak-ng",
    "setpriv": "util-linux",
    "prlimit": "util-linux",
    "unshare": "util-linux",
}


def find_program(name: str) -> str:
    """Absolute path of a program; raises `ProgramMissing` with what to install."""
    found = shutil.which(name)
    if found:
        return found
    package = _PACKAGES.get(Path(name).name)
    advice = f" Install it: apt-get install {package}." if package else " Check the setting that names it."
    raise ProgramMissing(f"The program “{name}” was not found.{advice}")


@functools.cache
def offline_wrapper() -> tuple[str, ...]:
    """Arguments before a program that take its network away; empty where the system does not allow it.

    Found out once, by trying: what a container or a hardened kernel allows is written nowhere.
    """
    if not shutil.which("unshare"):
        return ()
    wrapper = network_cut(find_program("unshare"))
    command = [*wrapper, *_bonded(["readlink", "/proc/self/ns/net"], Bounds())]
    trial = _run_wrapped(command, watch=Watch("readlink", _TRIAL_SECONDS))
    is_ours = trial.stdout.decode().strip() == str(Path("/proc/self/ns/net").readlink())
    return () if trial.returncode != 0 or is_ours else tuple(wrapper)


def run_program(
    argv: Sequence[str],
    *,
    deadline_seconds: float,
    stall_seconds: float | None = None,
    memory_bytes: int | None = None,
    file_bytes: int | None = None,
    niceness: int = 0,
    on_stdout_line: LineReader | None = None,
    on_stderr_line: LineReader | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> ProgramResult:
    """Run a program to its end in the calling thread, reading all it says.

    `stall_seconds` bounds silence on both pipes, `memory_bytes` the address space, `file_bytes` each file that it
    writes; CPU time is bounded behind the deadline. `env` comes on top of a clean environment. Line readers get text
    without its line end (`\\r` ends a line too). A non-zero exit is a result, not an error. Whatever happens
    (deadline, stall, an exception in a reader, Ctrl-C), no process of the program's group is left behind.
    Raises `ProgramMissing`, `ProgramNotStarted`, `ProgramTimedOut`, `ProgramStalled`, `ProgramFlooded`.
    """
    cpu_seconds = math.ceil(deadline_seconds) * (os.cpu_count() or 1) + 1
    bounds = Bounds(memory_bytes, cpu_seconds, file_bytes, _OPEN_FILES)
    result = _run_wrapped(
        [*offline_wrapper(), *_bonded(argv, bounds)],
        watch=Watch(Path(argv[0]).name, deadline_seconds, stall_seconds),
        readers=(on_stdout_line, on_stderr_line),
        niceness=niceness,
        cwd=cwd,
        env=env,
    )
    refuse_unfinished(result, Path(argv[0]).name, bounds)
    return result


class ServerProcess:
    """A long-lived program of ours; lives until it is stopped, or until the thread that started it ends."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
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
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(timeout_seconds)
        return None

    def stop(self, grace_seconds: float = 10.0) -> int:
        """Ask it to end (SIGTERM), then kill its whole group; returns its exit status.

        Only the first process is asked: servers that fork want to wind down their children themselves.
        """
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
            _wait_unreaped(self._process, grace_seconds)
            _end_group(self._process)
            self._process.wait()
        return self._process.returncode


def start_server(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    log_path: Path | None = None,
) -> ServerProcess:
    """Start a program that stays; its output is appended to `log_path` or thrown away.

    Call it from a thread that outlives the server. Raises `ProgramMissing`.
    """
    with contextlib.ExitStack() as stack:
        log: int | IO[bytes] = subprocess.DEVNULL
        if log_path is not None:
            log_path.parent.mkdir(parents=True, exist_ok=True)
            log = stack.enter_context(log_path.open("ab"))
        process = subprocess.Popen(  # noqa: S603 - argument lists only, never a shell
            _bonded(argv, Bounds()),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            start_new_session=True,
        )
    return ServerProcess(process)


def _run_wrapped(
    command: Sequence[str],
    *,
    watch: Watch,
    readers: tuple[LineReader | None, LineReader | None] = (None, None),
    niceness: int = 0,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> ProgramResult:
    process = subprocess.Popen(  # noqa: S603 - argument lists only, never a shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=clean_environment(env),
        start_new_session=True,
    )
    assert process.stdout is not None and process.stderr is not None  # noqa: S101 - asked for above
    out = Output(process.stdout, readers[0], STDOUT_LIMIT_BYTES)
    err = Output(process.stderr, readers[1], STDERR_TAIL_BYTES, keeps_tail=True)
    try:
        yield_to_others(process.pid, niceness)
        _drain(process, (out, err), watch)
    finally:
        _end_group(process)
        cpu_seconds = _reap(process)
        out.stream.close()
        err.stream.close()
    return ProgramResult(
        process.returncode,
        out.kept(),
        err.kept().decode("utf-8", "replace"),
        time.monotonic() - watch.started,
        cpu_seconds,
    )


def _bonded(argv: Sequence[str], bounds: Bounds) -> list[str]:
    bond = parent_bond(find_program("setpriv"), find_program("sh"))
    return [*bond, find_program("prlimit"), *bounds.as_arguments(), "--", find_program(argv[0]), *argv[1:]]


def _drain(process: "subprocess.Popen[bytes]", pipes: tuple[Output, ...], watch: Watch) -> None:
    """Read both pipes until they close, or until shortly after the program itself has ended."""
    drained_by: float | None = None
    with selectors.DefaultSelector() as selector:
        for pipe in pipes:
            os.set_blocking(pipe.stream.fileno(), False)
            selector.register(pipe.stream, selectors.EVENT_READ, pipe)
        while selector.get_map():
            for key, _ in selector.select(_TICK_SECONDS):
                chunk = os.read(key.fd, _CHUNK_BYTES)
                watch.heard_at = time.monotonic()
                if chunk:
                    key.data.take(chunk)
                    _refuse_flood(key.data)
                else:
                    selector.unregister(key.fileobj)
                    key.data.finish()
            watch.check()
            # A grandchild may hold the pipes open after the program itself has ended.
            if drained_by is None and _has_ended(process):
                drained_by = time.monotonic() + _DRAIN_SECONDS
            if drained_by is not None and time.monotonic() > drained_by:
                return
    while not _has_ended(process):
        watch.check()
        time.sleep(0.01)


def _refuse_flood(output: Output) -> None:
    if output.is_flooded:
        raise ProgramFlooded(f"A program wrote more than {STDOUT_LIMIT_BYTES // 1024**2} MB and was stopped.")


def _has_ended(process: "subprocess.Popen[bytes]") -> bool:
    """Whether it has ended, leaving it unreaped so that its group id cannot be taken by another process."""
    if process.returncode is not None:
        return True
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def _wait_unreaped(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    until = time.monotonic() + seconds
    while not _has_ended(process) and time.monotonic() < until:
        time.sleep(0.02)


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """Kill whatever is left of the program's group; the program itself stays to be reaped."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _reap(process: "subprocess.Popen[bytes]") -> float:
    """Take the exit status; returns the CPU seconds that it and its own children used."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime
