"""How a program is confined before its first instruction: bounds, a clean environment, no network, its parent's fate.

util-linux' `unshare`, `setpriv` and `prlimit` set this up between fork and exec, which is safe in a program with
threads. Each replaces itself by the next, so that the process that we started is in the end the program itself.
"""

import contextlib
import os
import resource
from collections.abc import Mapping
from dataclasses import dataclass

_WRAPPERS = ("unshare", "setpriv", "sh", "prlimit")

# A parent that was killed before `setpriv` ran is no longer there to send its signal.
_STILL_OURS = '[ "$PPID" = "$0" ] && exec "$@"'

_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")


@dataclass(frozen=True)
class Bounds:
    """What one process may take; None: as much as we may. A program that has no use for files may open few."""

    memory_bytes: int | None = None
    cpu_seconds: int | None = None
    file_bytes: int | None = None
    open_files: int | None = None

    def as_arguments(self) -> list[str]:
        """Options of `prlimit`; no process leaves a core file, which would hold somebody's recording."""
        wanted = (
            ("as", resource.RLIMIT_AS, self.memory_bytes),
            ("cpu", resource.RLIMIT_CPU, self.cpu_seconds),
            ("fsize", resource.RLIMIT_FSIZE, self.file_bytes),
            ("nofile", resource.RLIMIT_NOFILE, self.open_files),
        )
        return ["--core=0:0", *(_limit(name, kind, most) for name, kind, most in wanted if most is not None)]


def _limit(name: str, kind: int, most: int) -> str:
    """Nobody but root may raise a limit that this process was started with."""
    hard = resource.getrlimit(kind)[1]
    lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
    return f"--{name}={lowest}:{lowest}"


def network_cut(unshare: str) -> list[str]:
    """Arguments that start a program in a network namespace of its own, where not even the loopback answers.

    Who is not root needs a user namespace for it; in there a process keeps its user, groups and rights to files.
    """
    privilege = [] if os.geteuid() == 0 else ["--user", "--map-current-user"]
    return [unshare, *privilege, "--net", "--"]


def parent_bond(setpriv: str, shell: str) -> list[str]:
    """Arguments that make a program die with the thread that starts it, whenever that happens."""
    return [setpriv, "--pdeathsig", "KILL", "--", shell, "-c", _STILL_OURS, str(os.getpid())]


def clean_environment(additions: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a program must know to run; our settings and secrets stay here, and messages come in one language."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", **(additions or {})}


def yield_to_others(pid: int, niceness: int) -> None:
    """Put its priority below ours. A kernel that weighs sessions shares fairly between it and us without that."""
    if niceness:
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PGRP, pid, min(19, os.getpriority(os.PRIO_PROCESS, 0) + niceness))


def words_of_wrapper(returncode: int, stderr_tail: str) -> str:
    """What a wrapper said when it could not start the program; empty when the program itself ran."""
    lines = stderr_tail.splitlines()
    if returncode > 0 and len(lines) == 1:
        teller, colon, _ = lines[0].partition(": ")
        if colon and teller.rpartition("/")[2] in _WRAPPERS:
            return lines[0]
    return ""
