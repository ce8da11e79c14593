"""Bringing an original from the store to where ffmpeg can read it."""

from pathlib import Path

from pipeline.domain.errors import FinalError, RetryableError
from pipeline.storage.store import ObjectMissing
from workers.steps.run import JobRun


def fetch_original(run: JobRun, key: str, size_bytes: int) -> Path:
    """A private copy of an uploaded original, in the attempt's folder."""
    path = run.folder / "original"
    try:
        run.context.store.fetch_file(key, path)
    except ObjectMissing as error:
        raise FinalError("The uploaded original is gone from the store. The speaker has to upload it again.") from error
    if path.stat().st_size != size_bytes:
        raise RetryableError("The store gave another number of bytes than were uploaded.")
    return path
