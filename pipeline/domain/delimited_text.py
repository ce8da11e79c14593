"""Tables as delimited text, as spreadsheets write them: from bytes to lines of cells, and back, without formulas.

Read is whatever spreadsheets write: UTF-8 and UTF-16 with or without a mark, else the code page of western Windows;
cells between commas, semicolons or tabs, whichever the first line is made of.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

LARGEST_TABLE_BYTES = 256 * 1024

_SEPARATORS = (",", ";", "\t")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf")
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufffd]")

_OTHER_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""What comes along when texts are pasted into spreadsheets, and makes two names that look alike two names."""

_FORMULA = "'*[-=+@＝＋－＠]"
_BEGINS = r"(?P<before>(?:^|[,;\t])[\" ]*)"
_HARMFUL = re.compile(rf"{_BEGINS}(?={_FORMULA})")
_HARMLESS = re.compile(rf"{_BEGINS}'(?={_FORMULA})")


class TextProblem(StrEnum):
    """Why bytes are no table."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NO_TEXT = "no_text"
    CONTROL_CHARACTER = "control_character"
    QUOTE_OPEN = "quote_open"
    UNKNOWN_JSON = "unknown_json"


class NoTable(Exception):
    """Bytes that cannot be read as a table; `line` is where, 0 where it is about all of them."""

    def __init__(self, problem: TextProblem, line: int = 0) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.line = line


@dataclass(frozen=True)
class TextLine:
    """One line of cells, stripped; `number` is the line of the file on which it begins, from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class DelimitedText:
    """The lines that have something in them; `is_guessed` when the letters were read by the code page of Windows."""

    lines: tuple[TextLine, ...]
    is_guessed: bool


def read_delimited(data: bytes) -> DelimitedText:
    """The lines of a table; raises `NoTable`. Apostrophes that guard against formulas are taken off again."""
    text, is_guessed = decode_text(data)
    separator, text, skipped = _separator(text)
    lines = tuple(_lines(text, separator, skipped))
    if not lines:
        raise NoTable(TextProblem.EMPTY)
    return DelimitedText(lines, is_guessed)


def write_delimited(rows: Iterable[Sequence[str]], separator: str = ",") -> bytes:
    """A table that spreadsheets open as UTF-8; no cell is a formula, and `read_delimited` gives the same cells."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([guard_cell(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + written.getvalue().encode()


def guard_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula, whatever it takes for the separator."""
    return _HARMFUL.sub(r"\g<before>'", text)


def _tidy(cell: str) -> str:
    return _UNSEEN.sub("", _OTHER_SPACES.sub(" ", cell)).strip()


def _unguard(text: str) -> str:
    return _HARMLESS.sub(r"\g<before>", text)


def decode_text(data: bytes) -> tuple[str, bool]:
    """The text of a table, and whether its letters were read by a code page; raises `NoTable`."""
    if len(data) > LARGEST_TABLE_BYTES:
        raise NoTable(TextProblem.TOO_LARGE)
    if data.startswith(_OTHER_FILES):
        raise NoTable(TextProblem.NO_TEXT)
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _unmarked(data)
    try:
        text, is_guessed = data.decode(encoding), False
    except UnicodeDecodeError as error:
        if encoding.startswith("utf-16"):
            raise NoTable(TextProblem.NO_TEXT) from error
        text, is_guessed = _by_code_page(data), True
    found = _CONTROL.search(text)
    if found:
        raise NoTable(TextProblem.CONTROL_CHARACTER, _count_lines(text[: found.start()]))
    return text, is_guessed


def _unmarked(data: bytes) -> str:
    """UTF-16 has a NUL beside each letter of the first words; everything else is UTF-8 or turns out not to be."""
    start = data[:64]
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    return "utf-16-be" if start[::2].count(0) > len(start) // 4 else "utf-8"


def _by_code_page(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _separator(text: str) -> tuple[str, str, int]:
    """The separator, the text without a line that names it, and how many lines were left away."""
    named = re.match(r"sep=([,;\t])\r?\n", text)
    if named:
        return named[1], text[named.end() :], 1
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_SEPARATORS, key=bare.count), text, 0


def _lines(text: str, separator: str, skipped: int) -> Iterable[TextLine]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = skipped + 1
    try:
        for cells in reader:
            stripped = tuple(_unguard(_tidy(cell)) for cell in cells)
            if any(stripped):
                yield TextLine(begins, stripped)
            begins = skipped + reader.line_num + 1
    except csv.Error as error:
        raise NoTable(TextProblem.QUOTE_OPEN, begins) from error


def _count_lines(text: str) -> int:
    return text.count("\n") + 1
