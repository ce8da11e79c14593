"""The object store in a bucket of any S3 (Amazon's, Ceph, MinIO …); the one module that speaks boto3."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError
from botocore.response import StreamingBody

from pipeline.domain.errors import WrongUsage
from pipeline.storage.attributes import DEFAULT_CACHE_CONTROL, Attributes
from pipeline.storage.chunks import Chunks
from pipeline.storage.disk import write_whole
from pipeline.storage.keys import checked_key, checked_prefix, is_key
from pipeline.storage.store import ObjectInfo, ObjectMissing, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CopySourceTypeDef

MIB = 1024**2

_UPLOADS = TransferConfig(multipart_threshold=16 * MIB, multipart_chunksize=16 * MIB, max_concurrency=4)
_COPIES = TransferConfig(multipart_threshold=4096 * MIB, multipart_chunksize=512 * MIB, max_concurrency=4)
_ABSENT = {"NoSuchKey", "404"}
_REFUSED = {"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"}


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
    ) -> None:
        """`path_style` puts the bucket into the path of addresses; default: where there is an `endpoint_url`."""
        self._bucket = bucket
        self._prefix = checked_prefix(prefix.strip("/") + "/") if prefix.strip("/") else ""
        self._place = f"The S3 bucket “{bucket}” at {endpoint_url or f'Amazon ({region})'}"
        own_server = endpoint_url is not None
        in_path = own_server if path_style is None else path_style
        self._options: dict[str, Any] = {
            "endpoint_url": endpoint_url,
            "region_name": region,
            "aws_access_key_id": access_key_id,
            "aws_secret_access_key": secret_access_key,
            "config": _client_config(in_path=in_path, own_server=own_server),
        }
        self._lock = Lock()
        self._clients: dict[int, S3Client] = {}
        self._bucket_seen = False

    def close(self) -> None:
        """Let go of this process's connections; they open again when needed."""
        client = self._clients.pop(os.getpid(), None)
        if client is not None:
            client.close()

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
        headers = _headers(content_type, cache_control)
        with self._faults_named():
            self._client.put_object(Bucket=self._bucket, Key=self._name(key), Body=data, **headers)

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
            if os.fstat(file.fileno()).st_size < _UPLOADS.multipart_threshold:
                self._client.put_object(Bucket=self._bucket, Key=self._name(key), Body=file, **headers)
            else:
                self._client.upload_file(
                    str(path), self._bucket, self._name(key), ExtraArgs=dict(headers), Config=_UPLOADS
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
        with self._faults_named(missing=key):
            try:
                answer = self._client.get_object(
                    Bucket=self._bucket, Key=self._name(key), Range=f"bytes={start}-{last}"
                )
            except ClientError as error:
                if _code(error) != "InvalidRange":
                    raise
                return Chunks(BytesIO(), 0)
        length = answer["ContentLength"] if end is None or end > start else 0
        return Chunks(_Body(self, answer["Body"]), length)

    def fetch_file(self, key: str, path: Path) -> None:
        """Copy an object to a local path, where an existing file is replaced whole; raises `ObjectMissing`."""
        # One stream rather than parallel ranges: those would need If-Match, which Ceph understands differently.
        with self.read_range(key) as chunks:
            write_whole(path, lambda file: file.writelines(chunks))

    def stat(self, key: str) -> ObjectInfo | None:
        """What is known of an object, None when there is none."""
        try:
            with self._faults_named(missing=key):
                answer = self._client.head_object(Bucket=self._bucket, Key=self._name(key))
        except ObjectMissing:
            return None
        return ObjectInfo(key, answer["ContentLength"], answer["ContentType"], answer.get("CacheControl", ""))

    def age_seconds(self, key: str) -> float | None:
        """How long ago an object was written, both times told by the server; None when there is none."""
        try:
            with self._faults_named(missing=key):
                answer = self._client.head_object(Bucket=self._bucket, Key=self._name(key))
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
        place: CopySourceTypeDef = {"Bucket": self._bucket, "Key": self._name(source)}
        with self._faults_named(missing=source):
            self._client.copy(place, self._bucket, self._name(target), ExtraArgs=headers, Config=_COPIES)

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens when there is none."""
        with self._faults_named():
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def delete_prefix(self, prefix: str) -> int:
        """Remove everything under a prefix, which ends with a slash; the number removed."""
        removed = 0
        for names in self._pages(checked_prefix(prefix)):
            with self._faults_named():
                answer = self._client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": [{"Key": name} for name in names], "Quiet": True}
                )
            if answer.get("Errors"):
                code = answer["Errors"][0].get("Code", "no reason given")
                raise StoreUnavailable(f"{self._place} does not remove everything that it should ({code}).")
            removed += len(names)
        return removed

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
    def _client(self) -> "S3Client":
        """One client for each process: connections must not be shared with a forked child."""
        with self._lock:
            client = self._clients.get(os.getpid())
            if client is None:
                client = self._clients[os.getpid()] = Session().client("s3", **self._options)
        return client

    def _name(self, key: str) -> str:
        return self._prefix + checked_key(key)

    def _pages(self, prefix: str) -> Iterator[list[str]]:
        with self._faults_named():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix):
                if "Contents" in page:
                    yield [entry["Key"] for entry in page["Contents"]]

    @contextmanager
    def _faults_named(self, *, missing: str | None = None) -> Iterator[None]:
        """Turn boto3's errors into `ObjectMissing` of the key `missing`, or a sentence for the operator."""
        try:
            yield
        except (BotoCoreError, ClientError, Boto3Error) as error:
            if missing is not None and _code(error) in _ABSENT and self._has_bucket():
                raise ObjectMissing(missing) from None
            raise StoreUnavailable(self._sentence(error)) from error

    def _has_bucket(self) -> bool:
        """Whether the bucket is there, asked once: a HEAD request says 404 for a bucket as for an object."""
        if not self._bucket_seen:
            with self._faults_named():
                self._client.head_bucket(Bucket=self._bucket)
            self._bucket_seen = True
        return True

    def _sentence(self, error: Exception) -> str:
        code = _code(error)
        if code in {"NoSuchBucket", "404"}:
            return f"{self._place} does not exist. Make it (presession bucket), or correct its name in the settings."
        if code in _REFUSED:
            return f"{self._place} refuses our access key ({code}). Check the key, its secret and its rights."
        if isinstance(error, NoCredentialsError | PartialCredentialsError):
            return f"There is no access key. {self._place} needs one: give key and secret in the settings."
        if code:
            return f"{self._place} cannot do what it was asked for ({code}). Its server's log may say why."
        return f"{self._place} does not answer ({type(error).__name__}). Check its address, that it runs, the network."


class _Headers(TypedDict):
    ContentType: str
    CacheControl: str


class _Body:
    """An answer's body as `Chunks` reads it."""

    def __init__(self, store: S3Store, body: StreamingBody) -> None:
        self._store = store
        self._body = body

    def read(self, amount: int, /) -> bytes:
        with self._store._faults_named():
            return self._body.read(amount)

    def close(self) -> None:
        self._body.close()


def _client_config(*, in_path: bool, own_server: bool) -> Config:
    # The newer checksum headers are Amazon's alone; a signed body is checked by every server.
    checksums: Literal["when_required", "when_supported"] = "when_required" if own_server else "when_supported"
    return Config(
        connect_timeout=10,
        read_timeout=60,
        tcp_keepalive=True,
        max_pool_connections=20,
        retries={"mode": "standard", "total_max_attempts": 3},
        request_checksum_calculation=checksums,
        response_checksum_validation=checksums,
        s3={"addressing_style": "path" if in_path else "auto", "payload_signing_enabled": True},
    )


def _headers(content_type: str, cache_control: str) -> _Headers:
    attributes = Attributes(content_type, cache_control)
    return {"ContentType": attributes.content_type, "CacheControl": attributes.cache_control}


def _code(error: BaseException) -> str:
    """What the server answered; empty when it did not. boto3's transfers hide it behind an error of their own."""
    inner = error if isinstance(error, ClientError) else error.__context__
    return str(inner.response.get("Error", {}).get("Code", "")) if isinstance(inner, ClientError) else ""
