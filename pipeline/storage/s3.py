"""The object store in a bucket of any S3 (Amazon's, Ceph, MinIO …); `s3_client` speaks to the server."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.domain.errors import WrongUsage
from pipeline.domain.tokens import new_name
from pipeline.storage.attributes import DEFAULT_CACHE_CONTROL
from pipeline.storage.chunks import ByteSource, Chunks
from pipeline.storage.disk import write_whole
from pipeline.storage.keys import checked_key, checked_prefix, is_key, probe_key
from pipeline.storage.packing import encoding_of, is_text, is_worth_packing, pack, packed_headers, plain_size, unpack
from pipeline.storage.s3_abilities import CONFLICTS, S3Abilities, etag_for, find_abilities
from pipeline.storage.s3_client import ABSENT, COPIES, IN_PARTS_FROM, UPLOADS, S3Connection
from pipeline.storage.s3_objects import Body, headers_of, info_of, untyped
from pipeline.storage.s3_removal import S3Removal
from pipeline.storage.store import ObjectChanged, ObjectInfo, ObjectMissing

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef, GetObjectOutputTypeDef

_ALL = 2**63


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
        compresses: bool = True,
    ) -> None:
        """`path_style` puts the bucket into the path of addresses; default: where there is an `endpoint_url`.

        `browser_url` is the server as browsers reach it, where they are to read objects there by signed addresses.
        `compresses`: texts lie compressed in the bucket; whoever reads them here gets them as they were given.
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
        self._removal = S3Removal(self.connection, self._prefix)
        self._compresses = compresses
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
        headers = headers_of(content_type, cache_control)
        with path.open("rb") as file, self._faults_named():
            size = os.fstat(file.fileno()).st_size
            if self._packs(content_type, size):
                self._put(key, file.read(), content_type, cache_control)
            elif size < IN_PARTS_FROM:
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
        answer = self._get(key, start, end)
        if answer is None:
            info = self.stat(key) if start else None
            return self._read_packed(key, start, end) if info and info.encoding else Chunks(BytesIO(), 0)
        body = Body(self.connection, answer["Body"])
        if encoding_of(answer):
            is_whole = start == 0 and end is None
            if not is_whole:
                body.close()
            return self._read_packed(key, start, end, body if is_whole else None)
        return Chunks(body, answer["ContentLength"] if end is None or end > start else 0)

    def _get(self, key: str, start: int, end: int | None) -> "GetObjectOutputTypeDef | None":
        """Bytes as they lie there; None where the object has ended before."""
        last = "" if end is None else max(start, end - 1)
        wanted = {"Bucket": self._bucket, "Key": self.name_of(key), "Range": f"bytes={start}-{last}"}
        with self._faults_named(missing=key):
            return self.connection.unless({"InvalidRange"}, lambda: self._client.get_object(**untyped(wanted)))

    def _read_packed(self, key: str, start: int, end: int | None, body: ByteSource | None = None) -> Chunks:
        """A range of a text that lies packed, which is read whole."""
        if body is None:
            answer = self._get(key, 0, None)
            body = Body(self.connection, answer["Body"]) if answer else BytesIO()
        with Chunks(body, _ALL) as chunks:
            plain = unpack(b"".join(chunks), key)[start:end]
        return Chunks(BytesIO(plain), len(plain))

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
        size = plain_size(answer)
        return info_of(key, answer, len(self.read_bytes(key)) if size is None else size)

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
        pages = self._removal.pages(self._prefix + (checked_prefix(prefix) if prefix else ""))
        names = (name.removeprefix(self._prefix) for page in pages for name in page)
        return (key for key in names if is_key(key))

    def copy(self, source: str, target: str, *, content_type: str, cache_control: str) -> None:
        """Have the server copy an object; raises `ObjectMissing`. A text that lies there unpacked is sent packed."""
        headers: dict[str, Any] = {**headers_of(content_type, cache_control), "MetadataDirective": "REPLACE"}
        info = self.stat(source) if is_text(content_type) else None
        if info and info.encoding:
            headers |= packed_headers(info.size_bytes)
        elif info and self._packs(content_type, info.size_bytes):
            self._put(target, self.read_bytes(source), content_type, cache_control)
            return
        place: CopySourceTypeDef = {"Bucket": self._bucket, "Key": self.name_of(source)}
        with self._faults_named(missing=source):
            self._client.copy(place, self._bucket, self.name_of(target), ExtraArgs=headers, Config=COPIES)

    def delete(self, key: str) -> None:
        """Remove an object with every version; nothing happens when there is none."""
        self._removal.remove(self.name_of(key))

    def delete_prefix(self, prefix: str) -> int:
        """Remove everything under a prefix, which ends with a slash, with every version; the number of objects."""
        return self._removal.remove_below(self._prefix + checked_prefix(prefix))

    def forget_versions(self, key: str) -> int:
        """Remove earlier versions of an object, and marks of its deletion, where the bucket keeps them."""
        return self._removal.forget_versions(self.name_of(key))

    def count_traces(self, prefix: str) -> int:
        """What is left under a prefix: objects, earlier versions, marks of deletion."""
        return self._removal.count_traces(self._prefix + checked_prefix(prefix))

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

    def _packs(self, content_type: str, size_bytes: int) -> bool:
        return self._compresses and is_worth_packing(content_type, size_bytes)

    def _put(self, key: str, data: bytes, content_type: str, cache_control: str, **condition: str) -> None:
        wanted: dict[str, object] = {"Bucket": self._bucket, "Key": self.name_of(key), "Body": data, **condition}
        if self._packs(content_type, len(data)):
            wanted |= {"Body": pack(data), **packed_headers(len(data))}
        headers = headers_of(content_type, cache_control)
        refusals = CONFLICTS | ABSENT if condition else set()
        with self._faults_named():
            done = self.connection.unless(refusals, lambda: self._client.put_object(**untyped(wanted), **headers))
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

    @property
    def _client(self) -> "S3Client":
        return self.connection.client

    def name_of(self, key: str) -> str:
        """What an object is called in the bucket."""
        return self._prefix + checked_key(key)
