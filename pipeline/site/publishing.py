"""Writing a release into a store: media, then manifests and pages, each verified, and the pointer last.

Until the pointer is written, nothing that the old one leads to has changed: a crash at any step leaves the old
release or the new one, never a mixture. Running again continues where it broke off.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from pipeline.domain.errors import FinalError, RetryableError
from pipeline.site.release import POINTER_URI, PlannedCopy, ReleasePlan
from pipeline.storage.attributes import content_type_of
from pipeline.storage.comparing import has_same_bytes, holds_bytes
from pipeline.storage.keys import media_uri, release_uri, under
from pipeline.storage.store import ObjectInfo, ObjectMissing, ObjectStore

POINTER_CACHING = "no-cache"
"""Browsers ask each time whether the page has changed, so a new release shows at once."""

CONTENT_CACHING = "public, max-age=300"
"""Published objects never change, but they can be taken down, and no cache may keep one for long after that."""

ASSET_CACHING = "public, max-age=31536000, immutable"
"""The player says nothing about anybody and may be kept for good."""

_AT_ONCE = 8
"""Objects on their way at the same time: a store over a network answers each in tens of milliseconds."""

WORTH_SHARING = 2048
"""Bytes below which asking for a file costs as much as sending it."""

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class ReleaseIncomplete(RetryableError):
    """An object is not in the store as it was written; the pointer has not moved."""


@dataclass(frozen=True)
class WriteReport:
    """What writing a release took; `kept` objects were there already from an earlier release or attempt.

    `written` files were sent to the store, `shared` ones it took over from the release before by itself.
    """

    copied: int
    kept: int
    written: int
    written_bytes: int
    shared: int = 0


def write_release(
    store: ObjectStore, plan: ReleasePlan, on_progress: Callable[[float], None] | None = None
) -> WriteReport:
    """Put a planned release into the store and make it live: `write_objects`, then `move_pointer`."""
    seen = look_at_pointer(store, plan.site_prefix)
    report = write_objects(store, plan, on_progress)
    move_pointer(store, plan, seen)
    return report


def write_objects(
    store: ObjectStore,
    plan: ReleasePlan,
    on_progress: Callable[[float], None] | None = None,
    *,
    before: str = "",
) -> WriteReport:
    """Put all of a planned release but its pointer into the store; `on_progress` is told shares from 0 to 1.

    `before` is the folder of the release that is out: what is the same there is taken over inside the store, so that a
    corrected subtitle sends little. Raises `FinalError` when media to publish are gone, `ReleaseIncomplete` when what
    was written is not there.
    """
    steps = _Steps(len(plan.copies) + 2 * len(plan.files), on_progress)
    copied = sum(steps.counted(_in_parallel(partial(_copy_missing, store, plan), plan.copies)))
    sent = list(steps.counted(_in_parallel(partial(_write_file, store, plan, before), plan.files)))
    for _ in steps.counted(_in_parallel(partial(_verify_file, store, plan), plan.files)):
        pass
    shared = sent.count(0)
    return WriteReport(copied, len(plan.copies) - copied, len(sent) - shared, sum(sent), shared)


def look_at_pointer(store: ObjectStore, prefix: str) -> ObjectInfo | None:
    """A country's pointer as it is, to be moved on the condition that nobody else moved it since; None for none."""
    return store.stat(under(prefix, POINTER_URI))


def move_pointer(store: ObjectStore, plan: ReleasePlan, seen: ObjectInfo | None) -> None:
    """Make a written release live, at once: one small object is replaced, by nobody else since it was `seen`.

    Raises `ObjectChanged` where somebody was faster. The caller holds the lock of whatever the pointer belongs to and
    looked at it before asking whether the release may go out; the condition is for who lost the lock without knowing.
    """
    put_pointer(store, plan.site_prefix, plan.pointer, seen)


def put_pointer(store: ObjectStore, prefix: str, page: bytes, seen: ObjectInfo | None) -> None:
    """Have a country's pointer be this page, under the same conditions."""
    if seen is not None and seen.cache_control == POINTER_CACHING and holds_bytes(store, seen, page):
        return
    version = seen.version if seen else None
    headers = {"content_type": content_type_of(POINTER_URI), "cache_control": POINTER_CACHING}
    store.replace_bytes(under(prefix, POINTER_URI), page, seen=version, **headers)


