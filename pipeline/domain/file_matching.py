"""Whose recording a file is, by its name alone: said only where the name leaves no doubt."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pipeline.domain.languages import INTERFACE_LANGUAGES, country_name

_LEAST_NAME_WORDS = 2
"""A first name alone is nobody's."""

_FOLDER_ENDS = "/"
"""Stands between the words of two folders, so that no name goes over from one to the other."""

_CODE = re.compile(r"(?<![^\W_])[A-Z]{2}(?![^\W_])")


@dataclass(frozen=True)
class Place:
    """One statement that a file may belong to: who speaks for which organisation on which country."""

    statement_id: int
    country_code: str
    speaker: str
    organisation: str


_Named = TypeVar("_Named", Place, str)


def match_name(path: str, places: Sequence[Place]) -> tuple[Place, ...]:
    """The places that a file's path speaks of: one is a match, none or several are a doubt.

    A path speaks of a place when it has all words of the organisation, or of the speaker's name, one after the other.
    A name within a longer one that fits is not meant. A country that the path names rules out the others.
    """
    words = _words_of_path(path)
    spoken_of = _longest({place: _where_named(words, place) for place in places})
    beside = [set(found) for found in spoken_of.values()]
    named = _countries_in(path, words, places, beside)
    return tuple(place for place in spoken_of if not named or place.country_code in named)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name in plain small letters, without accents and signs."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return tuple(re.findall(r"[^\W_]+", plain.casefold()))


def without_rivals(matches: Iterable[tuple[str, Place]]) -> dict[str, Place]:
    """Of certain matches those whose place no other file wants."""
    found = dict(matches)
    wanted = [place.statement_id for place in found.values()]
    return {path: place for path, place in found.items() if wanted.count(place.statement_id) == 1}


def _words_of_path(path: str) -> tuple[str, ...]:
    return tuple(word for part in path.split("/") for word in (*words_of(part), _FOLDER_ENDS))


def _where_named(words: tuple[str, ...], place: Place) -> frozenset[int]:
    """Which words of the path speak of the place."""
    speaker = words_of(place.speaker)
    names = [words_of(place.organisation), *([speaker] if len(speaker) >= _LEAST_NAME_WORDS else [])]
    return frozenset(at for name in names for at in _where(words, name))


def _longest(found: dict[_Named, frozenset[int]]) -> dict[_Named, frozenset[int]]:
    """Those that words speak of, without whatever is only a part of another."""
    return {one: at for one, at in found.items() if at and not any(at < other for other in found.values())}


def _countries_in(path: str, words: tuple[str, ...], places: Sequence[Place], names: Sequence[set[int]]) -> set[str]:
    """The countries of the places that a path names, beside the names of people and organisations.

    A code is two capital letters, or all that a folder is called: “la” and “de” are words as well.
    """
    codes = {place.country_code for place in places}
    in_words = _longest({code: frozenset(_where_country(words, code)) for code in codes})
    spelled = {code for code, at in in_words.items() if not any(at <= name for name in names)}
    told = {*_CODE.findall(path), *(part.upper() for part in path.split("/"))}
    return spelled | (codes & told)


def _where_country(words: tuple[str, ...], code: str) -> Iterator[int]:
    for language in INTERFACE_LANGUAGES:
        yield from _where(words, words_of(country_name(code, language)))


def _where(words: tuple[str, ...], wanted: tuple[str, ...]) -> Iterator[int]:
    """Which words stand in rows like the wanted one."""
    for start in range(len(words) - len(wanted) + 1):
        if wanted and words[start : start + len(wanted)] == wanted:
            yield from range(start, start + len(wanted))
