"""The still that staff chose, added to a package that is in the store already."""

from dataclasses import replace

from pipeline.domain.packages import Package
from pipeline.media.still import write_still
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import under
from workers.steps.run import JobRun

_LARGEST_WIDTH = 1280


def with_still(run: JobRun, package: Package, prefix: str, at_seconds: float | None) -> Package:
    """The package with the picture at this moment as its poster, made where it is not there; without one as it is.

    Its name says its moment: nothing that lies in the store is ever another picture.
    """
    if at_seconds is None:
        return package
    uri = f"poster-{round(at_seconds * 10)}.jpg"
    key = under(prefix, uri)
    if run.context.store.stat(key) is None:
        _make(run, package, prefix, at_seconds, key)
    return replace(package, poster_uri=uri)


def _make(run: JobRun, package: Package, prefix: str, at_seconds: float, key: str) -> None:
    store, folder = run.context.store, run.folder / "still"
    folder.mkdir()
    fitting = [video for video in package.videos if video.width <= _LARGEST_WIDTH]
    source = fitting[-1] if fitting else package.videos[0]
    store.fetch_file(under(prefix, source.uri), folder / "rendition.mp4")
    target = folder / "poster.jpg"
    programs = run.context.programs
    write_still(
        folder / "rendition.mp4", at_seconds, target, duration_seconds=package.duration_seconds, programs=programs
    )
    run.undo.callback(store.delete, key)
    store.put_file(key, target, content_type=content_type_of(key), is_final=True)
