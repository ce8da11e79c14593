"""Text made fit for a format's own signs, so that what reads it gives back the same text."""

import re

_XML_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_characters(text: str) -> str:
    """Text without the few code points that no XML document may hold; none of them is a letter."""
    return _NOT_XML.sub("", text)


def escape_xml(text: str) -> str:
    """Text for an element or an attribute."""
    return xml_characters(text).translate(_XML_ESCAPES)
