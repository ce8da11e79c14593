"""The marks that people and Word leave within a document's text: changes, comments, sessions, names of files."""

import re
from collections.abc import Iterator

from pipeline.documents.xml import Element, drop, local_name, unwrap

_DELETED = {"del", "moveFrom"}
_INSERTED = {"ins", "moveTo"}
_ELEMENTS_GONE = {
    "attachedTemplate",
    "cellDel",
    "cellIns",
    "cellMerge",
    "commentRangeEnd",
    "commentRangeStart",
    "commentReference",
    "customXmlDelRangeEnd",
    "customXmlDelRangeStart",
    "customXmlInsRangeEnd",
    "customXmlInsRangeStart",
    "dataBinding",
    "docVars",
    "documentProtection",
    "docId",
    "mailMerge",
    "moveFromRangeEnd",
    "moveFromRangeStart",
    "moveToRangeEnd",
    "moveToRangeStart",
    "numberingChange",
    "pPrChange",
    "permEnd",
    "permStart",
    "proofErr",
    "rPrChange",
    "readModeInkLockDown",
    "removePersonalInformation",
    "revisionView",
    "rsids",
    "saveThroughXslt",
    "sectPrChange",
    "smartTagType",
    "tblGridChange",
    "tblPrChange",
    "tblPrExChange",
    "tcPrChange",
    "trPrChange",
    "trackRevisions",
    "writeProtection",
}
_ATTRIBUTES_GONE = {"author", "initials", "date", "dateUtc", "paraId", "textId", "userId", "providerId"}
_PICTURE_NAMES = {"docPr", "cNvPr"}
_FILE_NAME = re.compile(r"([\\/]|\.(png|jpe?g|gif|bmp|tiff?|emf|wmf|heic|svg|docx?|pdf)\s*$)", re.IGNORECASE)


def clean_body(root: Element) -> None:
    """Take all marks out of a part's tree; what was inserted stays, what was deleted or hidden goes."""
    for element in _elements(root):
        name = local_name(element)
        if name in _DELETED or _is_hidden_run(element, name) or name in _ELEMENTS_GONE:
            drop(element)
        elif name in _INSERTED:
            unwrap(element)
    for element in _elements(root):
        _clean_attributes(element)


def has_marks(root: Element) -> bool:
    """Whether any of the marks is still there."""
    return any(_is_mark(element) for element in _elements(root))


def _is_mark(element: Element) -> bool:
    name = local_name(element)
    if name in _DELETED | _INSERTED | _ELEMENTS_GONE or _is_hidden_run(element, name):
        return True
    return any(_is_gone(key) for key in element.attrib) or _tells_file(element, name)


def _elements(root: Element) -> Iterator[Element]:
    """All below the root, the root with them; what is taken out meanwhile is passed over."""
    everything = [element for element in root.iter() if isinstance(element.tag, str)]
    return (element for element in everything if element is root or _is_below(element, root))


def _is_below(element: Element, root: Element) -> bool:
    return element.getparent() is not None and element.getroottree().getroot() is root


def _is_hidden_run(element: Element, name: str) -> bool:
    if name != "r":
        return False
    properties = next((child for child in element if local_name(child) == "rPr"), None)
    return properties is not None and any(_is_vanish(child) for child in properties)


def _is_vanish(element: Element) -> bool:
    value = next(iter(element.attrib.values()), "true")
    return local_name(element) == "vanish" and value not in {"0", "false", "off"}


def _clean_attributes(element: Element) -> None:
    for key in list(element.attrib):
        if _is_gone(key):
            del element.attrib[key]
    if local_name(element) in _PICTURE_NAMES:
        _forget_file(element)


def _is_gone(key: str) -> bool:
    namespace, _, name = key.rpartition("}")
    return bool(namespace) and (name.startswith("rsid") or name in _ATTRIBUTES_GONE)


def _forget_file(element: Element) -> None:
    """A picture's name is that of a file on somebody's machine; its description is for readers who cannot see it."""
    if "name" in element.attrib:
        element.set("name", "")
    for key in ("descr", "title"):
        if _FILE_NAME.search(element.get(key, "")):
            del element.attrib[key]


def _tells_file(element: Element, name: str) -> bool:
    if name not in _PICTURE_NAMES:
        return False
    return bool(element.get("name")) or any(_FILE_NAME.search(element.get(key, "")) for key in ("descr", "title"))
