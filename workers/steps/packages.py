"""Putting a freshly encoded package into the store, under a name of its own, or finding one that is there already."""

from collections.abc import Callable
from pathlib import Path

from pipeline.domain.packages import Package
from pipeline.services.results import KeptResult, find_result
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import package_prefix, under
from workers.steps.run import JobRun


def find_package(run: JobRun, fingerprint: str) -> KeptResult | None:
    """The kept package for these inputs, when all of it is still in the store."""
    with run.context.database.read() as db:
        found = find_result(db, fingerprint)
    if found is None:
        return None
    present = set(run.context.store.list_keys(found.prefix))
    wanted = {under(found.prefix, uri) for uri in Package.from_json(found.facts).media_uris()}
    return found if wanted <= present else None


def store_package(
    run: JobRun, folder: Path, package: Package, name: str, on_progress: Callable[[float], None]
) -> KeptResult:
    """Put a package's media under a fresh prefix; they are removed again when nothing comes of the attempt."""
    store = run.context.store
    prefix = package_prefix(name)
    run.undo.callback(store.delete_prefix, prefix)
    uris = package.media_uris()
    for done, uri in enumerate(uris, start=1):
        store.put_file(under(prefix, uri), folder / uri, content_type=content_type_of(uri), is_final=True)
        on_progress(done / len(uris))
    return KeptResult(package.to_json(), prefix)
