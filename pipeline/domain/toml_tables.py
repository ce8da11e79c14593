"""A TOML file read value by value; whatever is wrong is refused with file, line or key, and what is expected."""

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

from pipeline.domain.errors import WrongUsage

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class DataFileWrong(WrongUsage):
    """A data file says something that cannot be used; `place` is its line or key (`country[2].code`)."""

    def __init__(self, file: str, place: str, problem: str) -> None:
        super().__init__(f"{file}, {place}: {problem}")
        self.file = file
        self.place = place
        self.problem = problem


@dataclass(frozen=True)
class TomlTable:
    """One table of a file and the path of keys that leads to it, empty at the top."""

    file: str
    path: str
    values: Mapping[str, Any]

    def refuse(self, key: str, problem: str) -> NoReturn:
        """Raise `DataFileWrong` about one key of this table."""
        raise DataFileWrong(self.file, self._place(key), problem)

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Refuse the first key that is not one of `known`, with the nearest one as a suggestion."""
        for key in self.values:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"Did you mean “{near[0]}”?" if near else f"Known here: {', '.join(sorted(known))}."
                self.refuse(key, f"there is no such key. {hint}")

    def text(self, key: str, *, default: str | None = None, longest: int = 200) -> str:
        """A line of text, not empty unless `default` is; without a default the key is required."""
        value: str = self._value(key, str, default, "a text in quotes")
        if value == "" and default != "":
            self.refuse(key, "expected a text, found an empty one.")
        if len(value) > longest or not value.isprintable():
            self.refuse(key, f"expected one line of at most {longest} characters.")
        return value

    def chosen(self, key: str, choices: Collection[str]) -> str:
        """One of a few words."""
        value = self.text(key)
        if value not in choices:
            self.refuse(key, f"expected one of {', '.join(choices)}; found “{value}”.")
        return value

    def day(self, key: str) -> date:
        """A required date."""
        found = self.optional_day(key)
        return found if found is not None else self._missing(key, "a date without quotes, like 2020-10-06")

    def optional_day(self, key: str) -> date | None:
        """A date, or None when the key is not there."""
        value: date | None = self._value(key, date, None, "a date without quotes, like 2020-10-06", required=False)
        if isinstance(value, datetime):
            self.refuse(key, "expected a date alone, without a time of day.")
        return value

    def flag(self, key: str) -> bool:
        """True or false."""
        value: bool = self._value(key, bool, None, "true or false")
        return value

    def seconds(self, key: str, *, default: float) -> float:
        """A number of seconds, not negative."""
        value = self._value(key, (int, float), default, "a number of seconds")
        if isinstance(value, bool) or not 0 <= value < 1e6:
            self.refuse(key, "expected a number of seconds, zero or more.")
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of different texts, in order."""
        values = self._value(key, list, None, 'a list of texts, like ["en", "fr"]')
        for index, value in enumerate(values, start=1):
            if not isinstance(value, str) or not value:
                self.refuse(f"{key}[{index}]", f"expected a text in quotes, found {_what(value)}.")
            if value in values[: index - 1]:
                self.refuse(f"{key}[{index}]", f"“{value}” is listed twice.")
        return tuple(values)

    def table(self, key: str) -> "TomlTable | None":
        """The `[key]` table, or None when it is not there."""
        row = self._value(key, dict, None, f"a table that begins with [{key}]", required=False)
        return None if row is None else TomlTable(self.file, self._place(key), row)

    def tables(self, key: str) -> "tuple[TomlTable, ...]":
        """The `[[key]]` tables, numbered from 1 in their paths; none when there are none."""
        rows = self._value(key, list, [], f"tables that begin with [[{self._header(key)}]]")
        return tuple(self._table(key, index, row) for index, row in enumerate(rows, start=1))

    def parsed(self, key: str, parse: Callable[[str], Any]) -> Any:
        """What `parse` makes of a required text; its `WrongUsage` is told with file and key."""
        value = self.text(key)
        try:
            return parse(value)
        except WrongUsage as error:
            self.refuse(key, str(error))

    def _table(self, key: str, index: int, row: object) -> "TomlTable":
        if not isinstance(row, dict):
            self.refuse(f"{key}[{index}]", f"expected a table that begins with [[{self._header(key)}]].")
        return TomlTable(self.file, self._place(f"{key}[{index}]"), row)

    def _value(self, key: str, kind: Any, default: Any, expected: str, *, required: bool = True) -> Any:
        if key not in self.values:
            return self._missing(key, expected) if required and default is None else default
        value = self.values[key]
        if not isinstance(value, kind):
            self.refuse(key, f"expected {expected}, found {_what(value)}.")
        return value

    def _missing(self, key: str, expected: str) -> NoReturn:
        self.refuse(key, f"is missing; expected {expected}.")

    def _place(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _header(self, key: str) -> str:
        return re.sub(r"\[\d+\]", "", self._place(key))


def parse_toml(data: bytes, file: str) -> TomlTable:
    """The top table of a file; `file` is its name in messages. Raises `DataFileWrong` with the line."""
    try:
        return TomlTable(file, "", tomllib.loads(data.decode("utf-8")))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DataFileWrong(file, f"line {line}", "expected UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(str(error), file) from error


def _syntax_error(message: str, file: str) -> DataFileWrong:
    place = _PLACE.search(message)
    problem = message[: place.start()] if place else message
    where = f"line {place[1]}, column {place[2]}" if place and place[1] else "at its end"
    return DataFileWrong(file, where, f"{problem}; expected TOML (https://toml.io).")


def _what(value: object) -> str:
    names = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")
