"""What an S3 can do beyond what all can: conditional writes, checksums, versions. Found out by trying.

Servers answer differently: some know no `If-Match` for writing and write all the same, Ceph 16 wants the ETag there
without its quotes. So nothing is taken from a name or a version number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

AnswerCode = Callable[[Callable[[], object]], str]
"""Makes a call; empty when it was done, otherwise the code that the server answered."""

CONFLICTS = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
"""How a conditional write is refused."""

_CONTENT = {"ContentType": "text/plain", "CacheControl": "no-store"}


class Matching(StrEnum):
    """How a server understands `If-Match` when something is written."""

    QUOTED = "quoted"
    BARE = "bare"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class S3Abilities:
    """What was found: `If-None-Match: *` for new objects, `If-Match` for others, SHA-256 kept with the object."""

    creates_once: bool
    matching: Matching
    keeps_sha256: bool

    @property
    def has_conditional_writes(self) -> bool:
        """Whether a pointer can be moved by the store's own condition."""
        return self.creates_once and self.matching is not Matching.UNKNOWN


def find_abilities(client: "S3Client", bucket: str, name: str, code_of: AnswerCode) -> S3Abilities:
    """Try on one object of this name, which is gone afterwards; what the server does not do counts as not there."""
    place = {"Bucket": bucket, "Key": name}

    def put(body: bytes, **condition: str) -> str:
        return code_of(lambda: client.put_object(**_untyped(place), Body=body, **_untyped(_CONTENT | condition)))

    # Without any condition first: what is wrong with the bucket or the key is no matter of abilities.
    client.put_object(**_untyped(place), Body=b"0", **_untyped(_CONTENT))
    try:
        matching = _find_matching(client, place, put)
        keeps_sha256 = put(b"1", ChecksumAlgorithm="SHA256") == "" and _tells_sha256(client, place, code_of)
        code_of(lambda: client.delete_object(**_untyped(place)))
        creates_once = put(b"2", IfNoneMatch="*") == "" and put(b"3", IfNoneMatch="*") in CONFLICTS
        return S3Abilities(creates_once, matching, keeps_sha256)
    finally:
        code_of(lambda: client.delete_object(**_untyped(place)))


def etag_for(matching: Matching, etag: str) -> str:
    """An ETag as the server wants it in `If-Match`."""
    return etag.strip('"') if matching is Matching.BARE else f'"{etag.strip(chr(34))}"'


def _find_matching(client: "S3Client", place: Mapping[str, str], put: Callable[..., str]) -> Matching:
    for matching in (Matching.QUOTED, Matching.BARE):
        etag = str(client.head_object(**_untyped(place))["ETag"])
        right = put(f"5 {matching}".encode(), IfMatch=etag_for(matching, etag))
        stale = put(b"6", IfMatch=etag_for(matching, etag))
        if right == "" and stale in CONFLICTS:
            return matching
    return Matching.UNKNOWN


def _tells_sha256(client: "S3Client", place: Mapping[str, str], code_of: AnswerCode) -> bool:
    told: list[str] = []
    asked = _untyped({**place, "ChecksumMode": "ENABLED"})
    code_of(lambda: told.append(client.head_object(**asked).get("ChecksumSHA256", "")))
    return bool(told and told[0])


def _untyped(arguments: Mapping[str, str]) -> Any:
    """Arguments by name as one mapping, which the client's types do not describe."""
    return arguments
