"""What tus 1.0 says in headers: read strictly, refused with the status that the protocol names."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from werkzeug.datastructures import Headers
from werkzeug.http import http_date

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "creation-defer-length", "termination", "expiration", "checksum")
CHECKSUM_ALGORITHMS = ("sha1", "sha256")
BODY_TYPE = "application/offset+octet-stream"

BAD_REQUEST = 400
FORBIDDEN = 403
NOT_FOUND = 404
CONFLICT = 409
GONE = 410
PRECONDITION_FAILED = 412
TOO_LARGE = 413
WRONG_TYPE = 415
LOCKED = 423
CHECKSUM_MISMATCH = 460
OUT_OF_SPACE = 507

_WHOLE_NUMBER = re.compile(r"[0-9]{1,18}")


class TusRefused(Exception):
    """A request that the protocol, or our rules, do not let through; `status` says why to programs."""

    def __init__(self, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Checksum:
    """What a client says its bytes add up to."""

    algorithm: str
    digest: bytes

    def is_of(self, computed: "hashlib._Hash") -> bool:
        """Whether these are the bytes that were meant."""
        return computed.digest() == self.digest


def method_of(method: str, headers: Headers) -> str:
    """The method that counts: `X-HTTP-Method-Override` for clients that cannot send PATCH or DELETE.

    A request that only asks stays one, whatever its headers say.
    """
    if method in {"GET", "HEAD"}:
        return method
    return headers.get("X-HTTP-Method-Override", "").strip().upper() or method


def check_version(headers: Headers) -> None:
    """Refuse requests that speak another version of the protocol, or none."""
    if headers.get("Tus-Resumable") != VERSION:
        raise TusRefused(
            PRECONDITION_FAILED, f"Send Tus-Resumable: {VERSION} with every request.", {"Tus-Version": VERSION}
        )


def check_body_type(headers: Headers) -> None:
    """Refuse bytes that are not sent as a tus body; other types could come from a plain form."""
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != BODY_TYPE:
        raise TusRefused(WRONG_TYPE, f"Bytes are sent with Content-Type: {BODY_TYPE}.")


def read_length(headers: Headers) -> int | None:
    """How long a new upload will be; None when its client does not know yet (`Upload-Defer-Length: 1`)."""
    deferred = headers.get("Upload-Defer-Length")
    if deferred is None:
        return _whole_number(headers, "Upload-Length")
    if deferred.strip() != "1" or "Upload-Length" in headers:
        raise TusRefused(BAD_REQUEST, "Send either Upload-Length, or Upload-Defer-Length: 1.")
    return None


def read_declared_length(headers: Headers) -> int | None:
    """`Upload-Length` that comes with bytes, once the client knows where its upload ends; None when it did not."""
    return _whole_number(headers, "Upload-Length") if "Upload-Length" in headers else None


def read_offset(headers: Headers) -> int:
    """`Upload-Offset` of the first byte in this body."""
    return _whole_number(headers, "Upload-Offset")


def read_content_length(headers: Headers) -> int | None:
    """Bytes announced for this body; None when it is sent in chunks of unknown number."""
    return _whole_number(headers, "Content-Length") if headers.get("Content-Length") else None


def read_checksum(headers: Headers) -> Checksum | None:
    """`Upload-Checksum`, None when there is none; an unknown algorithm is refused."""
    value = headers.get("Upload-Checksum")
    if value is None:
        return None
    algorithm, _, encoded = value.strip().partition(" ")
    if algorithm not in CHECKSUM_ALGORITHMS:
        known = ", ".join(CHECKSUM_ALGORITHMS)
        raise TusRefused(BAD_REQUEST, f"Checksums are taken with one of: {known}.")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except ValueError:  # no Base64, or no ASCII
        raise TusRefused(BAD_REQUEST, "Upload-Checksum is an algorithm, a space, and Base64.") from None
    return Checksum(algorithm, digest)


def capabilities(max_bytes: int) -> dict[str, str]:
    """What this server can do, as OPTIONS tells it."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Max-Size": str(max_bytes),
        "Tus-Checksum-Algorithm": ",".join(CHECKSUM_ALGORITHMS),
    }


def length(length_bytes: int | None) -> dict[str, str]:
    """How long an upload is, or that this is not known yet."""
    return {"Upload-Defer-Length": "1"} if length_bytes is None else {"Upload-Length": str(length_bytes)}


def expiry(expires_at: datetime) -> dict[str, str]:
    """When an unfinished upload is forgotten."""
    return {"Upload-Expires": http_date(expires_at)}


def _whole_number(headers: Headers, name: str) -> int:
    value = headers.get(name, "").strip()
    if not _WHOLE_NUMBER.fullmatch(value):
        raise TusRefused(BAD_REQUEST, f"{name} is missing or not a whole number.")
    return int(value)
