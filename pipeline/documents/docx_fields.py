"""Fields of a Word document: those that name files, people or other programs become the plain words that they show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.documents.xml import Element, drop, local_name, unwrap

_HARMLESS = re.compile(
    r"\s*((PAGE|NUMPAGES|SECTION|SECTIONPAGES|PAGEREF|REF|NOTEREF|STYLEREF|SEQ|TOC|TC|XE|INDEX|EQ|SYMBOL)\b"
    r"|HYPERLINK\s+(\\l\b|\"?https?://))",
    re.IGNORECASE,
)
"""What is made from the document itself, and links to the web; of others nobody knows what they tell."""


@dataclass
class _Field:
    """A field in parts: where it begins, its instruction in one or more runs, where its words begin and end."""

    parts: list[Element] = field(default_factory=list)
    instruction: str = ""


def flatten_fields(root: Element) -> None:
    """Take all fields out that may tell something; the words that they showed stay."""
    for simple in list(_telling_simple(root)):
        unwrap(simple)
    for telling in list(_telling_fields(root)):
        for part in telling.parts:
            drop(part)


def has_telling_fields(root: Element) -> bool:
    """Whether a field is left that may tell something."""
    return any(True for _ in _telling_simple(root)) or any(True for _ in _telling_fields(root))


def _telling_simple(root: Element) -> Iterator[Element]:
    return (one for one in root.iter() if local_name(one) == "fldSimple" and not _is_harmless(_instr(one)))


def _instr(element: Element) -> str:
    return next((value for key, value in element.attrib.items() if key.endswith("}instr")), "")


def _telling_fields(root: Element) -> Iterator[_Field]:
    """Fields may stand within fields; one without an end, or an instruction outside of all, is no harmless one."""
    open_fields: list[_Field] = []
    for element in root.iter():
        name = local_name(element)
        if name not in {"fldChar", "instrText"}:
            continue
        kind = _kind(element) if name == "fldChar" else ""
        if kind == "begin" or not open_fields:
            open_fields.append(_Field())
        newest = open_fields[-1]
        newest.parts.append(element)
        newest.instruction += (element.text or "") if name == "instrText" else ""
        if kind == "end":
            open_fields.pop()
            if not _is_harmless(newest.instruction):
                yield newest
    yield from open_fields


def _kind(element: Element) -> str:
    return next((value for key, value in element.attrib.items() if key.endswith("}fldCharType")), "")


def _is_harmless(instruction: str) -> bool:
    return bool(_HARMLESS.match(instruction))
