"""Whether a text says who somebody is: used where a person speaks under another name."""

import re
import unicodedata
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")
_WITHOUT_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that write no spaces: Thai, Lao, Burmese, Khmer, Japanese, Chinese. A name stands within a longer word."""

_SHORTEST_PART = 2
"""Initials and single letters of a name are found everywhere and tell nothing."""


def says_name(text: str, name: str) -> bool:
    """Whether a text says a person's name: all of it, in whatever order, or two of its parts side by side.

    Case, accents and the signs between the words make no difference.
    """
    parts = {part for part in _words(name) if len(part) >= _SHORTEST_PART}
    if not parts:
        return False
    words = _words(text)
    if len(parts) == 1:
        (part,) = parts
        return part in words or (bool(_WITHOUT_SPACES.match(part)) and any(part in word for word in words))
    return _stand_together(words, parts)


def _stand_together(words: Sequence[str], parts: set[str]) -> bool:
    """Whether two different parts of a name follow each other; an initial may stand between them."""
    last = ""
    for word in words:
        if len(word) < _SHORTEST_PART:
            continue
        if word in parts and last in parts and word != last:
            return True
        last = word
    return False


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(sign for sign in decomposed if unicodedata.category(sign) not in _NOT_SEEN))


_NOT_SEEN = {"Mn", "Me", "Cf"}
"""Accents and vowel signs, soft hyphens, joiners, signs of direction: a reader sees the same name with and without."""