def forget_old_pointers(store: ObjectStore, prefix: str) -> int:
    """Remove what a bucket with versions keeps of earlier pointers: they name who was shown; the number removed."""
    return store.forget_versions(under(prefix, POINTER_URI))


def remove_release(store: ObjectStore, prefix: str, name: str) -> int:
    """Remove the files of one release below a country's published prefix; the number removed.

    Media are shared between releases and stay; see `remove_media`.
    """
    return _remove(store, under(prefix, release_uri(name).rstrip("/")) + "/")


def remove_media(store: ObjectStore, prefix: str, name: str) -> int:
    """Remove one statement's or card's published media below a country's published prefix; the number removed."""
    return _remove(store, under(prefix, media_uri(name).rstrip("/")) + "/")


def caching_of(path: str) -> str:
    """How long caches may keep a published object, by its path in the country's published folder."""
    if path == POINTER_URI:
        return POINTER_CACHING
    return ASSET_CACHING if "/assets/" in path else CONTENT_CACHING


class _Steps:
    def __init__(self, total: int, on_progress: Callable[[float], None] | None) -> None:
        self._total = total
        self._done = 0
        self._on_progress = on_progress

    def done(self) -> None:
        self._done += 1
        if self._on_progress:
            self._on_progress(self._done / self._total)

    def counted(self, results: Iterator[_Result]) -> Iterator[_Result]:
        for result in results:
            self.done()
            yield result


def _in_parallel(work: Callable[[_Item], _Result], items: Iterable[_Item]) -> Iterator[_Result]:
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        try:
            for future in as_completed([pool.submit(work, item) for item in items]):
                yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _copy_missing(store: ObjectStore, plan: ReleasePlan, copy: PlannedCopy) -> bool:
    """Copy and verify one object of media; False when it was there already, from an earlier release or attempt."""
    source = store.stat(copy.source_key)
    if source is None:
        raise FinalError("Media of a statement in this release are gone. Have its recording encoded again.")
    if _is_copied(store, plan, copy.target, source):
        return False
    content_type, caching = content_type_of(copy.target), caching_of(copy.target)
    try:
        store.copy(copy.source_key, plan.key(copy.target), content_type=content_type, cache_control=caching)
    except ObjectMissing as error:
        raise FinalError("Media of a statement were removed while its release was being written.") from error
    _demand(_is_copied(store, plan, copy.target, source))
    return True


def _write_file(store: ObjectStore, plan: ReleasePlan, before: str, path: str) -> int:
    """Have a file in the store; how many bytes were sent, none where the release before has the same."""
    content_type, caching = content_type_of(path), caching_of(path)
    data, key = plan.files[path], plan.key(path)
    if before and path.startswith(plan.release_uri) and len(data) >= WORTH_SHARING:
        source = store.stat(plan.key(before + path.removeprefix(plan.release_uri)))
        if source is not None and holds_bytes(store, source, data):
            with suppress(ObjectMissing):
                store.copy(source.key, key, content_type=content_type, cache_control=caching)
                return 0
    store.put_bytes(key, data, content_type=content_type, cache_control=caching)
    return len(data)


def _verify_file(store: ObjectStore, plan: ReleasePlan, path: str) -> None:
    info = _as_announced(store, plan, path)
    _demand(info is not None and holds_bytes(store, info, plan.files[path]))


def _is_copied(store: ObjectStore, plan: ReleasePlan, path: str, source: ObjectInfo) -> bool:
    info = _as_announced(store, plan, path)
    return info is not None and has_same_bytes(store, source, info)


def _as_announced(store: ObjectStore, plan: ReleasePlan, path: str) -> ObjectInfo | None:
    """What the store says of an object of a release; None where it is not there with its type and caching."""
    info = store.stat(plan.key(path))
    expected = (content_type_of(path), caching_of(path))
    return info if info and (info.content_type, info.cache_control) == expected else None


def _demand(is_there: bool) -> None:
    if not is_there:
        raise ReleaseIncomplete("The store does not hold all of the new release; the old one stays live.")


def _remove(store: ObjectStore, prefix: str) -> int:
    removed = store.delete_prefix(prefix)
    if store.count_traces(prefix):
        raise ReleaseIncomplete("The store still holds objects that were to be removed. Try again.")
    return removed
