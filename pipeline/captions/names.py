"""Names in the words spoken that an interpretation has not; where it is unsure what is a name, it says nothing."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError

from pipeline.captions.rules import read_words, words_of

_TOKEN = re.compile(r"(?:[^\W\d_]+['’])?[^\W_]+(?:[-.’'][^\W_]+)*\.?")
_ELISION = re.compile(r"([^\W\d_]+['’])(?=[^\W_])")
_LATIN = re.compile("[A-Za-z\xc0-\u024f]")
_STEM_LETTERS = 4
_SHORTEST_NAME = 3


@dataclass(frozen=True)
class _Token:
    word: str
    elision: str
    follows_break: bool

    @property
    def is_capital(self) -> bool:
        return unicodedata.category(self.word[0]) in ("Lu", "Lt")


def missing_names(source: str, source_language: str, target: str, target_language: str) -> list[str]:
    """Names of the source text that are not in the target text (given with its neighbours), as they are written.

    A name is a word with a capital that does not begin a sentence or a cue and is not part of what an institution is
    called, nor a country, nor among a language's words that are written so. Names are compared without accents, and
    only among languages with Latin letters; a name that has another form in each language is known from a table.
    """
    words = words_of(source_language)
    if "articles" not in words or not _is_latin(target):
        return []
    here = _folded_words(target)
    candidates = dict.fromkeys(_names(source, source_language, words))
    return [name for name in candidates if not _is_there(fold(name), here)]


def fold(word: str) -> str:
    """A word without capitals and accents, and without the English possessive."""
    plain = unicodedata.normalize("NFD", word.lower().replace("’", "'"))
    bare = "".join(sign for sign in plain if unicodedata.category(sign) != "Mn")
    return bare.removesuffix("'s").rstrip(".'")


@lru_cache
def place_stems(language: str) -> tuple[str, ...]:
    """How the names of countries and of their people begin in a language, folded."""
    try:
        territories = Locale.parse(language, sep="-").territories
    except (UnknownLocaleError, ValueError):
        return ()
    words = {fold(word) for code, name in territories.items() if code.isalpha() for word in _TOKEN.findall(name)}
    return tuple(sorted({word[: max(_STEM_LETTERS, len(word) - 3)] for word in words if len(word) >= _STEM_LETTERS}))


def _names(text: str, language: str, words: Mapping[str, Any]) -> Iterator[str]:
    tokens = _tokens(text)
    common = frozenset(map(fold, (*words["common_capitals"], *words["titles"], *words["person_titles"])))
    lower = {fold(token.word) for token in tokens if not token.is_capital}
    stems = place_stems(language)
    for index in _candidates(tokens, words):
        word = tokens[index].word
        key = fold(word)
        is_known = key in common or key in lower or key.startswith(stems)
        if len(key) >= _SHORTEST_NAME and not is_known and not key[0].isdigit():
            yield word


def _candidates(tokens: Sequence[_Token], words: Mapping[str, Any]) -> Iterator[int]:
    """Places of words with a capital inside a sentence, without those behind an article, unless behind a title."""
    titles = frozenset(words["person_titles"])
    articles, links = frozenset(words["articles"]), frozenset(words["links"])
    is_institution = False
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index and not token.follows_break else None
        if not token.is_capital:
            is_institution = is_institution and token.word.lower() in links and not token.follows_break
            continue
        article = token.elision or (before.word.lower() if before else "")
        goes_on = before is not None and (before.is_capital or is_institution)
        is_institution = article in articles or (is_institution and goes_on)
        if before is None and not token.elision:
            continue
        if not is_institution or (before is not None and before.word.lower() in titles):
            yield index


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        between = text[end : match.start()]
        word = match.group()
        elided = _ELISION.match(word)
        elision = elided.group(1) if elided and unicodedata.category(word[elided.end()]) == "Lu" else ""
        follows = not tokens or bool(between.strip(" \n\xa0\u202f")) or _ends_sentence(tokens[-1].word)
        tokens.append(_Token(word[len(elision) :], elision.lower().replace("’", "'"), follows))
        end = match.end()
    return tokens


def _ends_sentence(word: str) -> bool:
    return word.endswith(".") and len(word) > _STEM_LETTERS


def _is_there(name: str, here: frozenset[str]) -> bool:
    if name in here or any(name in word or (len(word) >= _STEM_LETTERS and word in name) for word in here):
        return True
    return any(name in group and not group.isdisjoint(here) for group in _same_names())


@lru_cache
def _same_names() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(fold, group)) for group in read_words()["same_names"])


def _folded_words(text: str) -> frozenset[str]:
    tokens = _TOKEN.findall(text)
    return frozenset(fold(part) for token in tokens for part in (token, _ELISION.sub("", token)))


def _is_latin(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return bool(letters) and 2 * sum(1 for sign in letters if _LATIN.match(sign)) >= len(letters)
