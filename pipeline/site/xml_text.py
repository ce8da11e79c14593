"""XML files as programs of others want them: declared as UTF-8, and without signs that XML cannot hold."""

import unicodedata
from xml.etree import ElementTree as Xml


def write_xml(root: Xml.Element) -> bytes:
    """A whole document."""
    Xml.indent(root)
    text: str = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def printable(text: str) -> str:
    """The text without what no XML document may hold: control signs, halves of signs, U+FFFE and U+FFFF."""
    return "".join(sign for sign in text if sign in "\n\t" or not _is_refused(sign))


def _is_refused(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs"} or sign in "\ufffe\uffff"
