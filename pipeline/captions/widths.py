"""How much room text takes on the screen and in reading: graphemes, wide and narrow signs, invisible ones."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

from wcwidth import iter_graphemes

from pipeline.captions.rules import UNITS, of_language, read_rules

_NARROW = re.compile("[!-~]")
# One sign each, whatever stands beside it: what nearly all text is made of.
_SIMPLE = re.compile("[ -~\xa0-\xac\xae-\u02ff\u0370-\u03ff\u0400-\u0482\u048a-\u052f\u0620-\u064a\u2010-\u2027]*")
_LONGEST_KEPT = 50
_INVISIBLE = {"Cf", "Cc", "Cs", "Zl", "Zp"}


def has_wide_script(language: str) -> bool:
    """Whether a language is written in full-width signs (Chinese, Japanese, Korean)."""
    widths = read_rules()["line_width"]
    return bool(of_language(widths, language) != widths["default"])


def width(text: str, wide_script: bool) -> int:
    """Room that a text without line ends takes, in `UNITS` a character.

    Graphemes count, not code points; what cannot be seen counts nothing. Among wide signs, ASCII letters and digits
    count half; a wide sign in a script of narrow ones counts double.
    """
    return _word_width(text, wide_script) if len(text) <= _LONGEST_KEPT else _measure(text, wide_script)


@lru_cache(maxsize=20_000)
def _word_width(text: str, wide_script: bool) -> int:
    return _measure(text, wide_script)


def _measure(text: str, wide_script: bool) -> int:
    if not wide_script and _SIMPLE.fullmatch(text):
        return UNITS * len(text)
    return sum(_sign_width(sign, wide_script) for sign in iter_graphemes(text))


def characters(text: str, language: str) -> float:
    """What is to be read in a cue's text, in characters; a line end counts as the blank that it stands for."""
    blank = "" if has_wide_script(language) else " "
    return width(text.replace("\n", blank), has_wide_script(language)) / UNITS


def is_visible(text: str) -> bool:
    """Whether there is anything to see in a text."""
    return any(not sign.isspace() and unicodedata.category(sign) not in _INVISIBLE for sign in text)


def is_in(sign: str, ranges: Sequence[Sequence[int]]) -> bool:
    """Whether a sign lies in one of the ranges of code points, which are in order."""
    point = ord(sign)
    index = bisect_right(ranges, point, key=lambda bounds: bounds[0]) - 1
    return index >= 0 and point <= ranges[index][1]


def _sign_width(sign: str, wide_script: bool) -> int:
    if not is_visible(sign) and not sign.isspace():
        return 0
    if wide_script:
        return UNITS // 2 if _NARROW.fullmatch(sign) else UNITS
    return 2 * UNITS if is_in(sign[0], read_rules()["characters"]["wide"]) else UNITS
