"""The connection to an S3 server, and what its errors mean; the one module that speaks boto3."""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError

from pipeline.storage.store import ObjectMissing, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MIB = 1024**2

IN_PARTS_FROM = 16 * MIB
"""Bytes from which a file is sent in parts, several at the same time."""

UPLOADS = TransferConfig(multipart_threshold=IN_PARTS_FROM, multipart_chunksize=16 * MIB, max_concurrency=4)
COPIES = TransferConfig(multipart_threshold=4096 * MIB, multipart_chunksize=512 * MIB, max_concurrency=4)

ABSENT = frozenset({"NoSuchKey", "404"})
REFUSED = frozenset(
    {"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"}
)
"""Codes of an object that is not there, and of a key that may not do what it was used for."""

_NOT_BUILT = 501

_Result = TypeVar("_Result")


class S3Connection:
    """One bucket's client in each process, and sentences for operators in place of its errors."""

    def __init__(
        self,
        *,
        bucket: str,
        endpoint_url: str | None,
        region: str,
        access_key_id: str | None,
        secret_access_key: str | None,
        path_style: bool | None,
        browser_url: str | None = None,
    ) -> None:
        self.bucket = bucket
        self.place = f"The S3 bucket “{bucket}” at {endpoint_url or f'Amazon ({region})'}"
        own_server = endpoint_url is not None
        self._options: dict[str, Any] = {
            "endpoint_url": endpoint_url,
            "region_name": region,
            "aws_access_key_id": access_key_id,
            "aws_secret_access_key": secret_access_key,
            "config": _client_config(path_style, own_server=own_server),
        }
        self._browser_url = browser_url
        self._signer: S3Client | None = None
        self._lock = Lock()
        self._clients: dict[int, S3Client] = {}
        self._bucket_seen = False

    @property
    def client(self) -> "S3Client":
        """One client for each process: connections must not be shared with a forked child."""
        with self._lock:
            client = self._clients.get(os.getpid())
            if client is None:
                client = self._clients[os.getpid()] = Session().client("s3", **self._options)
        return client

    def signed_address(self, name: str, *, seconds: int) -> str | None:
        """Where a browser can read an object for so long; None where none reaches the server."""
        if self._browser_url is None:
            return None
        with self._lock:
            if self._signer is None:  # opens no connection, so that processes may share it
                config = self._options["config"].merge(Config(signature_version="s3v4"))
                options = {**self._options, "endpoint_url": self._browser_url, "config": config}
                self._signer = Session().client("s3", **options)
        wanted = {"Bucket": self.bucket, "Key": name}
        return self._signer.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)

    def close(self) -> None:
        """Let go of this process's connections; they open again when needed."""
        client = self._clients.pop(os.getpid(), None)
        if client is not None:
            client.close()

    @contextmanager
    def faults_named(self, *, missing: str | None = None) -> Iterator[None]:
        """Turn boto3's errors into `ObjectMissing` of the key `missing`, or a sentence for the operator."""
        try:
            yield
        except (BotoCoreError, ClientError, Boto3Error) as error:
            if missing is not None and code_of(error) in ABSENT and self._has_bucket():
                raise ObjectMissing(missing) from None
            raise StoreUnavailable(self._sentence(error)) from error

    @staticmethod
    def unless(codes: Collection[str], call: Callable[[], _Result]) -> _Result | None:
        """What a call returns, None where the server answers one of these codes; other errors pass as they are."""
        try:
            return call()
        except ClientError as error:
            if code_of(error) not in codes:
                raise
            return None

    def code_of_call(self, call: Callable[[], object]) -> str:
        """Make a call; empty when it was done, otherwise the code with which the server declined it.

        Raises `StoreUnavailable` where nothing can be concluded: the server is away, ill, or does not let us in.
        """
        with self.faults_named():
            try:
                call()
            except ClientError as error:
                status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
                if status >= 500 and status != _NOT_BUILT:
                    raise
                return code_of(error) or "unknown"
        return ""

    def _has_bucket(self) -> bool:
        """Whether the bucket is there, asked once: a HEAD request says 404 for a bucket as for an object."""
        if not self._bucket_seen:
            with self.faults_named():
                self.client.head_bucket(Bucket=self.bucket)
            self._bucket_seen = True
        return True

    def _sentence(self, error: Exception) -> str:
        code = code_of(error)
        if code in {"NoSuchBucket", "404"}:
            return f"{self.place} does not exist. Make it (presession bucket), or correct its name in the settings."
        if code in REFUSED:
            return f"{self.place} refuses our access key ({code}). Check the key, its secret and its rights."
        if isinstance(error, NoCredentialsError | PartialCredentialsError):
            return f"There is no access key. {self.place} needs one: give key and secret in the settings."
        if code:
            return f"{self.place} cannot do what it was asked for ({code}). Its server's log may say why."
        return f"{self.place} does not answer ({type(error).__name__}). Check its address, that it runs, the network."


def code_of(error: BaseException) -> str:
    """What the server answered; empty when it did not. boto3's transfers hide it behind an error of their own."""
    inner = error if isinstance(error, ClientError) else error.__context__
    return str(inner.response.get("Error", {}).get("Code", "")) if isinstance(inner, ClientError) else ""


def _client_config(path_style: bool | None, *, own_server: bool) -> Config:
    addressing: Literal["path", "virtual", "auto"] = "path" if own_server else "auto"
    if path_style is not None:
        addressing = "path" if path_style else "virtual"
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
        s3={"addressing_style": addressing, "payload_signing_enabled": True},
    )
