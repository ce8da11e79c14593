"""The text of a document that somebody sends to have it read; the document itself is not kept."""

from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore

from werkzeug.datastructures import FileStorage

from pipeline.documents.confined import text_of

_READERS = BoundedSemaphore(2)
"""Documents that are read at the same time: each needs a process of its own."""


def read_document(file: FileStorage | None, language: str) -> str:
    """What can be read in it; empty without a file. Hold no transaction meanwhile. Raises `DocumentRefused`."""
    if file is None or not file.filename:
        return ""
    with _READERS, TemporaryDirectory(prefix="presession-") as folder:
        path = Path(folder) / "document"
        file.save(path)
        return text_of(path, language=language)
