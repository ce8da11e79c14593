"""What kind of document bytes are, by the bytes alone; a name or a browser's word counts for nothing."""

import io
import zipfile
from enum import StrEnum

from pipeline.domain.papers import PaperKind

_PDF_WITHIN = 1024
_WORD = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ODT = b"application/vnd.oasis.opendocument.text"
_CONTENT_TYPES = "[Content_Types].xml"
_MOST_TYPES_BYTES = 1024**2
_NOT_TEXT = {0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20}


class DocumentKind(StrEnum):
    """Kinds that text can be taken from."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    TXT = "txt"


def document_kind(data: bytes) -> DocumentKind | None:
    """The kind, None for anything else."""
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return DocumentKind.PDF
    if data.startswith(b"PK\x03\x04"):
        return _archive_kind(data)
    return DocumentKind.TXT if _can_be_text(data) else None


def looks_like_paper(head: bytes) -> PaperKind | None:
    """What a paper's first bytes announce, without reading it: enough to refuse a picture at once."""
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return PaperKind.PDF
    return PaperKind.DOCX if head.startswith(b"PK\x03\x04") else None


def _archive_kind(data: bytes) -> DocumentKind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if _CONTENT_TYPES in names and _WORD in _start_of(archive, _CONTENT_TYPES):
                return DocumentKind.DOCX
            if "mimetype" in names and _start_of(archive, "mimetype").strip() == _ODT:
                return DocumentKind.ODT
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        return None
    return None


def _start_of(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_MOST_TYPES_BYTES)


def _can_be_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return bool(data) and _NOT_TEXT.isdisjoint(data)
