"""A release walked in the store before anybody sees it: what a player would fetch, before the pointer moves."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from pipeline.domain.errors import FinalError
from pipeline.domain.packages import ByteRange
from pipeline.site.release import POINTER_URI, ReleasePlan
from pipeline.site.served_rules import Fetched
from pipeline.site.walking import WalkReport, walk_release
from pipeline.storage.attributes import content_type_of
from pipeline.storage.store import ObjectMissing, ObjectStore

_ADDRESS = "http://store.invalid/watch/"
_AT_ONCE = 8


class ReleaseBroken(FinalError):
    """A release would not play; the pointer has not moved. `problems` are for operators."""

    def __init__(self, problems: list[str]) -> None:
        first = problems[0].removeprefix(_ADDRESS)
        super().__init__(f"The new release has {len(problems)} faults, so the old one stays live. The first: {first}")
        self.problems = tuple(problems)


def walk_in_store(store: ObjectStore, plan: ReleasePlan) -> WalkReport:
    """Walk a written release as a visitor will once the pointer leads to it."""
    visitor = _Visitor(store, plan)
    visitor.read_ahead(plan.files)
    return walk_release(visitor.fetch, _ADDRESS, fetch_range=visitor.fetch_range, size_of=visitor.size_of)


def demand_playable(store: ObjectStore, plan: ReleasePlan) -> WalkReport:
    """The same; raises `ReleaseBroken` where anything is wrong."""
    report = walk_in_store(store, plan)
    if report.problems:
        raise ReleaseBroken(report.problems)
    return report


class _Visitor:
    """Answers addresses out of a store, the country's front page out of the plan."""

    def __init__(self, store: ObjectStore, plan: ReleasePlan) -> None:
        self._store = store
        self._plan = plan
        self._read: dict[str, Fetched] = {}

    def read_ahead(self, paths: Iterable[str]) -> None:
        """Read small files side by side: a store over a network answers each in tens of milliseconds."""
        wanted = list(paths)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            self._read = dict(zip(wanted, pool.map(self._from_store, wanted), strict=True))

    def fetch(self, url: str) -> Fetched:
        """What a web server would answer."""
        path = _path(url)
        if path == POINTER_URI:
            return Fetched(200, content_type_of(path), self._plan.pointer)
        return self._read[path] if path in self._read else self._from_store(path)

    def fetch_range(self, url: str, span: ByteRange) -> Fetched:
        """Some bytes of it."""
        path = _path(url)
        try:
            with self._store.read_range(self._plan.key(path), span.offset, span.end) as chunks:
                return Fetched(200, content_type_of(path), b"".join(chunks))
        except ObjectMissing:
            return Fetched(404, "", b"")

    def size_of(self, url: str) -> int | None:
        """How many bytes there are."""
        info = self._store.stat(self._plan.key(_path(url)))
        return info.size_bytes if info else None

    def _from_store(self, path: str) -> Fetched:
        try:
            return Fetched(200, content_type_of(path), self._store.read_bytes(self._plan.key(path)))
        except ObjectMissing:
            return Fetched(404, "", b"")


def _path(url: str) -> str:
    return urlsplit(url).path.removeprefix("/watch/") or POINTER_URI
