"""Files on disk, whole or not at all: durable writes, cheap copies, and what to say when the disk refuses."""

import errno
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pipeline.storage.store import StoreUnavailable

_COPY_AT_ONCE = 64 * 1024 * 1024
_ATTEMPTS = 20
_NOT_BY_THE_KERNEL = {errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM}
_NO_HARD_LINK = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS}
_FULL = {errno.ENOSPC, errno.EDQUOT}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def disk_faults_named(folder: Path) -> Iterator[None]:
    """Turn what the operating system says of a disk into `StoreUnavailable` with a sentence for the operator."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(_sentence(folder, error)) from error


def write_durably(target: Path, write: Callable[[BinaryIO], object]) -> None:
    """Make a new file by calling `write` with it, and have its bytes on the disk at the return.

    Permissions follow the process's umask, so that a web server of another user can read what is published.
    """
    with target.open("xb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Make a file by calling `write`, beside its path until it is whole; an existing one is replaced then."""
    growing = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    with disk_faults_named(path.parent):
        try:
            write_durably(growing, write)
            growing.replace(path)
        finally:
            growing.unlink(missing_ok=True)


def copy_bytes(source: BinaryIO, target: BinaryIO) -> None:
    """Copy one open file to another with flat memory.

    The kernel does it where it can, which shares the blocks on file systems with reflinks.
    """
    if not _copied_by_kernel(source, target):
        shutil.copyfileobj(source, target, 1024 * 1024)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_HARD_LINK:
            raise
        with source.open("rb") as file:
            write_durably(target, lambda copy: copy_bytes(file, copy))


def move_into_place(source: Path, target: Path) -> None:
    """Rename a file over another or a new name, making folders on the way.

    Somebody else may be removing the same folders because they were empty: then they are made again.
    """
    for attempt in range(_ATTEMPTS):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
            break
        except (FileNotFoundError, FileExistsError):
            if attempt == _ATTEMPTS - 1 or not source.exists() or is_below_a_file(target):
                raise


def remove_file(path: Path, *, root: Path) -> bool:
    """Remove a file, and the folders below `root` that it leaves empty; whether there was one."""
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False
    for folder in path.relative_to(root).parents[:-1]:
        with suppress(OSError):
            (root / folder).rmdir()
    return True


def is_below_a_file(path: Path) -> bool:
    """Whether something that ought to be a folder on the way to this path is a file."""
    return any(parent.is_file() for parent in path.parents)


def names_in(folder: Path) -> list[str]:
    """Names in a folder, those of folders with a slash, in the order of the paths they begin; empty without folder."""
    try:
        with os.scandir(folder) as entries:
            return sorted(f"{entry.name}/" if entry.is_dir() else entry.name for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def sync_folder(path: Path) -> None:
    """Have a folder's entries on the disk, where its file system can."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def _copied_by_kernel(source: BinaryIO, target: BinaryIO) -> bool:
    copied = False
    try:
        while os.copy_file_range(source.fileno(), target.fileno(), _COPY_AT_ONCE):
            copied = True
    except OSError as error:
        if copied or error.errno not in _NOT_BY_THE_KERNEL:
            raise
    return copied


def _sentence(folder: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return f"The disk that holds {folder} is full. Free space there, then try again."
    if error.errno in _FORBIDDEN:
        return f"The folder {folder} refuses access. Give the user that runs presession the right to write there."
    return f"The folder {folder} cannot be used: {error.strerror or error}. Check the disk that holds it."
