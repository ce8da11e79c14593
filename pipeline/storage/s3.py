"""The object store in a bucket of any S3 (Amazon's, Ceph, MinIO …); `s3_client` speaks to the server."""

import os
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from pipeline.domain.errors import WrongUsage
from pipeline.domain.tokens import new_name
from pipeline.storage.attributes import DEFAULT_CACHE_CONTROL, Attributes
from pipeline.storage.chunks import ByteSource, Chunks
from pipeline.storage.disk import write_whole
from pipeline.storage.keys import checked_key, checked_prefix, is_key, probe_key
from pipeline.storage.s3_abilities import CONFLICTS, S3Abilities, etag_for, find_abilities
from pipeline.storage.s3_client import ABSENT, COPIES, IN_PARTS_FROM, REFUSED, UPLOADS, S3Connection
from pipeline.storage.s3_versions import KeptVersion, keeps_versions, list_versions, remove_named
from pipeline.storage.store import ObjectChanged, ObjectInfo, ObjectMissing, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef, ObjectIdentifierTypeDef

_REMOVED_AT_ONCE = 1000


class S3Store:
    """An `ObjectStore` in one bucket, below an optional prefix, for any number of threads and forked processes.

    Without keys boto3 looks for credentials where it always does. Every request's body is signed, so any S3
    notices what was damaged on the way.
    """

    def __init__(
        self,
        *,
        bucket: str,
        prefix: str = "",
        endpoint_url: str | None = None,
        region: str = "us-east-1",
        access_key_id: str | None = None,
        secret_access_key: str | None = None,
        path_style: bool | None = None,
        browser_url: str | None = None,
    ) -> None:
        """`path_style` puts the bucket into the path of addresses; default: where there is an `endpoint_url`.

        `browser_url` is the server as browsers reach it, where they are to read objects there by signed addresses.
        """
        self._bucket = bucket
        self._prefix = checked_prefix(prefix.strip("/") + "/") if prefix.strip("/") else ""
        self.connection = S3Connection(
            bucket=bucket,
            endpoint_url=endpoint_url,
            region=region,
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            path_style=path_style,
            browser_url=browser_url,
        )
        self._faults_named = self.connection.faults_named
        self._abilities: S3Abilities | None = None

    def close(self) -> None:
        """Let go of this process's connections; they open again when needed."""
        self.connection.close()

    def make_bucket(self) -> bool:
        """Make the bucket on a server of one's own, unless it is there; whether it was made."""
        with self._faults_named():
            if self._bucket in {bucket["Name"] for bucket in self._client.list_buckets()["Buckets"]}:
                return False
            self._client.create_bucket(Bucket=self._bucket)
        return True

    def put_bytes(
        self, key: str, data: bytes, *, content_type: str, cache_control: str = DEFAULT_CACHE_CONTROL
    ) -> None:
        """Write a small object whole; an existing one is replaced at once."""
        self._put(key, data, content_type, cache_control)

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
        if not self.abilities.has_conditional_writes:
            self._replace_by_reading(key, data, seen, content_type, cache_control)
        elif seen is None:
            self._put(key, data, content_type, cache_control, IfNoneMatch="*")
        else:
            etag = etag_for(self.abilities.matching, seen)
            self._put(key, data, content_type, cache_control, IfMatch=etag)

    def put_file(
        self,
        key: str,
        path: Path,
        *,
        content_type: str,
        cache_control: str = DEFAULT_CACHE_CONTROL,
        is_final: bool = False,
    ) -> None:
        """Write a file of any size with flat memory, a large one in parts; the file stays where it is."""
        headers = _headers(content_type, cache_control)
        with path.open("rb") as file, self._faults_named():
            if os.fstat(file.fileno()).st_size < IN_PARTS_FROM:
                self._client.put_object(Bucket=self._bucket, Key=self.name_of(key), Body=file, **headers)
            else:
                self._client.upload_file(
                    str(path), self._bucket, self.name_of(key), ExtraArgs=dict(headers), Config=UPLOADS
                )

    def read_bytes(self, key: str) -> bytes:
        """A small object whole; raises `ObjectMissing`."""
        with self.read_range(key) as chunks:
            return b"".join(chunks)

    def read_range(self, key: str, start: int = 0, end: int | None = None) -> Chunks:
        """The bytes from `start` up to and not including `end`; raises `ObjectMissing`."""
        if start < 0:
            raise WrongUsage("A range of an object starts at 0 or later.")
        last = "" if end is None else max(start, end - 1)
        wanted = {"Bucket": self._bucket, "Key": self.name_of(key), "Range": f"bytes={start}-{last}"}
        with self._faults_named(missing=key):
            answer = self.connection.unless({"InvalidRange"}, lambda: self._client.get_object(**_untyped(wanted)))
        if answer is None:
            return Chunks(BytesIO(), 0)
        length = answer["ContentLength"] if end is None or end > start else 0
        return Chunks(_Body(self, answer["Body"]), length)

    def fetch_file(self, key: str, path: Path) -> None:
        """Copy an object to a local path, where an existing file is replaced whole; raises `ObjectMissing`."""
        # One stream rather than parallel ranges: those would need If-Match, which Ceph understands differently.
        with self.read_range(key) as chunks:
            write_whole(path, lambda file: file.writelines(chunks))

    def signed_address(self, key: str, *, seconds: int) -> str | None:
        """Where anybody can read an object for so long; None where browsers do not reach the server. Asks nobody."""
        return self.connection.signed_address(self.name_of(key), seconds=seconds)

    def stat(self, key: str) -> ObjectInfo | None:
        """What is known of an object, None when there is none."""
        # Asking for checksums harms nowhere: a server without them leaves the header aside.
        try:
            with self._faults_named(missing=key):
                answer = self._client.head_object(Bucket=self._bucket, Key=self.name_of(key), ChecksumMode="ENABLED")
        except ObjectMissing:
            return None
        version, told = answer["ETag"], (answer["ContentType"], answer.get("CacheControl", ""))
        checksums = _checksums(version, answer.get("ChecksumSHA256", ""))
        return ObjectInfo(key, answer["ContentLength"], *told, version=version, checksums=checksums)

    def age_seconds(self, key: str) -> float | None:
        """How long ago an object was written, both times told by the server; None when there is none."""
        try:
            with self._faults_named(missing=key):
                answer = self._client.head_object(Bucket=self._bucket, Key=self.name_of(key))
        except ObjectMissing:
            return None
        told_at = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        return (told_at - answer["LastModified"]).total_seconds()

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Keys under a prefix, which ends with a slash or is empty, in order of their characters."""
        pages = self._pages(checked_prefix(prefix) if prefix else "")
        names = (name.removeprefix(self._prefix) for page in pages for name in page)
        return (key for key in names if is_key(key))

    def copy(self, source: str, target: str, *, content_type: str, cache_control: str) -> None:
        """Have the server copy an object; raises `ObjectMissing`."""
        headers = {**_headers(content_type, cache_control), "MetadataDirective": "REPLACE"}
        place: CopySourceTypeDef = {"Bucket": self._bucket, "Key": self.name_of(source)}
        with self._faults_named(missing=source):
            self._client.copy(place, self._bucket, self.name_of(target), ExtraArgs=headers, Config=COPIES)

    def delete(self, key: str) -> None:
        """Remove an object with every version; nothing happens when there is none."""
        with self._faults_named():
            if self._keeps_versions():
                self._remove([one.named for one in self._versions(self.name_of(key)) if one.name == self.name_of(key)])
            else:
                self._client.delete_object(Bucket=self._bucket, Key=self.name_of(key))

    def delete_prefix(self, prefix: str) -> int:
        """Remove everything under a prefix, which ends with a slash, with every version; the number of objects."""
        with self._faults_named():
            if self._keeps_versions():
                found = list(self._versions(self._prefix + checked_prefix(prefix)))
                self._remove([one.named for one in found])
                return sum(one.is_shown and not one.is_mark for one in found)
            removed = 0
            for names in self._pages(checked_prefix(prefix)):
                self._remove([{"Key": name} for name in names])
                removed += len(names)
        return removed

    def forget_versions(self, key: str) -> int:
        """Remove earlier versions of an object, and marks of its deletion, where the bucket keeps them."""
        with self._faults_named():
            if not self._keeps_versions():
                return 0
            name = self.name_of(key)
            old = [one for one in self._versions(name) if one.name == name and (one.is_mark or not one.is_shown)]
            self._remove([one.named for one in old])
        return len(old)

    def count_traces(self, prefix: str) -> int:
        """What is left under a prefix: objects, earlier versions, marks of deletion."""
        with self._faults_named():
            if self._keeps_versions():
                return sum(1 for _ in self._versions(self._prefix + checked_prefix(prefix)))
        return sum(1 for _ in self.list_keys(prefix))

    def remove_leftovers(self, *, older_than_hours: float) -> int:
        """Remove the parts of uploads that never ended, which cost space and are listed nowhere else."""
        oldest = datetime.now(UTC) - timedelta(hours=older_than_hours)
        removed = 0
        with self._faults_named():
            pages = self._client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for upload in page.get("Uploads", ()):
                    if upload["Initiated"] < oldest:
                        self._client.abort_multipart_upload(
                            Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                        )
                        removed += 1
        return removed

    @property
    def abilities(self) -> S3Abilities:
        """What this server can do; tried when first asked, with one small object that is gone afterwards."""
        if self._abilities is None:
            key = probe_key(new_name())
            with self._faults_named():
                place = (self._bucket, self.name_of(key))
                self._abilities = find_abilities(self._client, *place, self.connection.code_of_call)
            self.delete(key)
        return self._abilities

    def _put(self, key: str, data: bytes, content_type: str, cache_control: str, **condition: str) -> None:
        wanted = {"Bucket": self._bucket, "Key": self.name_of(key), "Body": data, **condition}
        headers = _headers(content_type, cache_control)
        refusals = CONFLICTS | ABSENT if condition else set()
        with self._faults_named():
            done = self.connection.unless(refusals, lambda: self._client.put_object(**_untyped(wanted), **headers))
        if done is None:
            raise ObjectChanged

    def _replace_by_reading(
        self, key: str, data: bytes, seen: str | None, content_type: str, cache_control: str
    ) -> None:
        there = self.stat(key)
        if (there.version if there else None) != seen:
            raise ObjectChanged
        self.put_bytes(key, data, content_type=content_type, cache_control=cache_control)
        if self.read_bytes(key) != data:
            raise ObjectChanged

    def _keeps_versions(self) -> bool:
        """Asked each time, since it can be switched on at any moment; servers that know no versions keep none."""
        found: list[bool] = []
        asked = self.connection.code_of_call(lambda: found.append(keeps_versions(self._client, self._bucket)))
        if asked == "AccessDenied":
            # Not allowed to ask: look at what is there instead.
            return any(not one.is_shown or one.is_mark for one in self._versions(self._prefix))
        if asked in REFUSED | {"NoSuchBucket"}:
            self.stat(probe_key(new_name()))  # says in a sentence what is wrong
        return bool(found and found[0])

    def _versions(self, prefix: str) -> Iterator[KeptVersion]:
        return list_versions(self._client, self._bucket, prefix)

    def _remove(self, objects: "Sequence[ObjectIdentifierTypeDef]") -> None:
        for start in range(0, len(objects), _REMOVED_AT_ONCE):
            refused = remove_named(self._client, self._bucket, objects[start : start + _REMOVED_AT_ONCE])
            if refused:
                raise StoreUnavailable(
                    f"{self.connection.place} does not remove everything that it should ({refused})."
                )

    @property
    def _client(self) -> "S3Client":
        return self.connection.client

    def name_of(self, key: str) -> str:
        """What an object is called in the bucket."""
        return self._prefix + checked_key(key)

    def _pages(self, prefix: str) -> Iterator[list[str]]:
        with self._faults_named():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix):
                if "Contents" in page:
                    yield [entry["Key"] for entry in page["Contents"]]


class _Headers(TypedDict):
    ContentType: str
    CacheControl: str


class _Body:
    """An answer's body as `Chunks` reads it."""

    def __init__(self, store: S3Store, body: ByteSource) -> None:
        self._store = store
        self._body = body

    def read(self, amount: int, /) -> bytes:
        with self._store._faults_named():
            return self._body.read(amount)

    def close(self) -> None:
        self._body.close()


def _checksums(etag: str, sha256: str) -> dict[str, str]:
    """An ETag without a dash is mostly the bytes' MD5, and in any case the same for the same bytes or unlike others."""
    plain = etag.strip('"')
    found = {"etag": plain} if "-" in plain else {"etag": plain, "md5": plain}
    # Of an object in parts it is the checksum of checksums, which says nothing to who has the whole.
    if sha256 and "-" not in sha256:
        found["sha256"] = b64decode(sha256).hex()
    return found


def _headers(content_type: str, cache_control: str) -> _Headers:
    attributes = Attributes(content_type, cache_control)
    return {"ContentType": attributes.content_type, "CacheControl": attributes.cache_control}


def _untyped(arguments: Mapping[str, object]) -> Any:
    """Arguments by name as one mapping, which the client's types do not describe."""
    return arguments
