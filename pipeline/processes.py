"""The only door to other programs: bounded runs that end with their parent, and long-lived servers of our own.

Every child gets its own session (so that a whole tree can be killed), a closed stdin, no core files, and dies
with the thread that started it, even when that is killed with `kill -9`. util-linux' `setpriv` and `prlimit`
set this up between fork and exec, which is safe in a program with threads.
"""

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipeline.domain.errors import FinalError, RetryableError

LineReader = Callable[[str], None]

STDOUT_LIMIT_BYTES = 64 * 1024**2
STDERR_TAIL_BYTES = 16 * 1024
LINE_LIMIT_BYTES = 64 * 1024
_CHUNK_BYTES = 64 * 1024
_TICK_SECONDS = 0.2
_DRAIN_SECONDS = 2.0

_PACKAGES = {
    "ffmpeg": "ffmpeg",
    "ffprobe": "ffmpeg",
    "espeak-ng": "espeak-ng",
    "setpriv": "util-linux",
    "prlimit": "util-linux",
}


class ProgramMissing(FinalError):
    """A program that we need is not installed, or a setting names one that is not there."""


class ProgramTimedOut(RetryableError):
    """A program did not end before its deadline and was killed."""


class ProgramStalled(RetryableError):
    """A program said nothing for too long and was killed."""


class ProgramFlooded(FinalError):
    """A program wrote more than anybody asked for and was killed."""


@dataclass(frozen=True)
class ProgramResult:
    """How a program ended. `returncode` is negative for a signal, `stderr_tail` holds its last words.

    `stdout` is empty when its lines went to a reader.
    """

    returncode: int
    stdout: bytes
    stderr_tail: str
    seconds: float

    @property
    def was_killed(self) -> bool:
        """Whether somebody outside ended it: an operator, or the kernel when memory ran out."""
        return self.returncode in (-signal.SIGKILL, -signal.SIGTERM)

    @property
    def last_words(self) -> str:
        """The last line of stderr in printable characters, at most 300; for messages to operators."""
        lines = [line for line in self.stderr_tail.splitlines() if line.strip()]
        return "".join(c if c.isprintable() else "?" for c in (lines[-1] if lines else ""))[:300]


def find_program(name: str) -> str:
    """Absolute path of a program; raises `ProgramMissing` with what to install."""
    found = shutil.which(name)
    if found:
        return found
    package = _PACKAGES.get(Path(name).name)
    advice = f" Install it: apt-get install {package}." if package else " Check the setting that names it."
    raise ProgramMissing(f"The program “{name}” was not found.{advice}")


def run_program(
    argv: Sequence[str],
    *,
    deadline_seconds: float,
    stall_seconds: float | None = None,
    memory_bytes: int | None = None,
    on_stdout_line: LineReader | None = None,
    on_stderr_line: LineReader | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> ProgramResult:
    """Run a program to its end in the calling thread, reading all it says.

    `stall_seconds` bounds silence on both pipes, `memory_bytes` the address space. Line readers get text without
    its line end (`\\r` ends a line too). A non-zero exit is a result, not an error. Whatever happens (deadline,
    stall, an exception in a reader, Ctrl-C), no process of the program's group is left behind.
    Raises `ProgramMissing`, `ProgramTimedOut`, `ProgramStalled`, `ProgramFlooded`.
    """
    started = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 - argument lists only, never a shell
        _wrapped(argv, memory_bytes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=env,
        start_new_session=True,
    )
    assert process.stdout is not None and process.stderr is not None  # noqa: S101 - asked for above
    out = _Pipe(process.stdout, on_stdout_line, STDOUT_LIMIT_BYTES)
    err = _Pipe(process.stderr, on_stderr_line, STDERR_TAIL_BYTES, keeps_tail=True)
    watch = _Watch(Path(argv[0]).name, started, deadline_seconds, stall_seconds)
    try:
        _drain(process, (out, err), watch)
    finally:
        _end_group(process)
        out.stream.close()
        err.stream.close()
    return ProgramResult(
        process.returncode, out.kept(), err.kept().decode("utf-8", "replace"), time.monotonic() - started
    )


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
            _wrapped(argv, None),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=env,
            start_new_session=True,
        )
    return ServerProcess(process)


def _wrapped(argv: Sequence[str], memory_bytes: int | None) -> list[str]:
    limits = ["--core=0:0"]
    if memory_bytes is not None:
        limits.append(f"--as={memory_bytes}:{memory_bytes}")
    # fmt: off
    return [
        find_program("setpriv"), "--pdeathsig", "KILL", "--",
        find_program("prlimit"), *limits, "--",
        find_program(argv[0]), *argv[1:],
    ]
    # fmt: on


class _Pipe:
    """One output of a program: cut into lines for a reader, or kept within a limit."""

    def __init__(self, stream: IO[bytes], reader: LineReader | None, limit: int, *, keeps_tail: bool = False) -> None:
        self.stream = stream
        self._reader = reader
        self._limit = limit
        self._keeps_tail = keeps_tail
        self._line = b""
        self._chunks: deque[bytes] = deque()
        self._size = 0

    def take(self, chunk: bytes) -> None:
        """Use what was read."""
        if self._reader is not None:
            self._cut_lines(chunk)
        if self._reader is None or self._keeps_tail:
            self._keep(chunk)

    def finish(self) -> None:
        """Give the reader a last line that has no end."""
        if self._reader is not None and self._line:
            self._reader(self._line.decode("utf-8", "replace"))
            self._line = b""

    def kept(self) -> bytes:
        """What was kept: all, or the tail."""
        data = b"".join(self._chunks)
        return data[-self._limit :] if self._keeps_tail else data

    def _cut_lines(self, chunk: bytes) -> None:
        assert self._reader is not None  # noqa: S101
        *lines, rest = (self._line + chunk).replace(b"\r", b"\n").split(b"\n")
        # A program that writes bytes without line ends must not grow our memory.
        self._line = rest[:LINE_LIMIT_BYTES]
        for line in lines:
            if line:
                self._reader(line[:LINE_LIMIT_BYTES].decode("utf-8", "replace"))

    def _keep(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._keeps_tail:
            while self._size - len(self._chunks[0]) >= self._limit:
                self._size -= len(self._chunks.popleft())
        elif self._size > self._limit:
            raise ProgramFlooded(f"A program wrote more than {self._limit // 1024**2} MB and was stopped.")


class _Watch:
    """The clock of one run."""

    def __init__(self, name: str, started: float, deadline_seconds: float, stall_seconds: float | None) -> None:
        self._name = name
        self._deadline_seconds = deadline_seconds
        self._deadline = started + deadline_seconds
        self._stall_seconds = stall_seconds
        self.heard_at = started

    def check(self) -> None:
        """Raise when the deadline is over or nothing was heard for too long."""
        now = time.monotonic()
        if now > self._deadline:
            raise ProgramTimedOut(
                f"{self._name} was not done after {self._deadline_seconds:.0f} s and was stopped. "
                "The machine may be overloaded; the job can be tried again."
            )
        if self._stall_seconds is not None and now > self.heard_at + self._stall_seconds:
            raise ProgramStalled(
                f"{self._name} made no progress for {self._stall_seconds:.0f} s and was stopped. "
                "The job can be tried again."
            )


def _drain(process: "subprocess.Popen[bytes]", pipes: tuple[_Pipe, ...], watch: _Watch) -> None:
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
    """Kill whatever is left of the program's group, then reap the program."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
