"""Small disks in memory that can be filled to the last byte; they are gone with the bench, however it ends."""

import ctypes
import os
from pathlib import Path

from pipeline.domain.errors import FinalError
from pipeline.processes import run_program

DISK_BYTES = 1024 * 1024**2

_CLONE_NEWNS = 0x00020000
_FILLER = "filler"
_PIECE = bytes(256 * 1024)


def may_mount() -> bool:
    """Whether disks can be made here: only root may."""
    return os.geteuid() == 0


def keep_mounts_private() -> None:
    """From now on, what this process mounts is seen by it and its children alone; call it before any thread."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    _mount("--make-rprivate", "/")


def make_disk(folder: Path) -> None:
    """Have a folder be a disk of its own; an ordinary folder where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    if may_mount():
        _mount("-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder))


def drop_disk(folder: Path) -> None:
    """Take a disk away again."""
    if may_mount():
        run_program(["umount", "--lazy", str(folder)], deadline_seconds=30)


def fill_disk(folder: Path) -> None:
    """Write until nothing more goes in."""
    with (folder / _FILLER).open("ab", buffering=0) as file:
        for piece in (_PIECE, _PIECE[:4096], _PIECE[:1]):
            try:
                while file.write(piece):
                    pass
            except OSError:
                continue


def free_disk(folder: Path) -> None:
    """Take away what filled it."""
    (folder / _FILLER).unlink(missing_ok=True)


def _mount(*arguments: str) -> None:
    result = run_program(["mount", *arguments], deadline_seconds=30)
    if result.returncode != 0:
        raise FinalError(f"A disk for the bench could not be made: {result.last_words}")
