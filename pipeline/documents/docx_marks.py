"""The marks that people and Word leave within a document's text: changes, comments, sessions, names of files."""

import re
from collections.abc import Iterator, Set

from pipeline.documents.docx_fields import flatten_fields, has_telling_fields
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
    "fldData",
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
_OF_OFFICE = "{urn:schemas-microsoft-com:office:office}"
_OFFICE_GONE = {f"{_OF_OFFICE}title", f"{_OF_OFFICE}href"}
"""Where older pictures keep the name of their file."""

_PICTURE_NAMES = {"docPr", "cNvPr"}
_DESCRIPTIONS = ("descr", "title", "alt")
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_PICTURES_OF_PARTS = {"blip", "imagedata", "fill", "stroke"}
_FILE_NAME = re.compile(r"([\\/]|\.(png|jpe?g|gif|bmp|tiff?|emf|wmf|heic|svg|docx?|pdf)\s*$)", re.IGNORECASE)


def clean_body(root: Element) -> None:
    """Take all marks out of a part's tree; what was inserted stays, what was deleted or hidden goes."""
    for element in _elements(root):
        name = local_name(element)
        if name in _DELETED or _is_hidden_run(element, name) or name in _ELEMENTS_GONE:
            drop(element)
        elif name in _INSERTED:
            unwrap(element)
    flatten_fields(root)
    for element in _elements(root):
        _clean_attributes(element)


def drop_dangling(root: Element, ids: Set[str]) -> None:
    """Take out what points at a part that is gone: Word calls such a document broken. A link's words stay."""
    for element in list(_elements(root)):
        lost = [key for key, value in element.attrib.items() if key.startswith(_RELATED) and value not in ids]
        if not lost:
            continue
        if local_name(element) == "hyperlink":
            unwrap(element)
        elif local_name(element) in _PICTURES_OF_PARTS:
            for key in lost:
                del element.attrib[key]
        elif element is not root:
            drop(element)


def has_marks(root: Element) -> bool:
    """Whether any of the marks is still there."""
    return has_telling_fields(root) or any(_is_mark(element) for element in _elements(root))


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
    if local_name(element) in _PICTURE_NAMES and "name" in element.attrib:
        element.set("name", "")
    _forget_file(element)


def _is_gone(key: str) -> bool:
    if key in _OFFICE_GONE:
        return True
    namespace, _, name = key.rpartition("}")
    return bool(namespace) and (name.startswith("rsid") or name in _ATTRIBUTES_GONE)


def _forget_file(element: Element) -> None:
    """A picture's name is that of a file on somebody's machine; its description is for readers who cannot see it."""
    for key in _DESCRIPTIONS:
        if _FILE_NAME.search(element.get(key, "")):
            del element.attrib[key]


def _tells_file(element: Element, name: str) -> bool:
    has_name = name in _PICTURE_NAMES and bool(element.get("name"))
    return has_name or any(_FILE_NAME.search(element.get(key, "")) for key in _DESCRIPTIONS)
