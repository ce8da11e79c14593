"""Terms with a settled form in each language: finding them in what is said, missing them in what is written.

The terms are a data file; how it is read is told at its head. Words are compared without capitals, accents and endings
of the plural, an abbreviation in capitals as it stands.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.captions.drafts.drafting import plain_code
from pipeline.domain.errors import WrongUsage

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_WITH_ENDING = 4

Form = tuple[str, ...]
"""The words of a term as they are compared."""

Index = Mapping[str, Sequence[tuple[Form, tuple[str, ...]]]]
"""By a first word the terms that begin with it, each with what is wanted for it."""


@dataclass(frozen=True)
class FoundTerm:
    """A term in a text: where it stands, what it says, and its forms in the other language, the best first."""

    start: int
    end: int
    text: str
    wanted: tuple[str, ...]


@dataclass(frozen=True)
class _Word:
    key: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Glossary:
    """Terms by language: `terms[n][language]` are the forms of one term."""

    terms: Sequence[Mapping[str, tuple[str, ...]]]

    def languages(self) -> tuple[str, ...]:
        """Languages that it has terms in."""
        return tuple(dict.fromkeys(language for term in self.terms for language in term))

    def find(self, text: str, source: str, target: str) -> list[FoundTerm]:
        """The terms of a text in order, the longest where one holds another; none for languages that it has not."""
        forms = _index(self, plain_code(source), plain_code(target))
        words = list(_words(text))
        found: list[FoundTerm] = []
        place = 0
        while place < len(words):
            term = _longest(words, place, forms)
            if term is None:
                place += 1
                continue
            length, wanted = term
            start, end = words[place].start, words[place + length - 1].end
            found.append(FoundTerm(start, end, text[start:end], wanted))
            place += length
        return found

    def missing(self, source_text: str, target_text: str, source: str, target: str) -> list[FoundTerm]:
        """The terms of a source text of which the target text has no form.

        A term may have gone into a neighbouring cue: give the target with its neighbours.
        """
        written = [word.key for word in _words(target_text)]
        found = self.find(source_text, source, target)
        return [term for term in found if not any(_holds(written, form_of(one)) for one in term.wanted)]


def read_glossary(path: Path) -> Glossary:
    """The glossary of a file; raises `WrongUsage`, which names the file and the term."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongUsage(f"The glossary {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUsage(f"The glossary {path} is not valid TOML: {error}.") from error
    languages = data.pop("languages", None)
    if not isinstance(languages, list) or not all(isinstance(one, str) for one in languages):
        raise WrongUsage(f'The glossary {path} begins with its languages: languages = ["en", "fr"].')
    return Glossary(tuple(_terms(data, languages, path)))


def form_of(term: str) -> Form:
    """The words of a term as they are compared."""
    return tuple(word.key for word in _words(term))


def _terms(data: Mapping[str, object], languages: Sequence[str], path: Path) -> Iterator[Mapping[str, tuple[str, ...]]]:
    for subject, part in data.items():
        rows = part.get("terms") if isinstance(part, dict) else None
        if not isinstance(rows, list):
            raise WrongUsage(f"The glossary {path} has no list “terms” in [{subject}].")
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, list) or len(row) != len(languages) or not all(isinstance(one, str) for one in row):
                told = f"term {number} of [{subject}] is to be {len(languages)} texts"
                raise WrongUsage(f"In the glossary {path}, {told}: {', '.join(languages)}.")
            yield {code: _alternatives(cell) for code, cell in zip(languages, row, strict=True) if cell.strip()}


def _alternatives(cell: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in cell.split("|") if form.strip())


@lru_cache(maxsize=64)
def _index(glossary: Glossary, source: str, target: str) -> Index:
    """Terms by their first word, longer ones first; what one form can mean is put together."""
    forms: dict[Form, tuple[str, ...]] = {}
    for term in glossary.terms:
        for form in term.get(source, ()) if target in term else ():
            key = form_of(form)
            forms[key] = tuple(dict.fromkeys((*forms.get(key, ()), *term[target])))
    index: dict[str, list[tuple[Form, tuple[str, ...]]]] = {}
    for key in sorted(filter(None, forms), key=len, reverse=True):
        index.setdefault(key[0], []).append((key, forms[key]))
    return index


def _longest(words: Sequence[_Word], place: int, forms: Index) -> tuple[int, tuple[str, ...]] | None:
    for form, wanted in forms.get(words[place].key, ()):
        if tuple(word.key for word in words[place : place + len(form)]) == form:
            return len(form), wanted
    return None


def _holds(words: Sequence[str], form: Form) -> bool:
    return any(tuple(words[start : start + len(form)]) == form for start in range(len(words) - len(form) + 1))


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        yield _Word(_key(match.group()), match.start(), match.end())


def _key(word: str) -> str:
    """A word as it is compared; only an abbreviation keeps its capitals."""
    if len(word) > 1 and word.isupper():
        return word
    plain = unicodedata.normalize("NFD", word.lower())
    bare = "".join(sign for sign in plain if unicodedata.category(sign) != "Mn")
    return _without_ending(bare) if len(bare) >= _SHORTEST_WITH_ENDING else bare


def _without_ending(word: str) -> str:
    """Of one form for singular and plural: `treaties` and `treaty`, `recomendaciones` and `recomendación`."""
    stem = word[:-1] if word[-1] in "sx" else word
    stem = stem.removesuffix("e")
    return f"{stem[:-1]}i" if stem.endswith("y") else stem
