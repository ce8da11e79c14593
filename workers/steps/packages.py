"""Putting a freshly encoded package into the store, under a name of its own, and asking whether one is still whole."""

from collections.abc import Callable
from pathlib import Path

from pipeline.domain.packages import Package
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import package_prefix, under
from workers.steps.run import JobRun


def is_whole(run: JobRun, package: Package, prefix: str) -> bool:
    """Whether all of a kept package is still in the store."""
    present = set(run.context.store.list_keys(prefix))
    return {under(prefix, uri) for uri in package.media_uris()} <= present


def store_package(run: JobRun, folder: Path, package: Package, name: str, on_progress: Callable[[float], None]) -> str:
    """Put a package's media under a fresh prefix, the answer; they are removed when nothing comes of the attempt."""
    store = run.context.store
    prefix = package_prefix(name)
    run.undo.callback(store.delete_prefix, prefix)
    uris = package.media_uris()
    for done, uri in enumerate(uris, start=1):
        store.put_file(under(prefix, uri), folder / uri, content_type=content_type_of(uri), is_final=True)
        on_progress(done / len(uris))
    return prefix
