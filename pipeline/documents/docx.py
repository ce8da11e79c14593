"""Word documents (DOCX): what can be read in them, and the same without what tells who wrote them, when and how.

Kept are the parts that make up what is read: text, styles, numbering, notes, headers, fonts, themes, pictures.
Everything else goes, known or not. Tracked changes are accepted: what was inserted stays, what was deleted is gone.
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from pipeline.documents.archives import read_archive, write_archive
from pipeline.documents.docx_marks import clean_body, drop_dangling, has_marks
from pipeline.documents.pictures import PictureBroken, has_metadata, without_metadata
from pipeline.documents.refusals import DocumentFault, DocumentRefused
from pipeline.documents.xml import Element, drop, local_name, parse_xml, write_xml

_CONTENT_TYPES = "[Content_Types].xml"
_RELATIONS = "_rels/.rels"
_BODY = "word/document.xml"
_MACROS = re.compile(r"(vbaProject|vbaData)", re.IGNORECASE)
_TEXT_PARTS = re.compile(
    r"^word/((document|styles|stylesWithEffects|numbering|settings|webSettings|fontTable|footnotes|endnotes)"
    r"|(header|footer)\d*|theme/theme\d*|charts/[A-Za-z]+\d*|diagrams/[A-Za-z]+\d*)\.xml$"
)
_PICTURES = re.compile(r"^word/media/[\w.-]+\.(png|jpe?g|gif|bmp)$", re.IGNORECASE)
_FONTS = re.compile(r"^word/fonts/[\w.-]+\.odttf$", re.IGNORECASE)
_WEB = re.compile(r"^https?://", re.IGNORECASE)
_LINK = "/hyperlink"


def docx_text(data: bytes) -> str:
    """What can be read in it, paragraph by paragraph, tables row by row; deleted words and comments are not."""
    body = _body(read_archive(data))
    clean_body(body)
    return "".join(_read(body))


def clean_docx(data: bytes) -> bytes:
    """The document without metadata; raises `DocumentRefused`."""
    parts = read_archive(data)
    if any(_MACROS.search(name) for name in parts):
        raise DocumentRefused(DocumentFault.HAS_MACROS)
    _body(parts)
    names = {name for name in parts if _is_kept(name)}
    of_kept = {name for name in parts if name == _RELATIONS or _is_relations_of_kept(name, names)}
    relations = {name: _clean_relations(name, parts[name], names) for name in of_kept}
    kept = {name: _clean_part(name, parts[name], relations.get(_relations_of(name))) for name in names} | relations
    kept[_CONTENT_TYPES] = _clean_types(parts[_CONTENT_TYPES], set(kept))
    return write_archive(kept)


def docx_metadata(data: bytes) -> list[str]:
    """What is still in it that tells of its making; read anew from its bytes. Empty is the proof."""
    parts = read_archive(data)
    strange = [name for name in parts if not (_is_kept(name) or name.endswith(".rels") or name == _CONTENT_TYPES)]
    marked = [name for name, part in parts.items() if name.endswith(".xml") and has_marks(parse_xml(part))]
    pictures = [name for name, part in parts.items() if _PICTURES.match(name) and has_metadata(part)]
    outward = [name for name, part in parts.items() if name.endswith(".rels") and any(_leads_out(part))]
    return [*strange, *marked, *pictures, *outward]


def _body(parts: dict[str, bytes]) -> Element:
    if _BODY not in parts or _CONTENT_TYPES not in parts:
        raise DocumentRefused(DocumentFault.BROKEN)
    return parse_xml(parts[_BODY])


def _is_kept(name: str) -> bool:
    return any(pattern.match(name) for pattern in (_TEXT_PARTS, _PICTURES, _FONTS))


def _relations_of(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.parent / "_rels" / f"{path.name}.rels")


def _is_relations_of_kept(name: str, kept: set[str]) -> bool:
    path = PurePosixPath(name)
    return path.suffix == ".rels" and str(path.parent.parent / path.stem) in kept


def _clean_part(name: str, part: bytes, relations: bytes | None) -> bytes:
    if _PICTURES.match(name):
        try:
            return without_metadata(part)
        except PictureBroken as error:
            raise DocumentRefused(DocumentFault.BROKEN) from error
    if not name.endswith(".xml"):
        return part
    root = parse_xml(part)
    clean_body(root)
    drop_dangling(root, {one.get("Id", "") for one in parse_xml(relations)} if relations else set())
    return write_xml(root)


def _clean_relations(name: str, part: bytes, kept: set[str]) -> bytes:
    """Only relations to what is kept, and links to the web: others point at templates, files, people's machines."""
    root = parse_xml(part)
    folder = PurePosixPath(name).parent.parent
    for relation in list(root):
        if not _may_stay(relation, folder, kept):
            drop(relation)
    return write_xml(root)


def _may_stay(relation: Element, folder: PurePosixPath, kept: set[str]) -> bool:
    target = relation.get("Target", "")
    if relation.get("TargetMode") == "External":
        return relation.get("Type", "").endswith(_LINK) and bool(_WEB.match(target))
    return _resolved(folder, target) in kept


def _resolved(folder: PurePosixPath, target: str) -> str:
    parts: list[str] = [] if target.startswith("/") else list(folder.parts)
    for step in PurePosixPath(target.lstrip("/")).parts:
        if step == "..":
            parts = parts[:-1]
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def _clean_types(part: bytes, kept: set[str]) -> bytes:
    root = parse_xml(part)
    for entry in list(root):
        if local_name(entry) == "Override" and entry.get("PartName", "").lstrip("/") not in kept:
            drop(entry)
    return write_xml(root)


def _leads_out(part: bytes) -> Iterator[bool]:
    for relation in parse_xml(part):
        if relation.get("TargetMode") == "External" and not _WEB.match(relation.get("Target", "")):
            yield True


def _read(element: Element) -> Iterator[str]:
    name = local_name(element)
    if name == "t":
        yield element.text or ""
    yield {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}.get(name, "") if _is_sign(element) else ""
    for child in element:
        if not (name == "AlternateContent" and local_name(child) == "Fallback"):  # the same words a second time
            yield from _read(child)
    if name == "p":
        yield "\t" if local_name(element.getparent()) == "tc" else "\n\n"
    elif name == "tr":
        yield "\n"


def _is_sign(element: Element) -> bool:
    """Tabs are also named where a paragraph's stops are set."""
    parent = element.getparent()
    return parent is not None and local_name(parent) == "r"
