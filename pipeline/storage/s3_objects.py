"""What an S3 is told of an object and says of it, in the product's own values."""

from base64 import b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from pipeline.storage.attributes import Attributes
from pipeline.storage.chunks import ByteSource
from pipeline.storage.packing import encoding_of
from pipeline.storage.s3_client import S3Connection
from pipeline.storage.store import ObjectInfo

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef


class Headers(TypedDict):
    """What every object is written with."""

    ContentType: str
    CacheControl: str


class Body:
    """An answer's body as `Chunks` reads it."""

    def __init__(self, connection: S3Connection, body: ByteSource) -> None:
        self._connection = connection
        self._body = body

    def read(self, amount: int, /) -> bytes:
        """At most `amount` bytes; raises `StoreUnavailable` where the answer breaks off."""
        with self._connection.faults_named():
            return self._body.read(amount)

    def close(self) -> None:
        """Let go of the connection."""
        self._body.close()


def headers_of(content_type: str, cache_control: str) -> Headers:
    """Header values as they are written; raises `WrongUsage` for what no web server can say."""
    attributes = Attributes(content_type, cache_control)
    return {"ContentType": attributes.content_type, "CacheControl": attributes.cache_control}


def info_of(key: str, answer: "HeadObjectOutputTypeDef", size_bytes: int) -> ObjectInfo:
    """What the server says of an object of so many bytes, unpacked."""
    etag = answer["ETag"]
    return ObjectInfo(
        key=key,
        size_bytes=size_bytes,
        content_type=answer["ContentType"],
        cache_control=answer.get("CacheControl", ""),
        version=etag,
        checksums=_checksums(etag, answer.get("ChecksumSHA256", "")),
        encoding=encoding_of(answer),
    )


def untyped(arguments: Mapping[str, object]) -> Any:
    """Arguments by name as one mapping, which the client's types do not describe."""
    return arguments


def _checksums(etag: str, sha256: str) -> dict[str, str]:
    """An ETag without a dash is mostly the bytes' MD5, and in any case the same for the same bytes or unlike others."""
    plain = etag.strip('"')
    found = {"etag": plain} if "-" in plain else {"etag": plain, "md5": plain}
    # Of an object in parts it is the checksum of checksums, which says nothing to who has the whole.
    if sha256 and "-" not in sha256:
        found["sha256"] = b64decode(sha256).hex()
    return found
