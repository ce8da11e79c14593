"""Tables of speakers, one a line: read with every problem by line and column, and written so that they read the same.

A table may lack columns; what it does not name it says nothing about. What it says is checked here against the words
alone; against a session's records in `pipeline.services.speaker_imports`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.domain.contents import is_line
from pipeline.domain.delimited_text import NoTable, TextLine, TextProblem, read_delimited, write_delimited
from pipeline.domain.name_columns import join_names
from pipeline.domain.named_codes import country_code, gender_word, kind_of, language_code, plain
from pipeline.domain.plan_checks import LONGEST, mail_address
from pipeline.domain.pre_sessions import SpeakerKind, SpeakerPlan

MAX_LINES = 1000


class Column(StrEnum):
    """What a table can say of a speaker."""

    COUNTRY = "country"
    NAME = "name"
    ORGANISATION = "organisation"
    KIND = "kind"
    LANGUAGE = "language"
    THEME = "theme"
    EMAIL = "email"
    GENDER = "gender"


REQUIRED = (Column.COUNTRY, Column.NAME, Column.ORGANISATION, Column.LANGUAGE)

_HEADERS: Mapping[Column, tuple[str, ...]] = {
    Column.COUNTRY: ("country", "country code", "state", "state under review", "sur", "pays", "país", "estado"),
    Column.NAME: (
        "name",
        "full name",
        "speaker",
        "panelist",
        "nom",
        "nom complet",
        "nom et prénom",
        "prénom et nom",
        "orateur",
        "oratrice",
        "intervenant",
        "intervenante",
        "nombre",
        "nombre completo",
        "nombre y apellidos",
        "orador",
        "oradora",
        "ponente",
        "panelista",
    ),
    Column.ORGANISATION: ("organisation", "organization", "affiliation", "ngo", "organización", "organisme", "ong"),
    Column.KIND: ("kind", "type", "kind of organisation", "type d'organisation", "tipo", "tipo de organización"),
    Column.LANGUAGE: ("language", "language spoken", "langue", "langue parlée", "idioma", "idioma hablado", "lengua"),
    Column.THEME: ("theme", "topic", "thème", "sujet", "tema"),
    Column.EMAIL: (
        "email",
        "e-mail",
        "mail",
        "email address",
        "e-mail address",
        "courriel",
        "adresse courriel",
        "adresse mail",
        "adresse e-mail",
        "adresse électronique",
        "correo",
        "correo electrónico",
        "dirección de correo electrónico",
    ),
    Column.GENDER: ("gender", "sex", "genre", "sexe", "género", "sexo"),
}


class CellProblem(StrEnum):
    """What is wrong with a table, a line or a cell."""

    TEXT = "text"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    TOO_MANY_LINES = "too_many_lines"
    TOO_MANY_CELLS = "too_many_cells"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_ONE_LINE = "not_one_line"
    UNKNOWN_COUNTRY = "unknown_country"
    COUNTRY_NOT_HERE = "country_not_here"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNKNOWN_KIND = "unknown_kind"
    WRONG_EMAIL = "wrong_email"
    TWICE_HERE = "twice_here"
    NAME_TAKEN = "name_taken"


@dataclass(frozen=True)
class TableProblem:
    """One problem; `line` 0 is about the whole table. `found` is what is there, `number` a limit or another line."""

    problem: CellProblem
    line: int = 0
    column: Column | None = None
    found: str = ""
    number: int = 0
    text_problem: TextProblem | None = None

    @property
    def place(self) -> str:
        """Where it is, for scripts and the command line: `line 2, column country`; empty about the whole table."""
        parts = (f"line {self.line}" if self.line else "", f"column {self.column.value}" if self.column else "")
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class SpeakerLine:
    """What one line says of a speaker, by column; only columns that the table has."""

    line: int
    country: str
    values: Mapping[Column, str]


@dataclass(frozen=True)
class SpeakerTable:
    """A table as far as it could be read. `ignored` are headers of columns that mean nothing here."""

    lines: tuple[SpeakerLine, ...] = ()
    problems: tuple[TableProblem, ...] = ()
    ignored: tuple[str, ...] = ()
    is_guessed: bool = False


def read_speaker_table(data: bytes) -> SpeakerTable:
    """Read a table; whatever is wrong is in its problems."""
    try:
        text = read_delimited(data)
    except NoTable as error:
        return SpeakerTable(problems=(text_trouble(error),))
    head, *lines = text.lines
    return read_lines(head, lines, is_guessed=text.is_guessed)


def text_trouble(error: NoTable) -> TableProblem:
    """Why bytes are no table, as a problem like any other."""
    return TableProblem(CellProblem.TEXT, error.line, text_problem=error.problem)


def read_lines(head: TextLine, lines: list[TextLine], *, is_guessed: bool = False) -> SpeakerTable:
    """Read lines of cells under their headers."""
    head, lines = join_names(head, lines, whole=_HEADERS[Column.NAME])
    reading = _Reading(_columns(head))
    reading.check_columns(head.number)
    if not reading.problems:
        for line in lines[:MAX_LINES]:
            reading.read(line)
        if len(lines) > MAX_LINES:
            reading.problems.append(TableProblem(CellProblem.TOO_MANY_LINES, number=MAX_LINES))
    ignored = tuple(cell for cell, column in zip(head.cells, reading.columns, strict=True) if cell and column is None)
    return SpeakerTable(tuple(reading.lines), tuple(reading.problems), ignored, is_guessed)


def write_speaker_table(speakers: Iterable[tuple[str, SpeakerPlan]], separator: str = ",") -> bytes:
    """Speakers with their countries' codes as a table that reads as the same."""
    rows = [[column.value for column in Column]]
    rows += [[_written(column, country, speaker) for column in Column] for country, speaker in speakers]
    return write_delimited(rows, separator)


