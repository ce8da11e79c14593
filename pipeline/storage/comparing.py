"""Whether an object has the bytes that it should have: told by the store's own checksum, or read back."""

import hashlib

from pipeline.storage.packing import pack
from pipeline.storage.store import ObjectInfo, ObjectMissing, ObjectStore


def holds_bytes(store: ObjectStore, info: ObjectInfo, data: bytes) -> bool:
    """Whether an object has just these bytes; it is read where the store has no checksum that says so."""
    if info.size_bytes != len(data):
        return False
    kept = pack(data) if info.encoding else data
    known = {
        "sha256": hashlib.sha256(kept).hexdigest(),
        "md5": hashlib.md5(kept, usedforsecurity=False).hexdigest(),
    }
    if any(info.checksums.get(kind) == digest for kind, digest in known.items()):
        return True
    try:
        return store.read_bytes(info.key) == data
    except ObjectMissing:
        return False


def has_same_bytes(store: ObjectStore, one: ObjectInfo, other: ObjectInfo) -> bool:
    """Whether two objects have the same bytes; they are read where the store has no checksum of one kind of both."""
    if one.size_bytes != other.size_bytes:
        return False
    if any(other.checksums.get(kind) == value for kind, value in one.checksums.items()):
        return True
    if "sha256" in one.checksums and "sha256" in other.checksums and one.encoding == other.encoding:
        return False
    try:
        return _digest(store, one.key) == _digest(store, other.key)
    except ObjectMissing:
        return False


def _digest(store: ObjectStore, key: str) -> bytes:
    digest = hashlib.sha256()
    with store.read_range(key) as chunks:
        for chunk in chunks:
            digest.update(chunk)
    return digest.digest()
