"""Zip archives from outside, read within bounds: DOCX and ODT files are such archives. Written anew without a trace."""

import io
import zipfile
from collections.abc import Mapping

from pipeline.documents.refusals import DocumentFault, DocumentRefused

_MOST_PARTS = 2000
_MOST_BYTES = 200 * 1024**2
_FIRST = "[Content_Types].xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def read_archive(data: bytes) -> dict[str, bytes]:
    """The parts of an archive by name; raises `DocumentRefused` for one that is locked, broken or far too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(entries)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise DocumentRefused(DocumentFault.BROKEN) from error
    except RuntimeError as error:  # zipfile's word for an entry that wants a password
        raise DocumentRefused(DocumentFault.LOCKED) from error


def write_archive(parts: Mapping[str, bytes]) -> bytes:
    """An archive of the parts: no times, no comments, no extra fields, whatever the one before had."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, parts[name])
    return out.getvalue()


def _check(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > _MOST_BYTES:
        raise DocumentRefused(DocumentFault.TOO_MUCH)
    # Two readers would see two different documents.
    if len(set(names)) != len(names) or any(".." in name or name.startswith("/") for name in names):
        raise DocumentRefused(DocumentFault.BROKEN)
    if any(entry.flag_bits & 1 for entry in entries):
        raise DocumentRefused(DocumentFault.LOCKED)
