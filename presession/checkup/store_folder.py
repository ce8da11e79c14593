"""What is tried on a folder that keeps objects: whole writes, names in two places, locks, who else may read it."""

import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pipeline.domain.tokens import new_name
from pipeline.storage.folder import FolderStore
from pipeline.storage.keys import PROBES, probe_key
from presession.checkup.checks import Check, fine, note, problem

_PRIVATE = ("originals", "packages", "papers", "missions")
_TYPE = "text/plain"


def check_folder(store: FolderStore, folder: Path) -> Iterator[Check]:
    """Every trial; raises `StoreUnavailable` where nothing can be written."""
    key, copy = probe_key(new_name()), probe_key(new_name())
    try:
        store.put_bytes(key, b"0123456789", content_type=_TYPE)
        store.copy(key, copy, content_type=_TYPE, cache_control="no-store")
        yield fine("rights", "write, read, copy, list, remove")
        is_shared = (folder / key).stat().st_ino == (folder / copy).stat().st_ino
        yield (
            fine("copies", "take no room (hard links)")
            if is_shared
            else note("copies", "take room twice: the file system has no hard links", "use ext4, xfs, btrfs or zfs")
        )
        yield _check_lock(folder)
        yield _check_privacy(folder)
    finally:
        store.delete_prefix(PROBES)


def _check_lock(folder: Path) -> Check:
    path = folder / ".lock"
    descriptors = [os.open(path, os.O_RDWR | os.O_CREAT, 0o600) for _ in range(2)]
    try:
        fcntl.flock(descriptors[0], fcntl.LOCK_EX)
        fcntl.flock(descriptors[1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return fine("conditional writes", "by a lock of the file system")
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
    told = "mount it with locks (NFS: without nolock); the database's lock stands in"
    return note("conditional writes", "the file system has no locks", told)


def _check_privacy(folder: Path) -> Check:
    """A web server of another user may read `site/`; the rest is nobody's business."""
    reached = all(place.stat().st_mode & stat.S_IXOTH for place in (folder, *folder.parents))
    open_ones = [
        name for name in _PRIVATE if reached and (folder / name).is_dir() and (folder / name).stat().st_mode & 0o005
    ]
    if open_ones:
        places = " ".join(str(folder / name) for name in open_ones)
        return problem("privacy", f"every user of this machine may read {', '.join(open_ones)}", f"chmod o= {places}")
    return fine("privacy", "no other user of this machine reads what is private")
