"""Tells by its smallest words, or by its script, whether a text is in another language than it is said to be."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the of and to in that is we it for with on are this be as have our was which by not has from at an will",
        "fr": "de la le les et des à en du que dans une pour est qui sur nous au par plus ce pas avec sont ses aux il",
        "es": "de la que el en y los del las se por con una para su es al lo como más pero sus ha este son nos",
        "pt": "de a que o e do da em um para com não uma os no se na por mais as dos como mas ao das à seu nós são",
        "it": "di che e la il un a per in una sono del della dei con non si le da al come gli nel alla più ha",
        "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden wir",
        "nl": "de en van het een in is dat op te zijn met voor niet aan er om ook als bij door naar wij hebben",
    }.items()
}
_SCRIPTS: Mapping[str, tuple[str, ...]] = {
    "ar": ("ARABIC",), "fa": ("ARABIC",), "ur": ("ARABIC",), "ps": ("ARABIC",), "ru": ("CYRILLIC",),
    "uk": ("CYRILLIC",), "be": ("CYRILLIC",), "bg": ("CYRILLIC",), "mk": ("CYRILLIC",), "kk": ("CYRILLIC",),
    "ky": ("CYRILLIC",), "el": ("GREEK",), "he": ("HEBREW",), "hi": ("DEVANAGARI",), "ne": ("DEVANAGARI",),
    "mr": ("DEVANAGARI",), "bn": ("BENGALI",), "ta": ("TAMIL",), "te": ("TELUGU",), "th": ("THAI",), "ko": ("HANGUL",),
    "zh": ("CJK",), "yue": ("CJK",), "cmn": ("CJK",), "ja": ("CJK", "HIRAGANA", "KATAKANA"), "am": ("ETHIOPIC",),
    "hy": ("ARMENIAN",), "ka": ("GEORGIAN",), "my": ("MYANMAR",), "km": ("KHMER",), "si": ("SINHALA",),
    "dv": ("THAANA",),
}  # fmt: skip

_LOOKED_AT = 4000
_FEWEST_WORDS = 12
_FEWEST_LETTERS = 20
_PLAINLY_MORE = 2.0


def is_in_another_language(text: str, language: str) -> bool:
    """Whether it plainly is; False where that cannot be told."""
    base = language.lower().replace("_", "-").partition("-")[0]
    return _has_another_script(text[:_LOOKED_AT], base) or _has_others_words(text[:_LOOKED_AT], base)


def _has_another_script(text: str, base: str) -> bool:
    names = [unicodedata.name(sign, "").split(" ")[0] for sign in text if sign.isalpha()]
    if len(names) < _FEWEST_LETTERS:
        return False
    expected = _SCRIPTS.get(base, ("LATIN",) if base in _WORDS else ())
    return bool(expected) and sum(name in expected for name in names) < len(names) / 2


def _has_others_words(text: str, base: str) -> bool:
    if base not in _WORDS:
        return False
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < _FEWEST_WORDS:
        return False
    counts = Counter({language: sum(word in small for word in words) for language, small in _WORDS.items()})
    other, most = counts.most_common(1)[0]
    return other != base and most > _PLAINLY_MORE * counts[base] and most > len(words) / 10
