"""Tables of missions: read to make many links at once, and written with them: mission, country, last day, link.

A mission stands alone on its line, or with the code of the one country that it is to see, and the link's last day.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.domain.delimited_text import NoTable, TextLine, read_delimited, write_delimited
from pipeline.domain.errors import InputRefused

COLUMNS = ("mission", "country", "until", "link")

MOST_MISSIONS = 400
"""In one table: twice as many as there are missions in Geneva."""


@dataclass(frozen=True)
class MissionRow:
    """One mission; without a country it sees the whole session, `until` is None where the table says nothing."""

    label: str
    country_code: str | None = None
    until: date | None = None


@dataclass(frozen=True)
class MadeLink:
    """A link as it is shown once."""

    label: str
    country_code: str | None
    until: date
    address: str


class MissionTableWrong(InputRefused):
    """A table that cannot be taken; `line` is where, 0 where it is about all of it."""

    def __init__(self, line: int, word: str) -> None:
        super().__init__(f"Line {line}: {word}." if line else f"This is no table of missions: {word}.")
        self.line = line
        self.word = word


def read_missions(data: bytes, countries: Collection[str]) -> list[MissionRow]:
    """The missions of a table, for a session with these countries; raises `MissionTableWrong`."""
    try:
        lines = read_delimited(data).lines
    except NoTable as error:
        raise MissionTableWrong(error.line, error.problem.value.replace("_", " ")) from error
    rows = [_row(line, countries) for line in lines if line.cells[0].lower() != COLUMNS[0]]
    if not rows or len(rows) > MOST_MISSIONS:
        raise MissionTableWrong(0, f"it names from 1 to {MOST_MISSIONS} missions")
    return rows


def write_missions(links: Iterable[MadeLink]) -> bytes:
    """A table of links that can be read again, for a spreadsheet or a mail program."""
    return write_delimited([COLUMNS, *_cells(links)])


def _row(line: TextLine, countries: Collection[str]) -> MissionRow:
    label, code, until, *_ = (*line.cells, "", "", "")
    if not label:
        raise MissionTableWrong(line.number, "the mission has no name")
    if code and code.upper() not in countries:
        raise MissionTableWrong(line.number, "the session has no such country; write its code of two letters")
    try:
        last_day = date.fromisoformat(until) if until else None
    except ValueError as error:
        raise MissionTableWrong(line.number, "write the last day like 2026-12-31") from error
    return MissionRow(label, code.upper() or None, last_day)


def _cells(links: Iterable[MadeLink]) -> Iterator[tuple[str, ...]]:
    for link in links:
        yield link.label, link.country_code or "", link.until.isoformat(), link.address
