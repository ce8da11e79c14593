"""What runs on this machine, read from /proc: whose child a process is, whose attempt it works for, who is orphaned."""

import contextlib
import os
import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_GONE = (OSError, ValueError, IndexError)


@dataclass(frozen=True)
class Process:
    """One process; `begun` (in ticks) tells it from another that was given the same number later."""

    pid: int
    parent: int
    begun: int
    name: str
    arguments: tuple[str, ...]
    folder: str
    marks: str

    @property
    def is_part(self) -> bool:
        """Whether it is a part of the product, and no program that one of them called."""
        return "presession" in self.arguments

    @property
    def command(self) -> str:
        """Which part of the product it is, with its options; empty for another program."""
        if not self.is_part:
            return ""
        return " ".join(self.arguments[self.arguments.index("presession") + 1 :]).strip()

    def is_command(self, command: str) -> bool:
        """Whether it is `presession COMMAND`, or was forked from it."""
        return self.is_part and command in self.arguments


Table = Mapping[int, Process]


def read_processes() -> dict[int, Process]:
    """Every process that runs now, by id; one that has ended and waits to be reaped is none."""
    found = (_read(int(entry.name)) for entry in _PROC.iterdir() if entry.name.isdigit())
    return {process.pid: process for process in found if process}


def below(table: Table, roots: Iterable[int]) -> dict[int, Process]:
    """All descendants of some processes, and these themselves."""
    children: dict[int, list[int]] = {}
    for process in table.values():
        children.setdefault(process.parent, []).append(process.pid)
    found: dict[int, Process] = {}
    waiting = [pid for pid in roots if pid in table]
    while waiting:
        pid = waiting.pop()
        found[pid] = table[pid]
        waiting += children.get(pid, [])
    return found


def above(table: Table, pid: int) -> list[Process]:
    """A process and its ancestors, the nearest first."""
    line = []
    while pid in table and pid > 1:
        line.append(table[pid])
        pid = table[pid].parent
    return line


def orphans(table: Table, roots: Iterable[int], mark: str) -> list[Process]:
    """What carries an installation's mark, or works in its folders, and stands below none of its parts."""
    kept = below(table, roots)
    ours = (process for process in table.values() if mark in process.marks or mark in process.folder)
    return [process for process in ours if process.pid not in kept]


def working_for(table: Table, token: str) -> list[Process]:
    """The programs that work in an attempt's folder: its ffmpeg, with what wraps it."""
    return [p for p in table.values() if token in p.folder or any(token in word for word in p.arguments)]


def pool_process_of(table: Table, token: str) -> Process | None:
    """The pool process that runs an attempt, found by the program that it has called; None when it called none."""
    for program in working_for(table, token):
        for ancestor in above(table, program.pid):
            if ancestor.is_command("worker"):
                return ancestor
    return None


def is_pool_process(table: Table, process: Process) -> bool:
    """Whether it was forked from its parent, as Celery does it for its pool."""
    parent = table.get(process.parent)
    return parent is not None and process.is_command("worker") and parent.arguments == process.arguments


def send_signal(process: Process, number: signal.Signals) -> bool:
    """Send a signal to this process and to no other that may have its number by now."""
    now = _read(process.pid)
    if now is None or now.begun != process.begun:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, number)
        return True
    return False


def resident_bytes(pid: int) -> int:
    """Memory that a process holds; 0 when it is gone."""
    with contextlib.suppress(*_GONE):
        pages = (_PROC / str(pid) / "statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _read(pid: int) -> Process | None:
    place = _PROC / str(pid)
    with contextlib.suppress(*_GONE):
        before, _, after = (place / "stat").read_text(errors="replace").rpartition(")")
        fields = after.split()
        if fields[0] == "Z":
            return None
        arguments = tuple((place / "cmdline").read_text(errors="replace").split("\0"))
        name = before.partition("(")[2]
        return Process(pid, int(fields[1]), int(fields[19]), name, arguments, _folder(place), _marks(place))
    return None


def _folder(place: Path) -> str:
    with contextlib.suppress(*_GONE):
        return str((place / "cwd").readlink())
    return ""


def _marks(place: Path) -> str:
    with contextlib.suppress(*_GONE):
        return (place / "environ").read_text(errors="replace")
    return ""
