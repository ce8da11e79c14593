"""What it costs to break text between two words: little after a sentence, much between an article and its noun."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

from pipeline.captions.rules import read_rules, read_words, words_of
from pipeline.captions.widths import is_in

_INITIAL = re.compile(r"[^\W\d_]\.")
_LIST_MARK = re.compile(r"\d{1,2}[.)]|[•‣◦▪·*–—-]")
_NO_LETTERS = re.compile(r"[\W_]+")
_YEAR = re.compile(r"\d{4}(?!\d)")
_OF = ("de", "del", "d'", "di", "do")
_BETWEEN_WORDS = ("plain", "preposition", "conjunction")
_DIGIT_GROUP = re.compile(r"(?:\D|^)\d{3}(?!\d)")


@dataclass(frozen=True)
class Word:
    """A word with its punctuation, the white space before it, and whether it goes on what was cut off before it."""

    text: str
    space: str = " "
    is_cut: bool = False


class Gaps:
    """The costs of breaking between the words of one language, by the table `break_costs`."""

    def __init__(self, language: str, *, has_paragraphs: bool) -> None:
        self._has_paragraphs = has_paragraphs
        self._costs: Mapping[str, int] = read_rules()["break_costs"]
        self._signs: Mapping[str, Any] = read_rules()["characters"]
        words = words_of(language)
        names = ("conjunctions", "prepositions", "bound", "enclitics", "titles", "abbreviations")
        self._lists = {name: frozenset(words.get(name, ())) for name in names}
        numbers = words.get("numbers", {})
        self._months = frozenset(chain.from_iterable(numbers.get(str(month), ()) for month in range(1, 13)))
        self._scales = frozenset(words.get("scales", ()))
        base = language.split("-", maxsplit=1)[0]
        self._has_ordinal_dot = base in read_words()["ordinal_dot"]
        self._has_capital_nouns = base == "de"
        self._pairs = frozenset(self._signs["pairs"].split())
        self._ends = self._signs["closing"] + self._signs["quotes"]

    def costs(self, words: Sequence[Word]) -> Iterator[int]:
        """The cost of breaking before each word; nothing before the first."""
        yield from [0] * bool(words)
        is_first = True
        for place, (left, right) in enumerate(pairwise(words)):
            name = self._gap(left, right, is_first=is_first)
            around = words[max(0, place - 1) : place + 3]
            if name in _BETWEEN_WORDS and self._is_inside_number(around, at=min(place, 1)):
                name = "bound"
            yield self._costs[name]
            is_first = name in ("sentence", "paragraph_line")

    def _is_inside_number(self, words: Sequence[Word], *, at: int) -> bool:
        """Whether a date, or what is counted in millions, goes on from word `at` to the next."""
        before = words[0].text if at else ""
        left, right = words[at].text.lower(), self._key(words[at + 1].text)
        after = words[at + 2].text if at + 2 < len(words) else ""
        if left in self._scales and before[-1:].isdecimal():
            return True
        is_day, is_month = left.isdecimal(), left in self._months
        is_date = (is_day and after.lower() in self._months) or (is_month and _YEAR.match(after) is not None)
        return right in _OF and is_date

    def _gap(self, left: Word, right: Word, *, is_first: bool) -> str:
        if right.is_cut:
            return "inside_word"
        if self._is_glued(left.text, right, is_first=is_first):
            return "glued"
        end = self._end_of(left.text, right.text)
        if end:
            return end
        if self._has_paragraphs and "\n" in right.space and _begins_anew(right.text) and not self._is_bound(left.text):
            return "paragraph_line"
        if self._is_spaceless(left.text[-1]) or self._is_spaceless(right.text[0]):
            return self._spaceless_gap(left.text, right)
        return self._word_gap(left.text, right.text, is_first=is_first)

    def _is_glued(self, left: str, right: Word, *, is_first: bool) -> bool:
        signs = self._signs
        if right.space and not re.search(r"[^\xa0\u2007\u202f]", right.space):
            return True
        if self._opens(left) or self._closes(right.text):
            return True
        if left[-1] in signs["line_may_not_end"] or right.text[0] in signs["line_may_not_start"]:
            return True
        if _after_elision(left) in self._lists["titles"] or (is_first and _LIST_MARK.fullmatch(left)):
            return True
        if _INITIAL.fullmatch(left) and left[0].isupper():
            return True
        return left[-1].isdecimal() and bool(_DIGIT_GROUP.match(right.text)) and not re.search(r"\d{4}$", left)

    def _opens(self, word: str) -> bool:
        """Whether a word is nothing but opening signs, or ends with one."""
        opening = self._signs["opening"]
        return word[-1] in opening or not word.strip(opening + self._signs["quotes"])

    def _closes(self, word: str) -> bool:
        """Whether a word is punctuation that belongs to what stands before it."""
        signs = self._signs
        if word[0] in signs["closing"]:
            return True
        return not word.strip(self._ends + signs["sentence_ends"] + signs["clause_ends"])

    def _end_of(self, left: str, right: str) -> str | None:
        """“sentence” or “clause” where a word ends one."""
        bare = left.rstrip(self._ends) or left
        if bare[-1] in self._signs["clause_ends"]:
            return "clause"
        if bare[-1] not in self._signs["sentence_ends"] or (bare[-1] == "." and self._is_shortened(bare, right)):
            return None
        return "clause" if right.lstrip(self._signs["opening"] + self._signs["quotes"])[:1].islower() else "sentence"

    def _is_shortened(self, word: str, right: str) -> bool:
        """Whether the dot belongs to the word: an abbreviation, an ordinal, U.N."""
        bare = word.lstrip(self._signs["opening"] + self._signs["quotes"]).lower()
        if bare == ".":
            # Behind a sign of a script without spaces, as in “พ.ศ.”; their sentences end with other signs or a blank.
            return True
        if bare in read_words()["may_end_sentence"]:
            return not right[0].isupper()
        if bare in self._lists["abbreviations"] or bare in self._lists["titles"]:
            return True
        if self._has_ordinal_dot and re.fullmatch(r"\d{1,2}\.", bare):
            return True
        return "." in bare[:-1].strip(".") and all(len(part) <= 2 for part in bare.split("."))

    def _is_spaceless(self, sign: str) -> bool:
        return is_in(sign, self._signs["spaceless"])

    def _is_katakana(self, sign: str) -> bool:
        return is_in(sign, self._signs["katakana"])

    def _spaceless_gap(self, left: str, right: Word) -> str:
        before, after = left[-1], right.text[0]
        if right.space:
            return "number" if before.isdecimal() or after.isdecimal() else "clause"
        if before + after in self._pairs:
            return "spaceless_bound"
        if before in self._signs["thought_ends"] and after not in self._signs["thought_ends"]:
            return "spaceless_good"
        if after in self._signs["thought_begins"]:
            return "spaceless_good"
        if (self._is_katakana(before) and self._is_katakana(after)) or before.isdecimal() or after.isdecimal():
            return "spaceless_bound"
        return "spaceless"

    def _word_gap(self, left: str, right: str, *, is_first: bool) -> str:
        key = self._key(right)
        number = self._number_gap(left, right, key)
        if self._is_bound(left) or (number is None and key in self._lists["enclitics"]):
            return "bound"
        if number:
            return number
        if not self._has_capital_nouns and not is_first and left[0].isupper() and right[0].isupper():
            return "name"
        if key in self._lists["conjunctions"] or (key[0] == "و" and len(key) > 3):
            return "conjunction"
        return "preposition" if key in self._lists["prepositions"] else "plain"

    def _number_gap(self, left: str, right: str, key: str) -> str | None:
        if left[-1].isdecimal() and key in self._scales:
            return "glued"
        if right[0].isdecimal() or right[0] in "%€$£":
            return "number"
        if left[-1].isdecimal():
            return "plain" if key in self._lists["prepositions"] else "number"
        return None

    def _is_bound(self, word: str) -> bool:
        key = _NO_LETTERS.sub("", word[0]) + word[1:]
        key = (key or word).lower().replace("’", "'")
        keys = {key, _after_elision(key)}
        return any(not keys.isdisjoint(self._lists[name]) for name in ("bound", "prepositions", "conjunctions"))

    def _key(self, word: str) -> str:
        """The word by which a break is judged: “qu'” of “qu'il”, without quotation marks."""
        bare = (word.strip(self._signs["opening"] + self._ends) or word).lower().replace("’", "'")
        head, apostrophe, _rest = bare.partition("'")
        return head + apostrophe if f"{head}'" in self._lists["conjunctions"] | self._lists["prepositions"] else bare


def _begins_anew(word: str) -> bool:
    return not word[0].islower()


def _after_elision(word: str) -> str:
    return word.lower().replace("’", "'").rpartition("'")[2]
