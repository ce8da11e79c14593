"""Numbers in a text and its interpretation: whether both say the same, however each language writes them."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.captions.rules import read_rules, words_of

_GROUPED = r"(?<!\d)\d{1,3}(?:[ \xa0\u2009\u202f'’٬]\d{3}(?!\d))+(?:[.,٫]\d+(?![.,]?\d))?"
_NUMBER = re.compile(rf"{_GROUPED}|\d+(?:[.,٫٬]\d+)*", re.ASCII)
_GROUP_SIGNS = re.compile("[ \xa0\u2009\u202f'’٬]")
_ROMAN = re.compile(r"(?<![^\W_])[IVXLC]+(?=(?:e|è|er|ère|ème|º|ᵉ)?(?![^\W_]))")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_WORD = re.compile(r"[^\W\d_]+")
_HALF_DAY = re.compile(r"(?<![^\W_])[ap]\.?\s?m(?![^\W_])", re.IGNORECASE)
_MAY_BE_ANY_WORD = 100  # below, a language without a table may have it in words
_ENDING_LETTERS = 4  # so many letters at a word's end are enough to be the number, as in “veintiocho”


@dataclass(frozen=True)
class Number:
    """One number as written, with what it may mean (“1.500” is 1500 or 1.5) and its parts (“10.30” is a time)."""

    written: str
    values: frozenset[str]
    parts: frozenset[str]


@dataclass(frozen=True)
class Numbers:
    """The numbers of one cue (`text`), and of that with its neighbours (`near`), in a language."""

    text: str
    near: str
    language: str

    def wanted(self) -> Sequence[Number]:
        """The cue's own numbers in digits, each once."""
        found = {number.values: number for number in read_numbers(self.text)}
        return list(found.values())

    def has(self, number: Number, *, scaled: bool, half_days: bool) -> bool:
        """Whether a number of the other language is here or nearby, in digits or in words."""
        here = self._near_values
        if scaled and {_significant(value) for value in number.values} & {_significant(value) for value in here}:
            return True
        if number.parts and all(self._has_value(part, half_days=half_days) for part in number.parts):
            return True
        return any(self._has_value(value, half_days=half_days) for value in number.values)

    @cached_property
    def is_scaled(self) -> bool:
        """Whether words like “million” make digits worth more."""
        return bool(self._words & set(words_of(self.language).get("scales", ()))) or self._has_scale_signs

    @cached_property
    def has_half_days(self) -> bool:
        """Whether hours are counted to twelve."""
        return bool(_HALF_DAY.search(self.near))

    @cached_property
    def _has_scale_signs(self) -> bool:
        return any(sign in self.near for sign in read_rules()["characters"]["scale_signs"])

    @cached_property
    def _near_values(self) -> frozenset[str]:
        numbers = read_numbers(self.near)
        return frozenset(value for number in numbers for value in number.values | number.parts) | frozenset(
            str(_roman(match)) for match in _ROMAN.findall(self.near)
        )

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self.near.lower()))

    def _has_value(self, value: str, *, half_days: bool) -> bool:
        here = self._near_values
        return bool({value, *_kin(value, here, half_days=half_days)} & here) or self._may_be_written(value)

    def _may_be_written(self, value: str) -> bool:
        if "." in value:
            return False
        number = int(value)
        table: Mapping[str, Sequence[str]] | None = words_of(self.language).get("numbers")
        if table is None:
            return number <= _MAY_BE_ANY_WORD or self._has_scale_signs
        if number >= _MAY_BE_ANY_WORD and self.is_scaled:
            return True
        words = [word for key in _keys(number) for word in table.get(key, ())]
        return any(_has_word(word, self._words) for word in words)


def differing_numbers(source: Numbers, target: Numbers) -> tuple[list[str], list[str]]:
    """Numbers of the source's cue that the target has not, and the other way round, as they are written.

    Numbers in words, Roman ones and other digits or separators are the same number; in doubt there is no difference.
    """
    flags = {
        "scaled": source.is_scaled or target.is_scaled,
        "half_days": source.has_half_days or target.has_half_days,
    }
    missing = [number.written for number in source.wanted() if not target.has(number, **flags)]
    added = [number.written for number in target.wanted() if not source.has(number, **flags)]
    return missing, added


def read_numbers(text: str) -> Iterator[Number]:
    """The numbers in digits of any script, in order."""
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    for match in _NUMBER.finditer(plain):
        yield from _meanings(match.group(), text[match.start() : match.end()])


def _meanings(digits: str, written: str) -> Iterator[Number]:
    grouped = _GROUP_SIGNS.sub("", digits)
    parts = re.split("[.,٫]", grouped)
    signs = re.findall("[.,٫]", grouped)
    if len(parts) == 1:
        yield Number(written, frozenset({_whole(grouped)}), frozenset())
    elif len(parts) == 2:
        yield _two_parts(written, *parts, is_plain=grouped == digits)
    elif len(set(signs[:-1])) == 1 and all(len(part) == 3 for part in parts[1:-1]):
        whole = "".join(parts[:-1])
        is_whole = len(set(signs)) == 1 and len(parts[-1]) == 3
        value = _whole(whole + parts[-1]) if is_whole else _decimal(whole, parts[-1])
        yield Number(written, frozenset({value}), frozenset())
    else:
        yield from (Number(part, frozenset({_whole(part)}), frozenset()) for part in parts)


def _two_parts(written: str, whole: str, rest: str, *, is_plain: bool) -> Number:
    values = {_decimal(whole, rest)}
    if is_plain and len(rest) == 3 and len(whole) <= 3 and whole != "0":
        values.add(_whole(whole + rest))
    return Number(written, frozenset(values), frozenset({_whole(whole), _whole(rest)}))


def _whole(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _decimal(whole: str, rest: str) -> str:
    fraction = rest.rstrip("0")
    return f"{_whole(whole)}.{fraction}" if fraction else _whole(whole)


def _significant(value: str) -> str:
    return value.replace(".", "").strip("0")


def _kin(value: str, others: frozenset[str], *, half_days: bool) -> Iterator[str]:
    """Other ways to say it: “1990s” and “les années 90”, 17 and 5 o'clock."""
    if re.fullmatch(r"(19|20)\d0", value):
        yield value[2:]
    if re.fullmatch(r"\d0", value):
        yield from (other for other in others if re.fullmatch(rf"(19|20){value}", other))
    if half_days and value.isdecimal() and len(value) <= 2:
        yield from (str(int(value) + 12), str(int(value) - 12))


def _keys(number: int) -> Iterator[str]:
    """Where a number's words may stand in a table: its own, and for 25 those of 20, for 75 also those of 60."""
    yield str(number)
    if 20 < number < 100:
        tens = number // 10 * 10
        yield str(tens)
        yield str(tens - 10 if tens in (70, 90) else tens)


def _has_word(word: str, words: frozenset[str]) -> bool:
    parts = _WORD.findall(word)
    if all(part in words for part in parts):
        return True
    return len(word) >= _ENDING_LETTERS and any(other.endswith(word) for other in words)


def _roman(digits: str) -> int:
    values = [_ROMAN_DIGITS[digit] for digit in digits]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))
