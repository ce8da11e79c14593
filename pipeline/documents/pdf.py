"""PDF files: text out of them, and the same pages rewritten without what tells who made them, when and with what.

The pages are copied into a new file, object by object; only what a reader sees goes with them. Scripts, attachments,
comments, forms' fields, signatures and earlier revisions do not.
"""

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError, PyPdfError
from pypdf.filters import decode_stream_data
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject, StreamObject

from pipeline.documents.pictures import PictureBroken, has_metadata, without_metadata
from pipeline.documents.refusals import DocumentFault, DocumentRefused

MOST_PAGES = 300

_KEPT_IN_ROOT = {"/Type", "/Pages", "/Lang", "/MarkInfo", "/StructTreeRoot", "/OCProperties", "/PageLabels", "/Dests"}
_GONE = {
    "/AA",
    "/AF",
    "/Author",
    "/Company",
    "/Creator",
    "/CreatorInfo",
    "/Encrypt",
    "/JS",
    "/JavaScript",
    "/Keywords",
    "/LastModified",
    "/Metadata",
    "/OpenAction",
    "/PieceInfo",
    "/PresSteps",
    "/Producer",
    "/PtData",
    "/SeparationInfo",
    "/Thumb",
    "/VP",
    "/OPI",
    "/Measure",
    "/Alternates",
    "/ModDate",
    "/CreationDate",
}
_GONE_BEGINS = "/PTEX."
"""Where TeX notes down from which file of whose machine a picture came, with what that said of its making."""

_PAGE_KEYS = {
    "/Type",
    "/Parent",
    "/Resources",
    "/MediaBox",
    "/CropBox",
    "/BleedBox",
    "/TrimBox",
    "/ArtBox",
    "/Contents",
    "/Rotate",
    "/Group",
    "/Annots",
    "/StructParents",
    "/Tabs",
    "/UserUnit",
}
_ELSEWHERE = {"/F", "/FFilter", "/FDecodeParms", "/Ref"}
"""What names a file in which a stream, or the document that it stands for, lies."""

_LINK_KEYS = {"/Type", "/Subtype", "/Rect", "/Border", "/BS", "/C", "/A", "/Dest", "/QuadPoints", "/F", "/H"}
_PHOTOGRAPHS = {"/DCTDecode", "/JPXDecode"}
_FIELD_KEYS = {"/Type", "/Subtype", "/Rect", "/AP", "/AS", "/F"}
_KEPT_ANNOTATIONS = {"/Link": _LINK_KEYS, "/Widget": _FIELD_KEYS}
_BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, OverflowError)
"""What pypdf raises for files that do not hold together, some of it by accident."""


def pdf_text(data: bytes) -> str:
    """What can be read in it, page by page; empty for pages that are pictures."""
    try:
        return "\n\n".join(page.extract_text() for page in _open(data).pages)
    except (*_BROKEN, RecursionError) as error:
        raise DocumentRefused(DocumentFault.BROKEN) from error


def clean_pdf(data: bytes) -> bytes:
    """The pages in a new file without metadata; raises `DocumentRefused`."""
    try:
        # Twice: what the first pass cut off is no longer led to by anything, and is not copied by the second.
        return _rewritten(_rewritten(data))
    except (*_BROKEN, PictureBroken, RecursionError) as error:
        raise DocumentRefused(DocumentFault.BROKEN) from error


def pdf_metadata(data: bytes) -> list[str]:
    """What is still in it that tells of its making; read anew from its bytes. Empty is the proof."""
    reader = PdfReader(io.BytesIO(data))
    told = [key for key in ("/Info", "/ID", "/Encrypt") if key in reader.trailer]
    root: Any = reader.trailer["/Root"]
    told += [key for key in root if key not in _KEPT_IN_ROOT]
    told += [key for page in reader.pages for key in page if key not in _PAGE_KEYS]
    for one in _all_objects(reader):
        told += _metadata_in(one)
    return told


def _open(data: bytes) -> PdfReader:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not _opens_without_password(reader):
        raise DocumentRefused(DocumentFault.LOCKED)
    if len(reader.pages) > MOST_PAGES:
        raise DocumentRefused(DocumentFault.TOO_MUCH)
    if not reader.pages:
        raise DocumentRefused(DocumentFault.BROKEN)
    return reader


def _opens_without_password(reader: PdfReader) -> bool:
    try:
        return bool(reader.decrypt(""))
    except (DependencyError, NotImplementedError):  # AES, which needs a package that we do without
        return False


