"""How a panel is made up, and what a table of speakers would do, in sentences."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from pipeline.domain.delimited_text import LARGEST_TABLE_BYTES, TextProblem
from pipeline.domain.languages import country_name
from pipeline.domain.pre_sessions import SpeakerKind, SpeakerPlan
from pipeline.domain.speaker_tables import CellProblem, Column, TableProblem
from pipeline.services.speaker_imports import LineFate
from webapp.i18n import language_name_for_reader, reader_language
from webapp.wording.standings import kind_words

_KIB = 1024
_LINES_NAMED = 12


def gender_words(word: str) -> str:
    """A gender in the reader's language where there is a word for it; else as it was written."""
    return {"woman": _("woman"), "man": _("man"), "other": _("other")}.get(word, word)


def column_words(column: Column) -> str:
    """The header of a column."""
    words = {
        Column.COUNTRY: _("Country"),
        Column.NAME: _("Name"),
        Column.ORGANISATION: _("Organisation"),
        Column.KIND: _("Kind of organisation"),
        Column.LANGUAGE: _("Language spoken"),
        Column.THEME: _("Theme"),
        Column.EMAIL: _("E-mail address"),
        Column.GENDER: _("Gender"),
    }
    return words[column]


def cell_words(column: str, speaker: SpeakerPlan) -> str:
    """What a speaker's cell says, in the reader's language."""
    value = getattr(speaker, column)
    if column == Column.KIND:
        return kind_words(SpeakerKind(value))
    if column == Column.LANGUAGE:
        return language_name_for_reader(value)
    return (gender_words(value) if column == Column.GENDER else value) or _("nothing")


def fate_words(fate: LineFate) -> str:
    """What importing a line would do."""
    return {LineFate.NEW: _("new"), LineFate.CHANGED: _("changed"), LineFate.SAME: _("the same")}[fate]


@dataclass(frozen=True)
class ToldProblem:
    """A problem in words, and where it is: empty where it is about the whole table."""

    place: str
    words: str


def problems_told(problems: Iterable[TableProblem]) -> list[ToldProblem]:
    """What is wrong with a table; what is wrong with many lines alike is told once."""
    lines: dict[tuple[str, str], list[int]] = {}
    for problem in problems:
        column = column_words(problem.column) if problem.column is not None else ""
        lines.setdefault((column, problem_words(problem)), []).append(problem.line)
    return [ToldProblem(_place(numbers, column), words) for (column, words), numbers in lines.items()]


def _place(lines: list[int], column: str) -> str:
    numbers = [number for number in lines if number]
    if not numbers:
        return ""
    named = ", ".join(str(number) for number in numbers[:_LINES_NAMED])
    place = _("Line %(line)d", line=numbers[0]) if len(numbers) == 1 else _("Lines %(lines)s", lines=named)
    if len(numbers) > _LINES_NAMED:
        place = _("%(lines)s and %(number)d more", lines=place, number=len(numbers) - _LINES_NAMED)
    return f"{place}, {column}" if column else place


def problem_words(problem: TableProblem) -> str:
    """What is wrong with a line or a cell, and what to do."""
    if problem.text_problem is not None:
        return _text_words(problem.text_problem)
    column = column_words(problem.column) if problem.column is not None else ""
    return _problems(problem, column)[problem.problem]


def _problems(problem: TableProblem, column: str) -> Mapping[CellProblem, str]:
    found, number = problem.found, problem.number
    here = country_name(found, reader_language()) if problem.problem is CellProblem.COUNTRY_NOT_HERE else found
    return {
        CellProblem.COLUMN_MISSING: _(
            "There is no column “%(column)s”. The first line of the table names the columns.", column=column
        ),
        CellProblem.COLUMN_TWICE: _("The column “%(column)s” is there twice.", column=column),
        CellProblem.TOO_MANY_LINES: _(
            "The table has more than %(number)d lines. Cut it into parts, and import one after the other.",
            number=number,
        ),
        CellProblem.TOO_MANY_CELLS: _(
            "This line has more cells than the first one, which has %(number)d. Is a separator in one of them?",
            number=number,
        ),
        CellProblem.EMPTY: _("This cell is empty, and has to be filled in."),
        CellProblem.TOO_LONG: _("“%(found)s …” is too long: at most %(number)d signs.", found=found, number=number),
        CellProblem.NOT_ONE_LINE: _("The cell has several lines or signs that cannot be shown. Write one line."),
        CellProblem.UNKNOWN_COUNTRY: _(
            "“%(found)s” is no country that we know. Write its name, or its code like MW.", found=found
        ),
        CellProblem.COUNTRY_NOT_HERE: _(
            "%(country)s is not in this session. Add it to the session first.", country=here
        ),
        CellProblem.UNKNOWN_LANGUAGE: _(
            "“%(found)s” is no language that we know. Write its name, or its code like fr.", found=found
        ),
        CellProblem.UNKNOWN_KIND: _(
            "“%(found)s” is no kind of organisation. Write CSO, NHRI or coalition.", found=found
        ),
        CellProblem.WRONG_EMAIL: _("“%(found)s” is no e-mail address. Write one like name@example.org.", found=found),
        CellProblem.TWICE_HERE: _("“%(found)s” is the same person as on line %(number)d.", found=found, number=number),
        CellProblem.NAME_TAKEN: _(
            "Somebody else on this panel has the name and organisation, or the address, of “%(found)s” already.",
            found=found,
        ),
    }


def _text_words(problem: TextProblem) -> str:
    words = {
        TextProblem.EMPTY: _("The file is empty."),
        TextProblem.TOO_LARGE: _("The file is larger than %(size)d KiB.", size=LARGEST_TABLE_BYTES // _KIB),
        TextProblem.NO_TEXT: _(
            "This is no text. In your spreadsheet choose “Save as” and “CSV UTF-8”, and send that file."
        ),
        TextProblem.UNKNOWN_JSON: _(
            "This is no export that we can read. Export the speakers of pretalx or the contributions of Indico as "
            "JSON, or make a table."
        ),
        TextProblem.CONTROL_CHARACTER: _("There are signs here that no text has. Save the table as “CSV UTF-8” again."),
        TextProblem.QUOTE_OPEN: _(
            "A quotation mark that begins a cell here does not end it. Take it away or double it."
        ),
    }
    return words[problem]
