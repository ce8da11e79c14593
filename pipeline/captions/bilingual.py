"""What was said beside what it means, as a Word document (.docx) for the file: two columns, row by row.

The document says in which language each run of letters is, and which of them run from right to left. What the library
tells of itself in it is for `documents` to take out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from pipeline.captions.cues import Cue, in_order
from pipeline.captions.escapes import xml_characters
from pipeline.captions.paragraphs import Paragraph, running_text, to_paragraphs
from pipeline.captions.transcripts import moment_text
from pipeline.domain.languages import is_right_to_left, own_language_name

_TIME_WIDTH, _TEXT_WIDTH = Cm(2.2), Cm(7.4)
_LATIN_FONT = "Calibri"
# Fonts that Word brings, for the scripts whose letters Calibri lacks; by the language's code without its script.
_COMPLEX_FONTS = {"dv": "MV Boli", "am": "Nyala", "ti": "Nyala", "hi": "Nirmala UI", "ne": "Nirmala UI"}
_COMPLEX_FONTS |= {"bn": "Nirmala UI", "ta": "Nirmala UI", "si": "Nirmala UI", "th": "Leelawadee UI"}
_COMPLEX_FONTS |= {"km": "Leelawadee UI", "lo": "Leelawadee UI", "my": "Myanmar Text"}
_COMPLEX_FONT = "Arial"
_WIDE_FONTS = {"ja": "Yu Gothic", "ko": "Malgun Gothic", "zh": "Microsoft YaHei"}
_WIDE_FONT = "Microsoft YaHei"


@dataclass(frozen=True)
class Column:
    """One language's cues."""

    cues: Sequence[Cue]
    language: str


def write_bilingual(source: Column, target: Column, *, by_paragraph: bool = False) -> bytes:
    """The document: a row for each cue of the source, or for each of its paragraphs."""
    document = Document()
    table = document.add_table(rows=0, cols=3)
    table.style = "Table Grid"
    table.autofit = False
    heading = ("", own_language_name(source.language), own_language_name(target.language))
    _add_row(table, heading, source.language, target.language, is_heading=True)
    for row in _rows(source, target, by_paragraph=by_paragraph):
        _add_row(table, row, source.language, target.language)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _rows(source: Column, target: Column, *, by_paragraph: bool) -> Iterator[tuple[str, str, str]]:
    parts = to_paragraphs(source.cues, source.language) if by_paragraph else _each(source)
    beside = _beside(parts, in_order(target.cues))
    for part, cues in zip(parts, beside, strict=True):
        yield moment_text(part.start_seconds), part.text, running_text(cues, target.language) if cues else ""


def _each(column: Column) -> tuple[Paragraph, ...]:
    return tuple(
        Paragraph(cue.start_seconds, cue.end_seconds, running_text([cue], column.language))
        for cue in in_order(column.cues)
    )


def _beside(parts: Sequence[Paragraph], cues: Sequence[Cue]) -> list[list[Cue]]:
    """Each cue with the part that it is shown with the longest; with the nearest where there is none."""
    beside: list[list[Cue]] = [[] for _ in parts]
    for cue in cues if parts else ():
        place = max(range(len(parts)), key=lambda index: _shared_seconds(parts[index], cue))
        beside[place].append(cue)
    return beside


def _shared_seconds(part: Paragraph, cue: Cue) -> float:
    """Seconds in which both are shown; below 0 the seconds between them."""
    return min(part.end_seconds, cue.end_seconds) - max(part.start_seconds, cue.start_seconds)


def _add_row(
    table: Any, texts: tuple[str, str, str], source_language: str, target_language: str, *, is_heading: bool = False
) -> None:
    row = table.add_row()
    languages = ("", source_language, target_language)
    for cell, text, language, width in zip(
        row.cells, texts, languages, (_TIME_WIDTH, _TEXT_WIDTH, _TEXT_WIDTH), strict=True
    ):
        cell.width = width
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(xml_characters(text))
        run.bold = is_heading or None
        run.font.size = Pt(11 if language else 9)
        if language:
            _speak(paragraph, run, language)
    if is_heading:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _speak(paragraph: Any, run: Any, language: str) -> None:
    """Tell Word the language, the fonts of its script, and the direction."""
    base = language.partition("-")[0]
    properties = run._r.get_or_add_rPr()
    fonts = {"ascii": _LATIN_FONT, "hAnsi": _LATIN_FONT}
    fonts |= {"cs": _COMPLEX_FONTS.get(base, _COMPLEX_FONT), "eastAsia": _WIDE_FONTS.get(base, _WIDE_FONT)}
    _put(properties, "w:rFonts", fonts, first=True)
    if is_right_to_left(language):
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        _put(properties, "w:szCs", {"val": properties.find(qn("w:sz")).get(qn("w:val"))})
        _put(properties, "w:rtl", {})
        _put(properties, "w:lang", {"bidi": language})
    else:
        _put(properties, "w:lang", {"eastAsia" if base in _WIDE_FONTS else "val": language})


def _put(properties: Any, name: str, values: dict[str, str], *, first: bool = False) -> None:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    properties.insert(0 if first else len(properties), element)
