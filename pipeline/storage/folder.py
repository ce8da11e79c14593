"""The object store as a folder: an object is a plain file named by its key, so any web server can serve `site/`.

Beside the objects, under names that no key can have: `.incoming` with what is being written, `.attributes` with
content type and cache control of those objects whose suffix does not tell them, `.lock` for conditional writes.
"""

import fcntl
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pipeline.domain.errors import WrongUsage
from pipeline.storage import disk
from pipeline.storage.attributes import DEFAULT_CACHE_CONTROL, Attributes, attributes_by_suffix
from pipeline.storage.chunks import Chunks
from pipeline.storage.keys import checked_key, checked_prefix, is_key
from pipeline.storage.store import ObjectChanged, ObjectInfo, ObjectMissing

_ABSENT = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


class FolderStore:
    """An `ObjectStore` in one folder. Replacing makes a new file, so what is being read stays as it was."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._incoming = self._root / ".incoming"
        self._attributes = self._root / ".attributes"

    def put_bytes(
        self, key: str, data: bytes, *, content_type: str, cache_control: str = DEFAULT_CACHE_CONTROL
    ) -> None:
        """Write a small object whole; an existing one is replaced at once."""
        self._put(key, Attributes(content_type, cache_control), lambda file: file.write(data))

    def replace_bytes(
        self,
        key: str,
        data: bytes,
        *,
        seen: str | None,
        content_type: str,
        cache_control: str = DEFAULT_CACHE_CONTROL,
    ) -> None:
        """Write a small object only where it still has the version that was seen; raises `ObjectChanged`."""
        with self._alone():
            there = self.stat(key)
            if (there.version if there else None) != seen:
                raise ObjectChanged
            self.put_bytes(key, data, content_type=content_type, cache_control=cache_control)

    def put_file(
        self,
        key: str,
        path: Path,
        *,
        content_type: str,
        cache_control: str = DEFAULT_CACHE_CONTROL,
        is_final: bool = False,
    ) -> None:
        """Copy a file in, or give a final one on the same disk a second name; the file stays where it is."""
        attributes = Attributes(content_type, cache_control)
        with path.open("rb") as source:
            if not is_final:
                self._put(key, attributes, lambda file: disk.copy_bytes(source, file))
                return
            with disk.disk_faults_named(self._root), self._new_file() as incoming:
                os.fsync(source.fileno())
                disk.link_or_copy(path, incoming)
                self._place(incoming, key, attributes)

    def read_bytes(self, key: str) -> bytes:
        """A small object whole; raises `ObjectMissing`."""
        with self._open(key) as file, disk.disk_faults_named(self._root):
            return file.read()

    def read_range(self, key: str, start: int = 0, end: int | None = None) -> Chunks:
        """The bytes from `start` up to and not including `end`; raises `ObjectMissing`."""
        if start < 0:
            raise WrongUsage("A range of an object starts at 0 or later.")
        file = self._open(key)
        size = os.fstat(file.fileno()).st_size
        file.seek(start)
        return Chunks(file, min(size, size if end is None else end) - start)

    def fetch_file(self, key: str, path: Path) -> None:
        """Copy an object to a local path, where an existing file is replaced whole; raises `ObjectMissing`."""
        with self._open(key) as source:
            disk.write_whole(path, lambda file: disk.copy_bytes(source, file))

    def signed_address(self, key: str, *, seconds: int) -> str | None:
        """None: a folder has no addresses."""
        return None

    def stat(self, key: str) -> ObjectInfo | None:
        """What is known of an object, None when there is none."""
        try:
            with self._open(key) as file:
                told = os.fstat(file.fileno())
        except ObjectMissing:
            return None
        attributes = self._attributes_of(key)
        # Files are never written in place: whatever is the same file has the same bytes. Not the time of its names:
        # that another release shows the same film as well is nothing to tell by its version.
        version = f"{told.st_ino}-{told.st_mtime_ns}-{told.st_size}"
        same_file = {"file": f"{told.st_dev}-{told.st_ino}"}
        kept = (attributes.content_type, attributes.cache_control)
        return ObjectInfo(key, told.st_size, *kept, version=version, checksums=same_file)

    def age_seconds(self, key: str) -> float | None:
        """How long ago an object was written; None when there is none."""
        try:
            with self._open(key) as file:
                # Not the time of its bytes: a file that was linked in may be days old.
                return time.time() - os.fstat(file.fileno()).st_ctime
        except ObjectMissing:
            return None

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Keys under a prefix, which ends with a slash or is empty, in order of their characters."""
        return self._walk(checked_prefix(prefix) if prefix else "")

    def copy(self, source: str, target: str, *, content_type: str, cache_control: str) -> None:
        """Give an object a second key: a hard link, for neither is ever written in place; raises `ObjectMissing`."""
        attributes = Attributes(content_type, cache_control)
        path = self._path(source)
        with disk.disk_faults_named(self._root), self._new_file() as incoming:
            try:
                disk.link_or_copy(path, incoming)
            except _ABSENT:
                raise ObjectMissing(source) from None
            self._place(incoming, target, attributes)

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens when there is none."""
        with disk.disk_faults_named(self._root):
            self._remove(key)
            disk.sync_folder(self._root)

    def delete_prefix(self, prefix: str) -> int:
        """Remove everything under a prefix, which ends with a slash; the number removed."""
        keys = list(self.list_keys(checked_prefix(prefix)))
        with disk.disk_faults_named(self._root):
            removed = sum(self._remove(key) for key in keys)
            disk.sync_folder(self._root)
        return removed

    def forget_versions(self, key: str) -> int:
        """A folder keeps none."""
        checked_key(key)
        return 0

    def count_traces(self, prefix: str) -> int:
        """How many objects are left under a prefix."""
        return sum(1 for _ in self.list_keys(prefix))

    def remove_leftovers(self, *, older_than_hours: float) -> int:
        """Remove what writes that never ended have left behind; the number removed."""
        oldest = time.time() - older_than_hours * 3600
        removed = 0
        with disk.disk_faults_named(self._root):
            for path in self._incoming.glob("*"):
                with suppress(FileNotFoundError):
                    # Not the time of its bytes: a file that was linked in may be days old.
                    if path.stat().st_ctime < oldest:
                        path.unlink()
                        removed += 1
        return removed

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only one who writes conditionally; whoever dies lets go."""
        with disk.disk_faults_named(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._root / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)

    def _path(self, key: str) -> Path:
        return self._root / checked_key(key)

    def _attributes_path(self, key: str) -> Path:
        # No key can hold a tilde, so this never lies where another key wants a folder.
        return self._attributes / f"{checked_key(key)}~"

    def _open(self, key: str) -> BinaryIO:
        with disk.disk_faults_named(self._root):
            try:
                return self._path(key).open("rb")
            except _ABSENT:
                raise ObjectMissing(key) from None

    @contextmanager
    def _new_file(self) -> Iterator[Path]:
        self._incoming.mkdir(parents=True, exist_ok=True)
        path = self._incoming / uuid.uuid4().hex
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def _put(self, key: str, attributes: Attributes, write: Callable[[BinaryIO], object]) -> None:
        checked_key(key)
        with disk.disk_faults_named(self._root), self._new_file() as incoming:
            disk.write_durably(incoming, write)
            self._place(incoming, key, attributes)

    def _place(self, source: Path, key: str, attributes: Attributes) -> None:
        target = self._path(key)
        if target.is_dir() or disk.is_below_a_file(target):
            raise WrongUsage("An object key was asked for that is a folder of other keys, or lies below one.")
        self._keep_attributes(key, attributes)
        disk.move_into_place(source, target)
        disk.sync_folder(target.parent)

    def _keep_attributes(self, key: str, attributes: Attributes) -> None:
        path = self._attributes_path(key)
        if attributes == attributes_by_suffix(key):
            disk.remove_file(path, root=self._root)
            return
        with self._new_file() as incoming:
            incoming.write_text(json.dumps(vars(attributes)), encoding="ascii")
            disk.move_into_place(incoming, path)

    def _attributes_of(self, key: str) -> Attributes:
        """What was kept; a file that a power cut has emptied counts as none, the suffix says enough to go on."""
        try:
            return Attributes(**json.loads(self._attributes_path(key).read_bytes()))
        except (*_ABSENT, ValueError, TypeError, WrongUsage):
            return attributes_by_suffix(key)

    def _remove(self, key: str) -> bool:
        removed = disk.remove_file(self._path(key), root=self._root)
        disk.remove_file(self._attributes_path(key), root=self._root)
        return removed

    def _walk(self, prefix: str) -> Iterator[str]:
        with disk.disk_faults_named(self._root):
            names = disk.names_in(self._root / prefix)
        for name in names:
            if not is_key(prefix + name.removesuffix("/")):
                continue
            if name.endswith("/"):
                yield from self._walk(prefix + name)
            else:
                yield prefix + name
