"""The store that settings ask for."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.errors import WrongUsage
from pipeline.storage.folder import FolderStore
from pipeline.storage.opening import open_store
from pipeline.storage.s3 import S3Store


def test_each_kind_is_opened_without_asking_anything_of_it(tmp_path: Path) -> None:
    assert isinstance(open_store("folder", folder=tmp_path / "store"), FolderStore)
    assert not (tmp_path / "store").exists()
    assert isinstance(open_store("s3", bucket="statements", endpoint_url="http://127.0.0.1:1"), S3Store)


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("folder", {}, "settings name none"),
        ("ftp", {}, "“folder” or “s3”, not “ftp”"),
        ("s3", {}, "no bucket"),
        ("s3", {"bucket": "b", "endpoint_url": "s3.example.org"}, "with http or https"),
        ("s3", {"bucket": "b", "endpoint_url": "ftp://s3.example.org"}, "with http or https"),
        ("s3", {"bucket": "b", "access_key_id": "only"}, "both an access key and its secret"),
        ("s3", {"bucket": "b", "prefix": "../elsewhere"}, "not allowed in keys"),
    ],
)
def test_what_is_missing_is_named(kind: str, values: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongUsage, match=said):
        open_store(kind, **values)
