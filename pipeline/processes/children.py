"""Child processes from their start to their end: wrapped, in a session of their own, reaped once."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from pipeline.processes.confinement import Bounds, parent_bond
from pipeline.processes.ends import ProgramMissing

Child = subprocess.Popen[bytes]

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


def bonded(argv: Sequence[str], bounds: Bounds) -> list[str]:
    """A program's arguments behind those of the wrappers that bound it and end it with its parent."""
    bond = parent_bond(find_program("setpriv"), find_program("sh"))
    return [*bond, find_program("prlimit"), *bounds.as_arguments(), "--", find_program(argv[0]), *argv[1:]]


def spawn(
    command: Sequence[str],
    *,
    takes_input: bool = False,
    stdout: int | IO[bytes],
    stderr: int,
    cwd: Path | None,
    env: Mapping[str, str] | None,
) -> Child:
    """Start it as the leader of its own session and group, with stdin closed unless it is to be given something."""
    return subprocess.Popen(  # noqa: S603 - argument lists only, never a shell
        command,
        stdin=subprocess.PIPE if takes_input else subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        cwd=cwd,
        env=env,
        start_new_session=True,
    )


def has_ended(process: Child) -> bool:
    """Whether it has ended, leaving it unreaped so that its group id cannot be taken by another process."""
    if process.returncode is not None:
        return True
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def wait_unreaped(process: Child, seconds: float) -> None:
    """Wait until it has ended, at most so long, without reaping it."""
    until = time.monotonic() + seconds
    while not has_ended(process) and time.monotonic() < until:
        time.sleep(0.02)


def end_group(process: Child) -> None:
    """Kill whatever is left of the program's group; the program itself stays to be reaped."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def reap(process: Child) -> float:
    """Take the exit status; returns the CPU seconds that it and its own children used."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime
