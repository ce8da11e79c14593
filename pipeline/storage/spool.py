"""The spool: unfinished uploads on this machine's disk. A file's size is its offset, so the disk is the truth.

One writer at a time holds a file by its lock; the kernel gives the lock back when a process dies.
"""

import errno
import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.domain.errors import RetryableError, WrongUsage
from pipeline.storage.disk import sync_folder

_NAME = re.compile(r"[0-9a-f]{32}")
_UNVERIFIED = ".unverified"
_SEALED = ".sealed"
_CHUNK_BYTES = 1024 * 1024
_LOCK_PAUSE_SECONDS = 0.05
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class SpoolFileBusy(RetryableError):
    """Another request writes to this file at the moment."""


class SpoolFull(RetryableError):
    """The disk of the spool takes no more at the moment; what had arrived is kept."""


class SpoolFileMissing(KeyError):
    """The spool holds no file of this name."""


class SpoolFile:
    """One spool file held by its only writer. Every byte appended counts at once, even if the process dies."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @property
    def size_bytes(self) -> int:
        """How much has arrived."""
        return os.fstat(self._descriptor).st_size

    def append(self, chunk: bytes) -> None:
        """Add bytes at the end; raises `SpoolFull` when the disk takes no more, with what it took kept."""
        with _full_disk_named():
            _write_all(self._descriptor, chunk)

    def append_file(self, path: Path) -> None:
        """Add a whole file's bytes at the end."""
        with path.open("rb") as source:
            while chunk := source.read(_CHUNK_BYTES):
                self.append(chunk)

    def sync(self) -> None:
        """Come back when the bytes are on the disk, so that their arrival may be acknowledged."""
        with _full_disk_named():
            os.fsync(self._descriptor)

    def sha256(self) -> str:
        """Hex digest of everything that has arrived; reads the file once."""
        digest = hashlib.sha256()
        with self.path.open("rb") as source:
            while chunk := source.read(_CHUNK_BYTES):
                digest.update(chunk)
        return digest.hexdigest()

    @property
    def sealed_path(self) -> Path:
        """Where a sealed copy of this file is made; it goes with the file at the latest."""
        return self.path.with_name(self.path.name + _SEALED)

    @contextmanager
    def unverified(self) -> Iterator["SpoolFile"]:
        """An empty file beside this one for bytes that must first match a checksum; gone at the end."""
        path = self.path.with_name(self.path.name + _UNVERIFIED)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        try:
            yield SpoolFile(path, descriptor)
        finally:
            os.close(descriptor)
            path.unlink(missing_ok=True)


class Spool:
    """The folder of unfinished uploads; names are the opaque names of `pipeline.domain.tokens.new_name`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, name: str) -> None:
        """Make an empty file; it and its name are on the disk when this returns. Raises `SpoolFull`."""
        with _full_disk_named():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self._path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            sync_folder(self._folder)

    def has_room(self, length_bytes: int) -> bool:
        """Whether the disk could hold a file of this size now; others may take the room meanwhile."""
        nearest = next(path for path in (self._folder, *self._folder.parents) if path.exists())
        return shutil.disk_usage(nearest).free >= length_bytes

    def size_bytes(self, name: str) -> int | None:
        """How much of an upload has arrived, whoever writes it; None when there is no such file."""
        try:
            return self._path(name).stat().st_size
        except FileNotFoundError:
            return None

    def head_sha256(self, name: str, *, at_most: int) -> str:
        """Hex digest of the first bytes that have arrived, by which a file can be known again."""
        try:
            with self._path(name).open("rb") as file:
                return hashlib.sha256(file.read(at_most)).hexdigest()
        except FileNotFoundError:
            return hashlib.sha256(b"").hexdigest()

    @contextmanager
    def hold(self, name: str, *, wait_seconds: float = 0.0) -> Iterator[SpoolFile]:
        """Be the only writer of a file; raises `SpoolFileBusy` or `SpoolFileMissing`."""
        path = self._path(name)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND)
        except FileNotFoundError:
            raise SpoolFileMissing(name) from None
        try:
            _lock(descriptor, wait_seconds)
            if not _is_same_file(path, descriptor):
                raise SpoolFileMissing(name)
            yield SpoolFile(path, descriptor)
        finally:
            os.close(descriptor)

    def remove(self, name: str) -> None:
        """Forget an upload's bytes; nothing happens when there are none."""
        self._path(name).unlink(missing_ok=True)
        for suffix in (_UNVERIFIED, _SEALED):
            self._path(name).with_name(name + suffix).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Names of all uploads that have a file."""
        if not self._folder.exists():
            return []
        return sorted(path.name for path in self._folder.iterdir() if _NAME.fullmatch(path.name))

    def age_seconds(self, name: str) -> float:
        """Time since a file was last written to; 0 when there is none."""
        try:
            return max(0.0, time.time() - self._path(name).stat().st_mtime)
        except FileNotFoundError:
            return 0.0

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise WrongUsage("The spool was asked for a file by a name that is not one of ours.")
        return self._folder / name


@contextmanager
def _full_disk_named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise SpoolFull("There is no room for more bytes at the moment. Try again later.") from error


def _write_all(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def _lock(descriptor: int, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise SpoolFileBusy("Another request is sending this file at the moment.") from None
            time.sleep(_LOCK_PAUSE_SECONDS)
        else:
            return


def _is_same_file(path: Path, descriptor: int) -> bool:
    """Whether the name still leads to the locked file; its last holder may have removed it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
