"""Bringing an original from the store to where ffmpeg can read it."""

from pathlib import Path

from pipeline.services import originals
from pipeline.services.originals import StoredOriginal
from workers.steps.run import JobRun


def fetch_original(run: JobRun, original: StoredOriginal) -> Path:
    """A private copy of an uploaded original, in the attempt's folder."""
    path = run.folder / "original"
    originals.fetch_original(run.context.originals, original, path)
    return path
