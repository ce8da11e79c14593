"""Versions in a bucket that keeps them: what a plain removal leaves behind, and removing that too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


@dataclass(frozen=True)
class KeptVersion:
    """One version of an object, or a mark of its deletion; `is_shown` is what a reader gets."""

    name: str
    version_id: str
    is_shown: bool
    is_mark: bool

    @property
    def named(self) -> "ObjectIdentifierTypeDef":
        """As a request to remove names it."""
        return {"Key": self.name, "VersionId": self.version_id}


def keeps_versions(client: "S3Client", bucket: str) -> bool:
    """Whether the bucket keeps or has kept versions: what was kept before keeping was suspended is still there."""
    return client.get_bucket_versioning(Bucket=bucket).get("Status") in {"Enabled", "Suspended"}


def list_versions(client: "S3Client", bucket: str, prefix: str) -> Iterator[KeptVersion]:
    """Everything that the bucket keeps of the names that begin so."""
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for version in page.get("Versions", ()):
            yield KeptVersion(version["Key"], version["VersionId"], version["IsLatest"], is_mark=False)
        for mark in page.get("DeleteMarkers", ()):
            yield KeptVersion(mark["Key"], mark["VersionId"], mark["IsLatest"], is_mark=True)


def remove_named(client: "S3Client", bucket: str, objects: Sequence["ObjectIdentifierTypeDef"]) -> str:
    """Remove objects or versions, at most 1000, for good; the code of the first that was kept, mostly empty."""
    answer = client.delete_objects(Bucket=bucket, Delete={"Objects": list(objects), "Quiet": True})
    kept = answer.get("Errors", ())
    return kept[0].get("Code", "no reason given") if kept else ""
