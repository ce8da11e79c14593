"""Opening the store that an installation is set up for, from plain values."""

from pathlib import Path
from urllib.parse import urlsplit

from pipeline.domain.errors import WrongUsage
from pipeline.storage.folder import FolderStore
from pipeline.storage.store import ObjectStore


def open_store(
    kind: str,
    *,
    folder: Path | None = None,
    bucket: str = "",
    prefix: str = "",
    endpoint_url: str | None = None,
    region: str = "us-east-1",
    access_key_id: str | None = None,
    secret_access_key: str | None = None,
    path_style: bool | None = None,
    browser_url: str | None = None,
    compresses: bool = True,
) -> ObjectStore:
    """The store of a kind, `folder` or `s3`; nothing is asked of it yet. Raises `WrongUsage` naming what is missing."""
    if kind == "folder":
        if folder is None:
            raise WrongUsage("The store is a folder, but the settings name none.")
        return FolderStore(folder)
    if kind != "s3":
        raise WrongUsage(f"A store is a “folder” or “s3”, not “{kind}”.")
    _check_s3(bucket, endpoint_url, access_key_id, secret_access_key)
    # boto3 takes a third of a second to import; who keeps objects in a folder does not wait for it.
    from pipeline.storage.s3 import S3Store  # noqa: PLC0415

    return S3Store(
        bucket=bucket,
        prefix=prefix,
        endpoint_url=endpoint_url,
        region=region,
        access_key_id=access_key_id,
        secret_access_key=secret_access_key,
        path_style=path_style,
        browser_url=browser_url,
        compresses=compresses,
    )


def _check_s3(bucket: str, endpoint_url: str | None, access_key_id: str | None, secret_access_key: str | None) -> None:
    if not bucket:
        raise WrongUsage("The store is S3, but the settings name no bucket.")
    if endpoint_url is not None:
        address = urlsplit(endpoint_url)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise WrongUsage("The S3 store's address is like https://s3.example.org, with http or https before it.")
    if (access_key_id is None) != (secret_access_key is None):
        raise WrongUsage("The S3 store needs both an access key and its secret, or neither.")
