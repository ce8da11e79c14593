"""A store seen as a web server sees it, and a store whose calls fail."""

from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.site.walking import Fetched
from pipeline.storage.folder import FolderStore
from pipeline.storage.store import ObjectStore, StoreUnavailable

ADDRESS = "http://store.test/watch/"


class StoreWeb:
    """Answers addresses below `ADDRESS` out of the objects under a prefix."""

    def __init__(self, store: ObjectStore, prefix: str) -> None:
        self._store = store
        self._prefix = prefix

    def fetch(self, url: str) -> Fetched:
        """One answer."""
        path = urlsplit(url).path.removeprefix("/watch/") or "index.html"
        info = self._store.stat(self._prefix + path)
        if info is None:
            return Fetched(404, "text/plain", b"")
        return Fetched(200, info.content_type, self._store.read_bytes(info.key))


class FailingStore(FolderStore):
    """A real folder store whose n-th change fails, before or after it was made."""

    def __init__(self, root: Path, *, fails_at: int, fails_after: bool = False) -> None:
        super().__init__(root)
        self._changes = count(1)
        self._fails_at = fails_at
        self._fails_after = fails_after

    def put_bytes(self, key: str, data: bytes, **attributes: Any) -> None:
        """Write, or fail."""
        self._change(lambda: super(FailingStore, self).put_bytes(key, data, **attributes))

    def copy(self, source: str, target: str, **attributes: Any) -> None:
        """Copy, or fail."""
        self._change(lambda: super(FailingStore, self).copy(source, target, **attributes))

    def _change(self, change: Any) -> None:
        fails = next(self._changes) == self._fails_at
        if fails and not self._fails_after:
            raise StoreUnavailable("The store went away.")
        change()
        if fails:
            raise StoreUnavailable("The store went away.")
