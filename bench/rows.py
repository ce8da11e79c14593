"""One line of the bench's table, and the tables as text."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table


@dataclass(frozen=True)
class Row:
    """A measured value: what it is, its unit (`x` for a ratio), the most that it should be, and a note."""

    title: str
    value: float
    unit: str = "x"
    target: float | None = None
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """JSON types, and whether the target is met."""
        return {**asdict(self), "value": round(self.value, 4), "is_met": self.is_met}

    @property
    def is_met(self) -> bool | None:
        """Whether the value keeps within its target; None without one."""
        return None if self.target is None else self.value <= self.target


@dataclass(frozen=True)
class SectionResult:
    """What a section found: rows for the table, details for `results.json`."""

    rows: Sequence[Row]
    details: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {"rows": [row.to_json() for row in self.rows], "details": dict(self.details)}


def said_as_they_come(rows: Iterable[Row], say: Callable[[str], None]) -> Iterator[Row]:
    """The same rows, each told when it is there: a long section that is broken off has not measured for nothing."""
    for row in rows:
        say(f"{row.title}: {_shown(row.value, row.unit)}; {row.note}")
        yield row


def as_table(title: str, section: Mapping[str, Any]) -> Table:
    """A section of `results.json` for a terminal."""
    table = Table("what", "value", "at most", "", title=title, title_justify="left")
    for cells in _cells(section):
        table.add_row(*cells)
    return table


def as_markdown(title: str, section: Mapping[str, Any]) -> str:
    """The same for a document."""
    lines = [f"### {title}", "", "| what | value | at most | |", "| --- | ---: | ---: | --- |"]
    lines += [f"| {' | '.join(cells)} |" for cells in _cells(section)]
    return "\n".join(lines) + "\n"


def _cells(section: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for row in section["rows"]:
        target = "" if row["target"] is None else _shown(row["target"], row["unit"])
        verdict = {True: "met", False: "MISSED", None: ""}[row["is_met"]]
        yield row["title"], _shown(row["value"], row["unit"]), target, "; ".join(filter(None, (verdict, row["note"])))


def _shown(value: float, unit: str) -> str:
    digits = 3 if unit == "x" else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f}" if unit == "x" else f"{value:.{digits}f} {unit}".rstrip()
