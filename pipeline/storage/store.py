"""The object store: what every store can do. `folder` and `s3` keep to it; one contract test runs over both."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipeline.domain.errors import RetryableError
from pipeline.storage.chunks import Chunks


class StoreUnavailable(RetryableError):
    """The store did not answer or refused for a reason outside the object (network, rights, full disk)."""


class ObjectMissing(KeyError):
    """No object has this key."""


class ObjectChanged(RetryableError):
    """Somebody else wrote an object meanwhile; it is as they left it."""

    def __init__(self) -> None:
        super().__init__("Another writer was faster. What it wrote stays; look again, then try again.")


@dataclass(frozen=True)
class ObjectInfo:
    """What a store says of one object.

    `version` is another one after each write. `checksums` are what the store knows of the bytes that it keeps, by kind:
    equal values of one kind mean equal bytes. Which kinds there are is the store's own. With an `encoding` (`gzip`) it
    keeps them packed; size and whatever is read are of the object as it was given all the same.
    """

    key: str
    size_bytes: int
    content_type: str
    cache_control: str
    version: str = field(default="", compare=False)
    checksums: Mapping[str, str] = field(default_factory=dict, compare=False)
    encoding: str = field(default="", compare=False)


class ObjectStore(Protocol):
    """Objects by key. Keys are made by `pipeline.storage.keys` alone; writes are whole or not at all."""

    def put_bytes(self, key: str, data: bytes, *, content_type: str, cache_control: str = "no-store") -> None:
        """Write a small object whole; an existing one is replaced at once."""

    def replace_bytes(
        self, key: str, data: bytes, *, seen: str | None, content_type: str, cache_control: str = "no-store"
    ) -> None:
        """Write a small object only where it still has the version that was seen, None for none; else `ObjectChanged`.

        Of several who saw the same, one writes. Where an S3 has no conditional writes the object is read before and
        after: then writers have to hold a lock of their own.
        """

    def put_file(
        self,
        key: str,
        path: Path,
        *,
        content_type: str,
        cache_control: str = "no-store",
        is_final: bool = False,
    ) -> None:
        """Write a file of any size with flat memory; the file stays where it is.

        `is_final` promises that nobody writes to the file again: a store on its disk then shares it at no cost,
        and the file may be removed afterwards as ever.
        """

    def read_bytes(self, key: str) -> bytes:
        """A small object whole; raises `ObjectMissing`."""

    def read_range(self, key: str, start: int = 0, end: int | None = None) -> Chunks:
        """The bytes from `start` up to and not including `end`, nothing where the object has ended by then.

        Raises `ObjectMissing` at the call. An object replaced meanwhile is read to its end as it was.
        Chunks that are not read to their end are to be closed.
        """

    def fetch_file(self, key: str, path: Path) -> None:
        """Copy an object to a local path; raises `ObjectMissing`."""

    def signed_address(self, key: str, *, seconds: int) -> str | None:
        """Where anybody can read an object for so long; None where only this process reads the store."""

    def stat(self, key: str) -> ObjectInfo | None:
        """What is known of an object, None when there is none."""

    def age_seconds(self, key: str) -> float | None:
        """How long ago an object was written, by the store's own clock alone; None when there is none."""

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Keys under a prefix, which ends with a slash or is empty, in order of their characters."""

    def copy(self, source: str, target: str, *, content_type: str, cache_control: str) -> None:
        """Copy inside the store without moving bytes through this process; raises `ObjectMissing`."""

    def delete(self, key: str) -> None:
        """Remove an object with every version that a bucket keeps of it; nothing happens when there is none."""

    def delete_prefix(self, prefix: str) -> int:
        """Remove everything under a prefix, which ends with a slash, with every version; the number of objects."""

    def forget_versions(self, key: str) -> int:
        """Remove what a bucket keeps of an object beside what it is now: earlier versions, marks of deletion."""

    def count_traces(self, prefix: str) -> int:
        """What is left under a prefix, asked of the store itself: objects, earlier versions, marks of deletion."""

    def remove_leftovers(self, *, older_than_hours: float) -> int:
        """Remove what writes that never ended have left behind and no key shows; the number removed."""
