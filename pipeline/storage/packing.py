"""Texts in a bucket, compressed once when they are written: a bucket compresses nothing for those who read it directly.

Browsers and players unpack them by the header that says so. What players ask byte ranges of stays as it is: media,
images, and WebVTT, of which a stream's segments are ranges.
"""

import gzip
import zlib
from typing import TYPE_CHECKING

from pipeline.storage.store import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, HeadObjectOutputTypeDef

GZIP = "gzip"

_TYPES = frozenset(
    {
        "application/dash+xml",
        "application/json",
        "application/vnd.apple.mpegurl",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)
_LEAST_BYTES = 500
"""Less than that goes into one packet either way."""

_MOST_BYTES = 4 * 1024 * 1024
"""Above, nobody publishes any text, and it is not held in memory."""

_PLAIN_SIZE = "plain-size"
"""Among an object's metadata: how many bytes it has for who reads it."""


def is_text(content_type: str) -> bool:
    """Whether objects of this type are compressed where that is worth it."""
    return content_type.partition(";")[0] in _TYPES


def is_worth_packing(content_type: str, size_bytes: int) -> bool:
    """Whether an object of this type and size is."""
    return is_text(content_type) and _LEAST_BYTES <= size_bytes <= _MOST_BYTES


def pack(data: bytes) -> bytes:
    """Compress a text: always to the same bytes, so that the store's checksums of it can be compared."""
    return gzip.compress(data, mtime=0)


def packed_headers(plain_bytes: int) -> dict[str, str | dict[str, str]]:
    """What is said of a packed text in the bucket."""
    return {"ContentEncoding": GZIP, "Metadata": {_PLAIN_SIZE: str(plain_bytes)}}


def encoding_of(answer: "HeadObjectOutputTypeDef | GetObjectOutputTypeDef") -> str:
    """How an object lies in the bucket: packed, or empty for as it is."""
    return GZIP if GZIP in answer.get("ContentEncoding", "") else ""


def plain_size(answer: "HeadObjectOutputTypeDef") -> int | None:
    """How many bytes an object has for who reads it; None where it says nothing about that."""
    if not encoding_of(answer):
        return answer["ContentLength"]
    told = answer.get("Metadata", {}).get(_PLAIN_SIZE, "")
    return int(told) if told.isdecimal() else None


def unpack(data: bytes, key: str) -> bytes:
    """A text as it was before; raises `StoreUnavailable` where that is not what lies there."""
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise StoreUnavailable(f"The object {key} is not compressed as it says. Write or publish it again.") from error
