"""Legacy encodings of text: which ones a file could be in, and how a line of it would read in each.

Nothing here decides: letters of one code page are letters of another, and only a person sees which words are meant.
What could be nobody's words (a word of two scripts, capitals in its middle, symbols between letters) is left out.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

ENCODINGS: Mapping[str, str] = {
    "cp1252": "Western European",
    "cp1250": "Central European",
    "cp1251": "Cyrillic",
    "cp1256": "Arabic, Persian, Urdu",
    "cp1254": "Turkish",
    "cp1253": "Greek",
    "cp1255": "Hebrew",
    "cp1257": "Baltic",
    "cp1258": "Vietnamese",
    "cp874": "Thai",
    "gb18030": "Chinese, simplified",
    "big5hkscs": "Chinese, traditional",
    "cp932": "Japanese",
    "euc_jp": "Japanese, Unix",
    "cp949": "Korean",
    "koi8_r": "Cyrillic, KOI8",
    "iso8859_2": "Central European, ISO",
    "iso8859_5": "Cyrillic, ISO",
    "iso8859_6": "Arabic, ISO",
    "iso8859_15": "Western European, ISO",
    "iso8859_16": "Romanian, ISO",
    "mac_roman": "Western European, Mac",
    "cp866": "Cyrillic, DOS",
    "cp850": "Western European, DOS",
}
"""Encodings that can be chosen, by Python's name; the commonest first."""

MOST_READINGS = 8
_SAMPLE_CHARACTERS = 60
_LOOKED_AT_LINES = 200
_LOOKED_AT_BYTES = 20_000

_WORD = re.compile(r"[^\W\d_]+")
_NOT_TEXT = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_WITHIN_WORDS = set("'’‘-‐‑·\u00ad\u200c\u200d ")
_NEVER_AFTER_LETTERS = set("‚„¿¡")
_ACCENTED = re.compile("[^\0-\x7f]+")
_JAPANESE = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"}


@dataclass(frozen=True)
class Reading:
    """How a file would read in an encoding; `sample` is (part of) a line in which the possible readings differ."""

    encoding: str
    name: str
    sample: str


def possible_readings(data: bytes) -> tuple[int, tuple[Reading, ...]]:
    """The number of a line with letters beyond ASCII, and its readings, the likelier first; none for what is no text.

    Encodings in which the whole file reads the same count once.
    """
    lines = re.split(b"\r\n|[\n\r]", data)
    telling = _telling_lines(lines)
    texts: dict[tuple[str, ...], str] = {}
    for encoding in ENCODINGS:
        read = _read(data, [line for _, line in telling], encoding)
        if read is not None:
            texts.setdefault(read, encoding)
    ranked = _ranked(texts)
    if not ranked or not telling:
        return 1, ()
    shown = max(range(len(telling)), key=lambda index: len({text[index] for text in ranked}))
    return telling[shown][0], tuple(
        Reading(texts[text], ENCODINGS[texts[text]], _sample(text[shown], telling[shown][1])) for text in ranked
    )


def _telling_lines(lines: Sequence[bytes]) -> list[tuple[int, bytes]]:
    """The first lines with letters beyond ASCII, with their numbers."""
    telling: list[tuple[int, bytes]] = []
    room = _LOOKED_AT_BYTES
    for number, line in enumerate(lines, 1):
        if not line.isascii() and room > 0 and len(telling) < _LOOKED_AT_LINES:
            telling.append((number, line))
            room -= len(line)
    return telling


def _read(data: bytes, lines: Sequence[bytes], encoding: str) -> tuple[str, ...] | None:
    """The lines in an encoding, if the whole file can be text in it."""
    try:
        if _NOT_TEXT.search(data.decode(encoding)):
            return None
        read = tuple(line[:_LOOKED_AT_BYTES].decode(encoding, "ignore") for line in lines)
    except UnicodeDecodeError:
        return None
    return read if all(_can_be_words(line) for line in read) else None


def _can_be_words(line: str) -> bool:
    if any(unicodedata.category(letter) in {"Cn", "Co", "Cs"} for letter in line):
        return False
    return not _has_symbols_in_words(line) and all(_can_be_word(word) for word in _WORD.findall(line))


def _has_symbols_in_words(line: str) -> bool:
    neighbours = zip(line, line[1:], f"{line[2:]} ", strict=False)
    return any(
        _is_out_of_place(before, sign, after)
        for before, sign, after in neighbours
        if before.isalpha() and not sign.isascii() and not sign.isalpha()
    )


def _is_out_of_place(before: str, sign: str, after: str) -> bool:
    """Whether a sign cannot follow a letter: a symbol within a word, an opening mark, a mark of another script."""
    if unicodedata.category(sign)[0] == "M":
        return _script(sign) not in ("", _script(before))
    if _is_wide(before):
        return False
    return sign in _NEVER_AFTER_LETTERS or (after.isalpha() and sign not in _WITHIN_WORDS)


def _is_wide(letter: str) -> bool:
    """Of a script that puts no blanks between words."""
    return unicodedata.east_asian_width(letter) in "WF"


def _can_be_word(word: str) -> bool:
    scripts = {_script(letter) for letter in word} - {""}
    if len(scripts) > 1 and not scripts <= _JAPANESE:
        return False
    if scripts == {"LATIN"} and not _can_be_latin(word):
        return False
    return word.isascii() or not any(first.islower() and second.isupper() for first, second in pairwise(word))


def _can_be_latin(word: str) -> bool:
    """Letters with accents stand among plain ones: Polish has three together (żółw), nobody a long word of them."""
    longest = max((len(run) for run in _ACCENTED.findall(word)), default=0)
    return longest < 3 or (longest == 3 and len(word) > 3)


def _script(letter: str) -> str:
    """The first word of a letter's name: LATIN, CYRILLIC, CJK …; nothing for marks that go with any script."""
    name = unicodedata.name(letter, "").split(" ")[0]
    return "" if name in {"COMBINING", "MODIFIER", "FEMININE", "MASCULINE", "MICRO"} else name


def _ranked(texts: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The likelier first; without those that are full of symbols where another one has letters."""
    ranked = sorted(texts, key=_oddities)[:MOST_READINGS]
    if not ranked:
        return []
    usual = _oddities(ranked[0])[0]
    return [text for text in ranked if _oddities(text)[0] <= usual + len("".join(text)) // 10]


def _oddities(lines: Sequence[str]) -> tuple[int, int]:
    """How much in a reading is rare in speech: symbols, then capital letters beyond ASCII."""
    letters = [letter for line in lines for letter in line if not letter.isascii()]
    symbols = sum(unicodedata.category(letter)[0] in "SN" for letter in letters)
    return symbols, sum(letter.isupper() for letter in letters)


def _sample(text: str, line: bytes) -> str:
    """At most 60 characters around the first letter beyond ASCII; nothing that turns their direction."""
    first = next((index for index, byte in enumerate(line) if byte > 0x7F), 0)
    begin = 0
    if len(text) > _SAMPLE_CHARACTERS and first > _SAMPLE_CHARACTERS // 2:
        begin = text.rfind(" ", 0, first - _SAMPLE_CHARACTERS // 3) + 1
    shown = "".join(_printable(text[begin : begin + _SAMPLE_CHARACTERS])).strip()
    return f"{'…' if begin else ''}{shown}{'…' if len(text) > begin + _SAMPLE_CHARACTERS else ''}"


def _printable(text: str) -> Iterator[str]:
    return (letter for letter in text if unicodedata.category(letter) not in {"Cf", "Cc"})
