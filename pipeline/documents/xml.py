"""XML from outside, parsed without entities, without a network, without anything beside it being opened."""

from typing import Any

from lxml import etree

from pipeline.documents.refusals import DocumentFault, DocumentRefused

Element = Any
"""An element of lxml, which has no types of its own."""


def parse_xml(data: bytes) -> Element:
    """The root; raises `DocumentRefused` for what is no XML, or brings a document type of its own."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentRefused(DocumentFault.BROKEN) from error
    if root.getroottree().docinfo.doctype:
        raise DocumentRefused(DocumentFault.BROKEN)
    return root


def write_xml(root: Element) -> bytes:
    """The bytes of a part."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def local_name(element: Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def drop(element: Element) -> None:
    """Take an element out with all in it; text that follows it stays."""
    _put_before(element, element.tail or "")
    element.getparent().remove(element)


def unwrap(element: Element) -> None:
    """Put what is in an element in its place."""
    parent = element.getparent()
    for child in list(element):
        element.addprevious(child)
    _put_before(element, element.tail or "")
    parent.remove(element)


def _put_before(element: Element, text: str) -> None:
    if not text:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent = element.getparent()
        parent.text = (parent.text or "") + text
