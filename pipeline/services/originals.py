"""The one door to recordings as they were uploaded: sealed on their way into the store, opened for the steps alone.

Each has a key of its own, kept sealed in the records. Originals from before there were keys lie plain, and are read so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.errors import FinalError, RetryableError
from pipeline.records.tables import Recording
from pipeline.storage.sealing import KeyRing
from pipeline.storage.store import ObjectMissing, ObjectStore

_CONTENT_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Originals:
    """Where originals lie and what seals them."""

    store: ObjectStore
    keys: KeyRing


@dataclass(frozen=True)
class StoredOriginal:
    """One original in the store: its key there, its size as it was uploaded, its sealed key (empty: it lies plain)."""

    key: str
    size_bytes: int
    sealed_key: str = ""


def original_of(recording: Recording) -> StoredOriginal:
    """A recording's original."""
    return StoredOriginal(recording.original_key, recording.size_bytes, recording.wrapped_key)


def store_original(originals: Originals, path: Path, *, key: str, sealed_key: str, place: Path) -> None:
    """Put a file into the store under an opaque key, sealed if there is a key of its own for it.

    The sealed copy is made at `place`, and is gone from there afterwards.
    """
    with _sealed_at(place, originals.keys, path, sealed_key) as ready:
        originals.store.put_file(key, ready, content_type=_CONTENT_TYPE, is_final=True)


def fetch_original(originals: Originals, original: StoredOriginal, path: Path) -> None:
    """Write an original as it was uploaded to a private place. Raises `FinalError` where it is gone for good."""
    try:
        if original.sealed_key:
            with originals.store.read_range(original.key) as chunks:
                originals.keys.open_to_file(chunks, path, original.sealed_key)
        elif original.key:
            originals.store.fetch_file(original.key, path)
        else:
            raise FinalError("The original was removed when the time was over for which originals are kept.")
    except ObjectMissing as error:
        raise FinalError("The uploaded original is gone from the store. The speaker has to upload it again.") from error
    if path.stat().st_size != original.size_bytes:
        raise RetryableError("The store gave another number of bytes than were uploaded.")


@contextmanager
def _sealed_at(place: Path, keys: KeyRing, path: Path, sealed_key: str) -> Iterator[Path]:
    """The file itself where there is no key, else a sealed copy that is gone at the end."""
    if not sealed_key:
        yield path
        return
    try:
        keys.seal_file(path, place, sealed_key)
        yield place
    finally:
        place.unlink(missing_ok=True)
