"""Numbers in a text and its interpretation: whether both say the same, however each language writes them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.captions.numerals import Number, read_numbers, scale_words
from pipeline.captions.rules import read_words, words_of

_ROMAN = re.compile("([IVXLC]+)(?:e|è|er|ère|ème|º|ᵉ)?")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_WORD = re.compile(r"[^\W\d_]+")
_HALF_DAY = re.compile(r"(?:^|[\W\d_])[ap]\.?\s?m(?![^\W_])", re.IGNORECASE)
_MAY_BE_ANY_WORD = 100  # below, a language without a table may have it in words
_MOST_DIGITS = 9  # no longer number is ever written out
_ENDING_LETTERS = 4  # so many letters at a word's end are enough to be the number, as in “veintiocho”


@dataclass(frozen=True)
class Numbers:
    """The numbers of one cue (`text`), and of that with its neighbours (`near`), in a language."""

    text: str
    near: str
    language: str

    def wanted(self) -> Sequence[Number]:
        """The cue's own numbers in digits, each once."""
        found = {number.values: number for number in read_numbers(self.text, self.language)}
        return list(found.values())

    def has(self, number: Number, *, half_days: bool) -> bool:
        """Whether a number of the other language is here or nearby, in digits or in words."""
        if number.parts and all(self._has_value(part, half_days=half_days) for part in number.parts):
            return True
        return any(self._has_value(value, half_days=half_days) for value in number.values)

    def _has_value(self, value: str, *, half_days: bool) -> bool:
        here = self._near_values
        if {value, *_kin(value, half_days=half_days)} & here or self._may_be_written(value):
            return True
        return not scale_words(self.language) and _significant(value) in self._near_digits

    @cached_property
    def has_half_days(self) -> bool:
        """Whether hours are counted to twelve."""
        return bool(_HALF_DAY.search(self.near))

    @cached_property
    def _near_numbers(self) -> Sequence[Number]:
        return list(read_numbers(self.near, self.language))

    @cached_property
    def _near_values(self) -> frozenset[str]:
        return frozenset(value for number in self._near_numbers for value in number.values | number.parts) | frozenset(
            str(_roman(roman.group(1))) for word in _WORD.findall(self.near) if (roman := _ROMAN.fullmatch(word))
        )

    @cached_property
    def _near_digits(self) -> frozenset[str]:
        """Numbers without their zeros at the end, for languages of which words like “million” are not known."""
        return frozenset(map(_significant, self._near_values))

    @cached_property
    def _words(self) -> frozenset[str]:
        """Words that are no part of a number in digits, nor of “per cent”."""
        kept, reached = [], 0
        for number in self._near_numbers:
            kept.append(self.near[reached : number.start])
            reached = number.end
        text = " ".join([*kept, self.near[reached:]])
        text = text.lower()
        for percent in read_words()["percent"]:
            text = text.replace(percent, "%")
        return frozenset(_WORD.findall(text))

    def _may_be_written(self, value: str) -> bool:
        if "." in value:
            return False
        number = int(value[:_MOST_DIGITS])
        table: Mapping[str, Sequence[str]] | None = words_of(self.language).get("numbers")
        if table is None:
            return number <= _MAY_BE_ANY_WORD
        if number > _MAY_BE_ANY_WORD and not self._words.isdisjoint(scale_words(self.language)):
            return True
        words = [word for key in _keys(number) for word in table.get(key, ())]
        return any(_has_word(word, self._words) for word in words)


def differing_numbers(source: Numbers, target: Numbers) -> tuple[list[str], list[str]]:
    """Numbers of the source's cue that the target has not, and the other way round, as they are written.

    Numbers in words, Roman ones and other digits or separators are the same number; in doubt there is no difference.
    """
    half_days = source.has_half_days or target.has_half_days
    missing = [number.written for number in source.wanted() if not target.has(number, half_days=half_days)]
    added = [number.written for number in target.wanted() if not source.has(number, half_days=half_days)]
    return list(dict.fromkeys(missing)), list(dict.fromkeys(added))


def _significant(value: str) -> str:
    return value.replace(".", "").strip("0")


def _kin(value: str, *, half_days: bool) -> Iterator[str]:
    """Other ways to say it: “1990s” and “les années 90”, 17 and 5 o'clock."""
    if re.fullmatch(r"(19|20)\d0", value):
        yield value[2:]
    if re.fullmatch(r"\d0", value):
        yield from (f"19{value}", f"20{value}")
    if half_days and value.isdecimal() and len(value) <= 2:
        yield from (str(int(value) + 12), str(int(value) - 12))


def _keys(number: int) -> Iterator[str]:
    """Where a number's words may stand in a table: its own, for 25 those of 20, for 75 also of 60, for 150 of 100."""
    yield str(number)
    if 20 < number < 100:
        tens = number // 10 * 10
        yield str(tens)
        yield str(tens - 10 if tens in (70, 90) else tens)
    elif 100 < number < 1000:
        yield "100"


def _has_word(word: str, words: frozenset[str]) -> bool:
    parts = _WORD.findall(word)
    if all(part in words for part in parts):
        return True
    return len(word) >= _ENDING_LETTERS and any(other.endswith(word) for other in words)


def _roman(digits: str) -> int:
    values = [_ROMAN_DIGITS[digit] for digit in digits]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))
