"""Text out of OpenDocument files."""

from collections.abc import Iterator

from pipeline.documents.archives import read_archive
from pipeline.documents.refusals import DocumentFault, DocumentRefused
from pipeline.documents.xml import Element, local_name, parse_xml

_NOT_SHOWN = {"annotation", "annotation-end", "tracked-changes", "deletion", "note-citation"}
_PARAGRAPHS = {"p", "h"}
_MOST_BLANKS = 200


def odt_text(data: bytes) -> str:
    """What can be read in it, paragraph by paragraph, without comments and deleted words."""
    content = read_archive(data).get("content.xml")
    if content is None:
        raise DocumentRefused(DocumentFault.BROKEN)
    return "".join(_read(parse_xml(content)))


def _read(element: Element) -> Iterator[str]:
    name = local_name(element)
    if name in _NOT_SHOWN:
        return
    yield _sign(element, name)
    if element.text and _is_within_paragraph(element):
        yield element.text
    for child in element:
        yield from _read(child)
        if child.tail and _is_within_paragraph(element):
            yield child.tail
    if name in _PARAGRAPHS:
        yield "\n\n"


def _sign(element: Element, name: str) -> str:
    if name == "s":
        count = next((value for key, value in element.attrib.items() if key.endswith("}c")), "1")
        return " " * min(int(count) if count.isdigit() else 1, _MOST_BLANKS)
    return {"tab": "\t", "line-break": "\n"}.get(name, "")


def _is_within_paragraph(element: Element) -> bool:
    return local_name(element) in _PARAGRAPHS or any(local_name(one) in _PARAGRAPHS for one in element.iterancestors())
