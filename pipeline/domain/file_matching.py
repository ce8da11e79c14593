"""Whose recording a file is, by its name alone: said only where the name leaves no doubt."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.domain.languages import INTERFACE_LANGUAGES, country_name

_LEAST_NAME_WORDS = 2
"""A first name alone is nobody's."""


@dataclass(frozen=True)
class Place:
    """One statement that a file may belong to: who speaks for which organisation on which country."""

    statement_id: int
    country_code: str
    speaker: str
    organisation: str


def match_name(path: str, places: Sequence[Place]) -> tuple[Place, ...]:
    """The places that a file's path speaks of: one is a match, none or several are a doubt.

    A path speaks of a place when it has all words of the organisation, or of the speaker's name, one after the other.
    A country that the path names rules out the others.
    """
    words = words_of(path)
    named = [place for place in places if _names_country(words, place.country_code)]
    found = [place for place in (named or places) if _names_person(words, place)]
    longest = max((_length(words, place) for place in found), default=0)
    return tuple(place for place in found if _length(words, place) == longest)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name in plain small letters, without accents and signs."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return tuple(re.findall(r"[^\W_]+", plain.casefold()))


def without_rivals(matches: Iterable[tuple[str, Place]]) -> dict[str, Place]:
    """Of certain matches those whose place no other file wants."""
    found = dict(matches)
    wanted = [place.statement_id for place in found.values()]
    return {path: place for path, place in found.items() if wanted.count(place.statement_id) == 1}


def _names_country(words: tuple[str, ...], code: str) -> bool:
    names = {words_of(country_name(code, language)) for language in INTERFACE_LANGUAGES}
    return any(_has(words, name) for name in {*names, (code.casefold(),)})


def _names_person(words: tuple[str, ...], place: Place) -> bool:
    return _length(words, place) > 0


def _length(words: tuple[str, ...], place: Place) -> int:
    """How many words of the path speak of the place: the more, the surer."""
    organisation, speaker = words_of(place.organisation), words_of(place.speaker)
    told = len(organisation) if _has(words, organisation) else 0
    is_whole_name = len(speaker) >= _LEAST_NAME_WORDS and _has(words, speaker)
    return told + (len(speaker) if is_whole_name else 0)


def _has(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether the wanted words stand in a row somewhere."""
    return bool(wanted) and any(
        words[start : start + len(wanted)] == wanted for start in range(len(words) - len(wanted) + 1)
    )
