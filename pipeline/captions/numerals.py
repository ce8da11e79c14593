"""Reading numbers in digits out of a text: any script's digits, any language's separators, words like “million”."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipeline.captions.rules import read_rules, words_of

_GROUPED = r"\d{1,3}(?:[ \xa0\u2009\u202f'’٬]\d{3}(?!\d))+(?:[.,٫]\d+(?![.,]?\d))?"
_NUMBER = re.compile(rf"{_GROUPED}|\d+(?:[.,٫٬]\d+)*", re.ASCII)
_YEARS = re.compile(r"(?:^|\D)(19|20)\d\d[-–/]$")
_GROUP_SIGNS = re.compile("[ \xa0\u2009\u202f'’٬]")


@dataclass(frozen=True)
class Number:
    """One number as written, with what it may mean, and its parts where it may be two numbers (“10.30” is a time).

    “1.500” is 1500 or 1.5; “5 million” is 5000000, or 5 where the other language says “million” once for several.
    Values are decimal digits with a dot. `end` is where it ends in the text, with words like “million”.
    """

    written: str
    values: frozenset[str]
    parts: frozenset[str] = frozenset()
    start: int = 0
    end: int = 0


def read_numbers(text: str, language: str) -> Iterator[Number]:
    """The numbers in digits, in order."""
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    for match in _NUMBER.finditer(plain):
        power, end = _power(plain, match.end(), language)
        written = text[match.start() : match.end()]
        for values, parts in _meanings(match.group()):
            scaled = frozenset(_scaled(value, power) for value in values) if power else frozenset()
            later = _later_year(plain, match)
            yield Number(written, values | scaled | later, parts, match.start(), end)


def scale_words(language: str) -> Mapping[str, int]:
    """Words that make a number worth more, by the power of ten; none for a language without a table."""
    words: Mapping[str, int] = words_of(language).get("scales", {})
    return words


@lru_cache
def _scales(language: str) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, scale_words(language)), key=len, reverse=True)) or "(?!)"
    signs = "".join(read_rules()["characters"]["scale_signs"])
    return re.compile(rf"[ \xa0\u202f]*(?:({words})(?![^\W\d_])|([{signs}]))", re.IGNORECASE)


def _power(text: str, end: int, language: str) -> tuple[int, int]:
    """The power of ten that the words after a number give it, and where they end."""
    words, signs = scale_words(language), read_rules()["characters"]["scale_signs"]
    power = 0
    while match := _scales(language).match(text, end):
        word, sign = match.groups()
        power += words[word.lower()] if word else signs[sign]
        end = match.end()
    return power, end


def _later_year(text: str, match: re.Match[str]) -> frozenset[str]:
    """The year that two digits are behind another one, as in “2024-25”."""
    years = _YEARS.search(text[max(0, match.start() - 6) : match.start()]) if len(match.group()) == 2 else None
    return frozenset({years.group(1) + match.group()} if years else ())


def _meanings(digits: str) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Values and parts of what may be one number or several (“12.03.2020”)."""
    grouped = _GROUP_SIGNS.sub("", digits)
    parts = re.split("[.,٫]", grouped)
    signs = re.findall("[.,٫]", grouped)
    if len(parts) == 1:
        yield frozenset({whole(grouped)}), frozenset()
    elif len(parts) == 2:
        yield _two_parts(*parts, is_plain=grouped == digits)
    elif len(set(signs[:-1])) == 1 and all(len(part) == 3 for part in parts[1:-1]):
        front = "".join(parts[:-1])
        is_whole = len(set(signs)) == 1 and len(parts[-1]) == 3
        yield frozenset({whole(front + parts[-1]) if is_whole else decimal(front, parts[-1])}), frozenset()
    else:
        yield from ((frozenset({whole(part)}), frozenset()) for part in parts)


def _two_parts(front: str, rest: str, *, is_plain: bool) -> tuple[frozenset[str], frozenset[str]]:
    values = {decimal(front, rest)}
    if is_plain and len(rest) == 3 and len(front) <= 3 and front != "0":
        values.add(whole(front + rest))
    return frozenset(values), frozenset({whole(front), whole(rest)})


def whole(digits: str) -> str:
    """A whole number without leading zeros."""
    return digits.lstrip("0") or "0"


def decimal(front: str, rest: str) -> str:
    """A number with what is behind its point, without zeros at its ends."""
    fraction = rest.rstrip("0")
    return f"{whole(front)}.{fraction}" if fraction else whole(front)


def _scaled(value: str, power: int) -> str:
    front, _point, rest = value.partition(".")
    rest = rest.ljust(power, "0")
    return decimal(front + rest[:power], rest[power:])
