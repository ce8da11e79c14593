"""Removing objects from a bucket for good: with every version and mark of deletion that it keeps."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.domain.tokens import new_name
from pipeline.storage.keys import probe_key
from pipeline.storage.s3_client import REFUSED, S3Connection
from pipeline.storage.s3_versions import KeptVersion, keeps_versions, list_versions, remove_named
from pipeline.storage.store import ObjectMissing, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

_REMOVED_AT_ONCE = 1000


class S3Removal:
    """What of one bucket goes for good; all names are those in the bucket, `root` the installation's own prefix."""

    def __init__(self, connection: S3Connection, root: str) -> None:
        self._connection = connection
        self._root = root

    def remove(self, name: str) -> None:
        """Remove an object with every version; nothing happens when there is none."""
        with self._connection.faults_named():
            if self._keeps_versions():
                self._remove([one.named for one in self._versions(name) if one.name == name])
            else:
                self._client.delete_object(Bucket=self._connection.bucket, Key=name)

    def remove_below(self, prefix: str) -> int:
        """Remove everything under a prefix with every version; the number of objects."""
        with self._connection.faults_named():
            if self._keeps_versions():
                found = list(self._versions(prefix))
                self._remove([one.named for one in found])
                return sum(one.is_shown and not one.is_mark for one in found)
            removed = 0
            for names in self.pages(prefix):
                self._remove([{"Key": name} for name in names])
                removed += len(names)
        return removed

    def forget_versions(self, name: str) -> int:
        """Remove earlier versions of an object, and marks of its deletion, where the bucket keeps them."""
        with self._connection.faults_named():
            if not self._keeps_versions():
                return 0
            old = [one for one in self._versions(name) if one.name == name and (one.is_mark or not one.is_shown)]
            self._remove([one.named for one in old])
        return len(old)

    def count_traces(self, prefix: str) -> int:
        """What is left under a prefix: objects, earlier versions, marks of deletion."""
        with self._connection.faults_named():
            if self._keeps_versions():
                return sum(1 for _ in self._versions(prefix))
        return sum(len(names) for names in self.pages(prefix))

    def pages(self, prefix: str) -> Iterator[list[str]]:
        """Names under a prefix, as many at a time as the server tells."""
        with self._connection.faults_named():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._connection.bucket, Prefix=prefix):
                if "Contents" in page:
                    yield [entry["Key"] for entry in page["Contents"]]

    def _keeps_versions(self) -> bool:
        """Asked each time, since it can be switched on at any moment; servers that know no versions keep none."""
        bucket, found = self._connection.bucket, list[bool]()
        asked = self._connection.code_of_call(lambda: found.append(keeps_versions(self._client, bucket)))
        if asked == "AccessDenied":
            # Not allowed to ask: look at what is there instead.
            return any(not one.is_shown or one.is_mark for one in self._versions(self._root))
        if asked in REFUSED | {"NoSuchBucket"}:
            name = self._root + probe_key(new_name())
            with suppress(ObjectMissing), self._connection.faults_named(missing=name):
                self._client.head_object(Bucket=bucket, Key=name)  # says in a sentence what is wrong
        return bool(found and found[0])

    def _versions(self, prefix: str) -> Iterator[KeptVersion]:
        return list_versions(self._client, self._connection.bucket, prefix)

    def _remove(self, objects: "Sequence[ObjectIdentifierTypeDef]") -> None:
        for start in range(0, len(objects), _REMOVED_AT_ONCE):
            some = objects[start : start + _REMOVED_AT_ONCE]
            refused = remove_named(self._client, self._connection.bucket, some)
            if refused:
                place = self._connection.place
                raise StoreUnavailable(f"{place} does not remove everything that it should ({refused}).")

    @property
    def _client(self) -> "S3Client":
        return self._connection.client