def _rewritten(data: bytes) -> bytes:
    writer = PdfWriter(clone_from=_open(data))
    writer.metadata = None
    writer._ID = None  # copied from the original; there is no public way to be rid of it
    root = writer.root_object
    for key in [key for key in root if key not in _KEPT_IN_ROOT]:
        del root[key]
    for page in writer.pages:
        _clean_annotations(page)
        for key in set(page) - _PAGE_KEYS:
            del page[key]
    for one in writer._objects:  # every object of the new file, and no public list of them
        for part in _dictionaries(one):
            _clean_dictionary(part)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _clean_annotations(page: DictionaryObject) -> None:
    """Links stay as links and filled-in fields as pictures of themselves; comments, stamps and attachments go."""
    listed: Any = page.get("/Annots", ArrayObject()).get_object()
    found = [one.get_object() for one in listed] if isinstance(listed, ArrayObject) else []
    page.pop("/Annots", None)
    kept = ArrayObject(one for one in found if isinstance(one, DictionaryObject) and _keep_annotation(one))
    if kept:
        page[NameObject("/Annots")] = kept


def _keep_annotation(annotation: DictionaryObject) -> bool:
    kept = _KEPT_ANNOTATIONS.get(str(annotation.get("/Subtype")), set())
    for key in [key for key in annotation if key not in kept]:
        del annotation[key]
    return bool(kept)


def _clean_dictionary(one: DictionaryObject) -> None:
    if one.get("/Type") == "/Annot":  # one that no page lists, but something else leads to
        _keep_annotation(one)
    for key in _telling_keys(one):
        del one[key]
    if "/A" in one and not _is_harmless(one["/A"]):
        del one["/A"]
    if isinstance(one, StreamObject) and (coded := _photograph_coding(one)):
        one._data = without_metadata(_coded_picture(one))
        one[NameObject("/Filter")] = NameObject(coded)
        told: Any = one.pop("/DecodeParms", None)
        if isinstance(last := told[-1] if isinstance(told, ArrayObject) and told else told, DictionaryObject):
            one[NameObject("/DecodeParms")] = last


def _telling_keys(one: DictionaryObject) -> set[str]:
    named = {key for key in one if key in _GONE or key.startswith(_GONE_BEGINS)}
    return named | (_ELSEWHERE & set(one) if isinstance(one, StreamObject) else set())


def _is_harmless(action: Any) -> bool:
    """Links to the web and within the document; others run programs or name files on somebody's machine."""
    if not isinstance(action, DictionaryObject) or isinstance(action, StreamObject) or "/S" not in action:
        return True  # something of another kind that bears the same letter: a letter's own drawing, say
    if "/Next" in action or action.get("/S") not in {"/URI", "/GoTo"}:
        return False
    return action.get("/S") == "/GoTo" or str(action.get("/URI", "")).lower().startswith(("http://", "https://"))


def _photograph_coding(one: StreamObject) -> str:
    """How a photograph is coded, whatever it is wrapped in; empty for everything else."""
    filters: Any = one.get("/Filter")
    last = filters[-1] if isinstance(filters, ArrayObject) and filters else filters
    return str(last) if last in _PHOTOGRAPHS else ""


def _coded_picture(one: StreamObject) -> bytes:
    """The coded bytes of a photograph, out of what else they are wrapped in."""
    filters: Any = one.get("/Filter")
    is_wrapped = isinstance(filters, ArrayObject) and len(filters) > 1
    return bytes(decode_stream_data(one)) if is_wrapped else bytes(one._data)  # as they lie in the file


def _metadata_in(one: PdfObject) -> list[str]:
    told: list[str] = []
    for part in _dictionaries(one):
        told += _telling_keys(part)
        if part.get("/Type") == "/Annot" and set(part) - _KEPT_ANNOTATIONS.get(str(part.get("/Subtype")), set()):
            told.append("/Annot")
        if "/A" in part and not _is_harmless(part["/A"]):
            told.append("/A")
        if part.get("/Type") in {"/EmbeddedFile", "/Filespec", "/Sig"} or part.get("/S") == "/JavaScript":
            told.append(str(part.get("/Type", "/JavaScript")))
        if isinstance(part, StreamObject) and _photograph_coding(part) and has_metadata(_coded_picture(part)):
            told.append("Exif")
    return told


def _all_objects(reader: PdfReader) -> Iterator[PdfObject]:
    """Every object that lies in the file, whether anything leads to it or not."""
    for generation, ids in reader.xref.items():
        for object_id in ids:
            yield IndirectObject(object_id, generation, reader).get_object() or ArrayObject()
    for object_id in reader.xref_objStm:
        yield IndirectObject(object_id, 0, reader).get_object() or ArrayObject()


def _dictionaries(one: PdfObject | None) -> Iterator[DictionaryObject]:
    """An object's dictionaries: itself, and those written directly within it; references are not followed."""
    waiting: list[Any] = [one]
    while waiting:
        current = waiting.pop()
        if isinstance(current, DictionaryObject):
            yield current
            waiting.extend(_direct_values(current))
        elif isinstance(current, ArrayObject):
            waiting.extend(value for value in list.__iter__(current) if not isinstance(value, IndirectObject))


def _direct_values(one: DictionaryObject) -> list[Any]:
    return [value for value in dict.values(one) if not isinstance(value, IndirectObject)]
