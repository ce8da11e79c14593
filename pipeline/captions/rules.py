"""The rules for subtitles as data: numbers in `rules.json`, words in `words.json`, both shared with the editor's page.

Numbers are those of Netflix's style guides and of measurements on real readings. A speaker who reads is often faster
than 17 characters a second, so that the words spoken are only warned about, and from 20 on. A Japanese subtitle would
have 4 a second in films, which no statement can keep.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.domain.sheets import SheetKind

UNITS = 2
"""Widths count in so many units a character, as a narrow sign between wide ones is half as wide."""

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Rules:
    """The numbers that hold for one language and kind: times in milliseconds, `line_width` in characters.

    `fast` and `too_fast` are characters a second; `too_fast` is None where speed never stops anybody.
    """

    lines: int
    line_width: int
    fast: float
    too_fast: float | None
    shortest_ms: int
    much_too_short_ms: int
    longest_ms: int
    gap_ms: int
    close_gap_ms: int
    hang_ms: int


@lru_cache
def read_rules() -> Mapping[str, Any]:
    """`rules.json` as it stands."""
    return _read("rules.json")


@lru_cache
def read_words() -> Mapping[str, Any]:
    """`words.json` as it stands."""
    return _read("words.json")


@lru_cache
def rules_for(language: str, kind: SheetKind) -> Rules:
    """The numbers for subtitles of this kind in this language (`fr`, `zh-Hant`)."""
    data = read_rules()
    speeds = of_language(data["characters_per_second"][kind.value], language)
    times = {f"{name}_ms": value for name, value in data["milliseconds"].items()}
    width = of_language(data["line_width"], language)
    return Rules(lines=data["lines"], line_width=width, fast=speeds["warn"], too_fast=speeds.get("stop"), **times)


def of_language(values: Mapping[str, Any], language: str) -> Any:
    """What holds for a language: its own value, else the default."""
    return values.get(language.split("-", maxsplit=1)[0], values.get("default"))


def words_of(language: str) -> Mapping[str, Any]:
    """A language's words, nothing for one without."""
    return of_language(read_words()["languages"], language) or {}


def _read(name: str) -> Mapping[str, Any]:
    data: Mapping[str, Any] = json.loads((_FOLDER / name).read_text(encoding="utf-8"))
    return data
