"""Bounded runs: a program is run to its end, read wholly, and leaves nothing behind."""

import functools
import math
import os
import selectors
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE

from pipeline.processes.children import Child, bonded, end_group, find_program, has_ended, reap, spawn
from pipeline.processes.confinement import Bounds, clean_environment, network_cut, yield_to_others
from pipeline.processes.ends import ProgramFlooded, ProgramResult, Watch, refuse_unfinished
from pipeline.processes.input import Input
from pipeline.processes.output import ByteReader, LineReader, Output

STDOUT_LIMIT_BYTES = 64 * 1024**2
STDERR_TAIL_BYTES = 16 * 1024
_CHUNK_BYTES = 64 * 1024
_OPEN_FILES = 256
_TICK_SECONDS = 0.2
_DRAIN_SECONDS = 2.0
_TRIAL_SECONDS = 20.0

_running: set[Child] = set()
_running_lock = threading.Lock()


@functools.cache
def offline_wrapper() -> tuple[str, ...]:
    """Arguments before a program that take its network away; empty where the system does not allow it.

    Found out once, by trying: what a container or a hardened kernel allows is written nowhere.
    """
    if not shutil.which("unshare"):
        return ()
    wrapper = network_cut(find_program("unshare"))
    command = [*wrapper, *bonded(["readlink", "/proc/self/ns/net"], Bounds())]
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
    stdin: Iterable[bytes] | None = None,
    on_stdout_line: LineReader | None = None,
    on_stdout_bytes: ByteReader | None = None,
    on_stderr_line: LineReader | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    has_network: bool = False,
) -> ProgramResult:
    """Run a program to its end in the calling thread, reading all it says.

    `stall_seconds` bounds silence on both pipes, `memory_bytes` the address space, `file_bytes` each file that it
    writes; CPU time is bounded behind the deadline. Pieces of `stdin` are asked for as the program takes them.
    `env` comes on top of a clean environment; `has_network` is for programs of the operator's own. Line readers get
    text without its line end (`\\r` ends a line too), a reader of bytes gets stdout as it comes.
    A non-zero exit is a result, not an error. Whatever happens (deadline, stall, an exception in a reader, Ctrl-C),
    no process of the program's group is left behind.
    Raises `ProgramMissing`, `ProgramNotStarted`, `ProgramTimedOut`, `ProgramStalled`, `ProgramFlooded`.
    """
    cpu_seconds = math.ceil(deadline_seconds) * (os.cpu_count() or 1) + 1
    bounds = Bounds(memory_bytes, cpu_seconds, file_bytes, _OPEN_FILES)
    result = _run_wrapped(
        [*(() if has_network else offline_wrapper()), *bonded(argv, bounds)],
        watch=Watch(Path(argv[0]).name, deadline_seconds, stall_seconds),
        readers=(on_stdout_line, on_stderr_line),
        takes_bytes=on_stdout_bytes,
        niceness=niceness,
        stdin=stdin,
        cwd=cwd,
        env=env,
    )
    refuse_unfinished(result, Path(argv[0]).name, bounds)
    return result


def _run_wrapped(
    command: Sequence[str],
    *,
    watch: Watch,
    readers: tuple[LineReader | None, LineReader | None] = (None, None),
    takes_bytes: ByteReader | None = None,
    niceness: int = 0,
    stdin: Iterable[bytes] | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> ProgramResult:
    environment = clean_environment(env)
    process = spawn(command, takes_input=stdin is not None, stdout=PIPE, stderr=PIPE, cwd=cwd, env=environment)
    assert process.stdout is not None and process.stderr is not None  # noqa: S101 - asked for above
    out = Output(process.stdout, readers[0], STDOUT_LIMIT_BYTES, takes_bytes=takes_bytes)
    err = Output(process.stderr, readers[1], STDERR_TAIL_BYTES, keeps_tail=True)
    given = Input(process.stdin, stdin) if process.stdin and stdin is not None else None
    try:
        with _known(process):
            yield_to_others(process.pid, niceness)
            _drain(process, (out, err), given, watch)
    finally:
        end_group(process)
        cpu_seconds = reap(process)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                pipe.close()
    return ProgramResult(
        process.returncode,
        out.kept(),
        err.kept().decode("utf-8", "replace"),
        time.monotonic() - watch.started,
        cpu_seconds,
        out.is_silent and err.is_silent,
    )


def end_programs() -> None:
    """Kill every program that a thread of this process runs now; their runs end as if somebody outside had done it."""
    with _running_lock:
        for process in _running:
            end_group(process)


@contextmanager
def _known(process: Child) -> Iterator[None]:
    """While it is known it is not reaped, so that its number cannot be that of another process."""
    with _running_lock:
        _running.add(process)
    try:
        yield
    finally:
        with _running_lock:
            _running.discard(process)


def _drain(process: Child, pipes: tuple[Output, ...], given: Input | None, watch: Watch) -> None:
    """Read both pipes until they close, or until shortly after the program itself has ended; give it its input."""
    drained_by: float | None = None
    with selectors.DefaultSelector() as selector:
        for pipe in pipes:
            os.set_blocking(pipe.stream.fileno(), False)
            selector.register(pipe.stream, selectors.EVENT_READ, pipe)
        if given:
            os.set_blocking(given.stream.fileno(), False)
            selector.register(given.stream, selectors.EVENT_WRITE, given)
        while selector.get_map():
            for key, _ in selector.select(_TICK_SECONDS):
                watch.heard_at = time.monotonic()
                if not (key.data.give() if isinstance(key.data, Input) else _take(key.fd, key.data)):
                    selector.unregister(key.fileobj)
                    key.data.stream.close()
            watch.check()
            # A grandchild may hold the pipes open after the program itself has ended.
            if drained_by is None and has_ended(process):
                drained_by = time.monotonic() + _DRAIN_SECONDS
            if drained_by is not None and time.monotonic() > drained_by:
                return
    while not has_ended(process):
        watch.check()
        time.sleep(0.01)


def _take(descriptor: int, output: Output) -> bool:
    """Whether there is more to come."""
    chunk = os.read(descriptor, _CHUNK_BYTES)
    if not chunk:
        output.finish()
        return False
    output.take(chunk)
    if output.is_flooded:
        raise ProgramFlooded(f"A program wrote more than {STDOUT_LIMIT_BYTES // 1024**2} MB and was stopped.")
    return True
