"""The folder against a dictionary: any order of writes, copies and deletes leaves what the dictionary says."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pipeline.domain.errors import WrongUsage
from pipeline.storage.folder import FolderStore
from pipeline.storage.store import ObjectMissing

KEYS = st.lists(st.sampled_from(["a", "b", "a-b", "a.b", "0"]), min_size=1, max_size=3).map("/".join)
TYPES = st.sampled_from(["text/plain", "application/octet-stream", "text/html; charset=utf-8"])
CACHING = st.sampled_from(["no-store", "public, max-age=31536000, immutable"])


class FolderAndDictionary(RuleBasedStateMachine):
    """What is in the folder is in the dictionary, and the other way round."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="presession-store-"))
        self.store = FolderStore(self.root / "store")
        self.expected: dict[str, tuple[bytes, str, str]] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    def _clashes(self, key: str) -> bool:
        return any(
            other.startswith(f"{key}/") or key.startswith(f"{other}/") for other in self.expected if other != key
        )

    @rule(key=KEYS, data=st.binary(max_size=9), content_type=TYPES, cache_control=CACHING, way=st.integers(0, 2))
    def write(self, key: str, data: bytes, content_type: str, cache_control: str, way: int) -> None:
        source = self.root / "source"
        source.unlink(missing_ok=True)
        source.write_bytes(data)
        attributes = {"content_type": content_type, "cache_control": cache_control}
        writes = [
            lambda: self.store.put_bytes(key, data, **attributes),
            lambda: self.store.put_file(key, source, **attributes),
            lambda: self.store.put_file(key, source, **attributes, is_final=True),
        ]
        if self._clashes(key):
            with pytest.raises(WrongUsage):
                writes[way]()
        else:
            writes[way]()
            self.expected[key] = (data, content_type, cache_control)

    @rule(source=KEYS, copied=KEYS, content_type=TYPES, cache_control=CACHING)
    def copy(self, source: str, copied: str, content_type: str, cache_control: str) -> None:
        attributes = {"content_type": content_type, "cache_control": cache_control}
        if source not in self.expected:
            with pytest.raises(ObjectMissing):
                self.store.copy(source, copied, **attributes)
        elif self._clashes(copied):
            with pytest.raises(WrongUsage):
                self.store.copy(source, copied, **attributes)
        else:
            self.store.copy(source, copied, **attributes)
            self.expected[copied] = (self.expected[source][0], content_type, cache_control)

    @rule(key=KEYS)
    def delete(self, key: str) -> None:
        self.store.delete(key)
        self.expected.pop(key, None)

    @rule(key=KEYS)
    def delete_prefix(self, key: str) -> None:
        below = [other for other in self.expected if other.startswith(f"{key}/")]
        assert self.store.delete_prefix(f"{key}/") == len(below)
        for other in below:
            del self.expected[other]

    @invariant()
    def holds_the_same(self) -> None:
        assert list(self.store.list_keys("")) == sorted(self.expected)
        for key, (data, content_type, cache_control) in self.expected.items():
            info = self.store.stat(key)
            assert info is not None
            assert (info.size_bytes, info.content_type, info.cache_control) == (len(data), content_type, cache_control)
            assert self.store.read_bytes(key) == data

    @invariant()
    def leaves_nothing_behind(self) -> None:
        assert not list((self.root / "store" / ".incoming").glob("*"))
        kept = [path for path in (self.root / "store" / ".attributes").rglob("*") if path.is_file()]
        assert len(kept) <= len(self.expected)


FolderAndDictionary.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestFolderAndDictionary = FolderAndDictionary.TestCase
