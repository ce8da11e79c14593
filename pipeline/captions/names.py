"""Names in the words spoken that an interpretation has not; where it is unsure what is a name, it says nothing."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError

from pipeline.captions.rules import read_words, words_of

_TOKEN = re.compile(r"(?:[^\W\d_]+['’])?[^\W_]+(?:[-.’'][^\W_]+)*\.?")
_ELISION = re.compile(r"([^\W\d_]+['’])(?=[^\W_])")
_LATIN = re.compile("[A-Za-z\xc0-\u024f]")
_ROMAN_NUMBER = re.compile("(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_STEM_LETTERS = 4
_SHORTEST_NAME = 3
_BLANKS = " \n\xa0\u202f"


@dataclass(frozen=True)
class Spoken:
    """One cue of the words spoken; `lower` are the `lower_words` of all of them."""

    text: str
    language: str
    lower: frozenset[str]


@dataclass(frozen=True)
class _Token:
    """A word, what is elided before it, and whether a sentence or a clause begins with it.

    In a run: whether an article comes before it, and whether a person's title does, or a name that comes after one.
    """

    word: str
    elision: str
    follows_break: bool
    has_article: bool = False
    is_person: bool = False

    @property
    def is_capital(self) -> bool:
        return _is_capital(self.word)


def missing_names(spoken: Spoken, target: str) -> list[str]:
    """Names of the cue spoken that are not in the target text (given with its neighbours), as they are written.

    A name is a word with a capital that does not begin a sentence or a cue and is not part of what an institution is
    called, nor a country, nor among a language's words that are written so. Names are compared without accents, and
    only among languages with Latin letters; a name that has another form in each language is known from a table.
    """
    if "articles" not in words_of(spoken.language) or not _is_latin(target):
        return []
    here = _folded_words(target)
    names = dict.fromkeys(_names(spoken))
    return [name for name in names if not _is_there(fold(name), here)]


def lower_words(text: str) -> frozenset[str]:
    """The words that a text has without a capital, folded: they are no names where they have one."""
    return frozenset(fold(word) for word in _TOKEN.findall(text) if not _is_capital(word))


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


def _names(spoken: Spoken) -> Iterator[str]:
    words = words_of(spoken.language)
    titles, common = _titles_and_common(spoken.language)
    stems = place_stems(spoken.language)
    for run in _runs(_tokens(spoken.text, words), words, titles):
        keys = [fold(token.word) for token in run]
        inner = [key for token, key in zip(run, keys, strict=True) if not token.follows_break and key not in titles]
        is_institution = run[0].has_article or any(key in common or key in spoken.lower for key in inner)
        for token, key in zip(run, keys, strict=True):
            is_name = not (token.follows_break or is_institution or _ROMAN_NUMBER.fullmatch(_bare(token.word)))
            is_candidate = token.is_person or is_name
            if is_candidate and len(key) >= _SHORTEST_NAME and key not in common and not key.startswith(stems):
                yield _bare(token.word)


@lru_cache
def _titles_and_common(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Titles of persons, and all words that are no names though they have a capital; folded."""
    words = words_of(language)
    titles = frozenset(map(fold, words["person_titles"]))
    return titles, titles | frozenset(map(fold, (*words["common_capitals"], *words["titles"])))


def _runs(tokens: Sequence[_Token], words: Mapping[str, Any], titles: frozenset[str]) -> Iterator[Sequence[_Token]]:
    """Words with capitals that stand together, or with “of” and the like between them; articles are left out."""
    articles, links = frozenset(words["articles"]), frozenset(words["links"])
    run: list[_Token] = []
    before = ""
    for token in tokens:
        word = token.word.lower()
        if token.follows_break or not (token.is_capital or word in links):
            if run:
                yield run
            run, before = [], "" if token.follows_break else before
        if token.is_capital and word not in articles:
            has_article = token.elision in articles or (before in articles and not run)
            is_person = fold(before) in titles or bool(run and run[-1].is_person and run[-1].word.lower() == before)
            run.append(replace(token, has_article=has_article, is_person=is_person))
        before = word
    if run:
        yield run


def _tokens(text: str, words: Mapping[str, Any]) -> list[_Token]:
    shortened = frozenset((*words["titles"], *words["abbreviations"]))
    tokens: list[_Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        between = text[end : match.start()]
        word = match.group()
        elided = _ELISION.match(word)
        elision = elided.group(1) if elided and unicodedata.category(word[elided.end()]) == "Lu" else ""
        follows = not tokens or bool(between.strip(_BLANKS)) or _ends_sentence(tokens[-1].word, shortened)
        tokens.append(_Token(word[len(elision) :], elision.lower().replace("’", "'"), follows))
        end = match.end()
    return tokens


def _ends_sentence(word: str, shortened: frozenset[str]) -> bool:
    is_initial = len(word) == 2 and _is_capital(word)
    return word.endswith(".") and word.lower() not in shortened and not is_initial


def _bare(word: str) -> str:
    return word if "." in word[:-1] else word.rstrip(".")


def _is_capital(word: str) -> bool:
    return unicodedata.category(word[0]) in ("Lu", "Lt")


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
