"""Both stores for the contract, and each alone for what only it does."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from pipeline.storage.folder import FolderStore
from pipeline.storage.s3 import S3Store
from pipeline.storage.store import ObjectStore
from tests.fixtures.s3 import Bucket


@pytest.fixture
def folder_store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "store")


@pytest.fixture(scope="session")
def _opened_s3_store(make_s3_bucket: Callable[[], Bucket]) -> Iterator[S3Store]:
    store = S3Store(**asdict(make_s3_bucket()), prefix="installation/of-tests")
    yield store
    store.close()


@pytest.fixture
def s3_store(_opened_s3_store: S3Store) -> S3Store:
    """Empty; opening one for each test would cost a quarter of a second."""
    for key in _opened_s3_store.list_keys(""):
        _opened_s3_store.delete(key)
    return _opened_s3_store


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    opened: ObjectStore = request.getfixturevalue(f"{request.param}_store")
    return opened