def merged(values: Mapping[Column, str], before: SpeakerPlan | None) -> SpeakerPlan:
    """A speaker as a line says, with what it does not say as it was before."""
    old = before or SpeakerPlan("", "", SpeakerKind.CSO, "")
    return SpeakerPlan(
        name=values.get(Column.NAME, old.name),
        organisation=values.get(Column.ORGANISATION, old.organisation),
        kind=SpeakerKind(values.get(Column.KIND, old.kind.value)),
        language=values.get(Column.LANGUAGE, old.language),
        theme=values.get(Column.THEME, old.theme),
        email=values.get(Column.EMAIL, old.email),
        gender=values.get(Column.GENDER, old.gender),
    )


def _written(column: Column, country: str, speaker: SpeakerPlan) -> str:
    return country if column is Column.COUNTRY else str(getattr(speaker, column.value))


def _columns(head: TextLine) -> tuple[Column | None, ...]:
    known = {plain(header): column for column, headers in _HEADERS.items() for header in headers}
    return tuple(known.get(plain(cell)) for cell in head.cells)


@dataclass
class _Reading:
    """One reading of a table as it goes on."""

    columns: tuple[Column | None, ...]
    lines: list[SpeakerLine] = field(default_factory=list)
    problems: list[TableProblem] = field(default_factory=list)

    def check_columns(self, line: int) -> None:
        """Note columns that are missing or there twice."""
        for column in Column:
            count = self.columns.count(column)
            if count > 1:
                self.problems.append(TableProblem(CellProblem.COLUMN_TWICE, line, column))
            elif not count and column in REQUIRED:
                self.problems.append(TableProblem(CellProblem.COLUMN_MISSING, line, column))

    def read(self, line: TextLine) -> None:
        """Read one line; it counts when nothing is wrong with it."""
        before = len(self.problems)
        if any(line.cells[len(self.columns) :]):
            self.problems.append(TableProblem(CellProblem.TOO_MANY_CELLS, line.number, number=len(self.columns)))
        cells = dict(zip(self.columns, line.cells + ("",) * len(self.columns), strict=False))
        values = {column: self._cell(line.number, column, cells[column]) for column in Column if column in cells}
        if len(self.problems) == before:
            country = values.pop(Column.COUNTRY)
            self.lines.append(SpeakerLine(line.number, country, values))

    def _cell(self, line: int, column: Column, text: str) -> str:
        problem, number = None, 0
        if not text and column in REQUIRED:
            problem = CellProblem.EMPTY
        elif not is_line(text):
            problem = CellProblem.NOT_ONE_LINE
        elif len(text) > LONGEST.get(column.value, 200):
            problem, number = CellProblem.TOO_LONG, LONGEST.get(column.value, 200)
        value = None if problem else _MEANINGS[column](text)
        if value is None:
            self.problems.append(TableProblem(problem or _WRONG[column], line, column, text[:80], number))
        return value or ""


def _kind(text: str) -> str | None:
    found = kind_of(text) if text else SpeakerKind.CSO
    return found.value if found is not None else None


def _address(text: str) -> str | None:
    return mail_address(text) if text else ""


_MEANINGS: Mapping[Column, Callable[[str], str | None]] = {
    Column.COUNTRY: country_code,
    Column.NAME: str,
    Column.ORGANISATION: str,
    Column.KIND: _kind,
    Column.LANGUAGE: language_code,
    Column.THEME: str,
    Column.EMAIL: _address,
    Column.GENDER: gender_word,
}
_WRONG: Mapping[Column, CellProblem] = {
    Column.COUNTRY: CellProblem.UNKNOWN_COUNTRY,
    Column.LANGUAGE: CellProblem.UNKNOWN_LANGUAGE,
    Column.KIND: CellProblem.UNKNOWN_KIND,
    Column.EMAIL: CellProblem.WRONG_EMAIL,
}
