"""A statement's text split into the texts of cues: whole sentences and clauses where they fit, never more than fits."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from pipeline.captions.atoms import Atom, put_together, take_apart
from pipeline.captions.cues import plain_text
from pipeline.captions.line_breaking import Room
from pipeline.captions.rules import UNITS, of_language, read_rules
from pipeline.captions.widths import characters

_PARAGRAPHS = re.compile(r"\n[^\S\n]*\n")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028]")

# All in characters, beside the costs of `break_costs`, which are for the place where a cue ends.
_TINY_SHARE = 0.43
_TINY_COST = 2
_FULL_SHARE = 0.85
_SENTENCE_INSIDE = 14
_SENTENCE_TORN = 20
_LINE_BREAK_SHARE = 0.6
_LONGEST_SECONDS_AIMED_AT = 6.0


def split_text(text: str, language: str, *, speech_seconds: float | None = None) -> list[str]:
    """Texts for cues in reading order, each without line ends and each such that two lines hold it.

    No word is changed, left out or added. An empty line always parts cues. With `speech_seconds`, how long the text is
    spoken, cues of a slow speaker get shorter, so that none lasts too long.
    """
    limit: int = of_language(read_rules()["line_width"], language)
    most = _most_units(text, language, limit, speech_seconds)
    pieces: list[str] = []
    for paragraph in _PARAGRAPHS.split(_LINE_ENDS.sub("\n", text).replace("\u2029", "\n\n")):
        atoms = take_apart(plain_text(paragraph), language, limit, has_paragraphs=True)
        pieces += (put_together(atoms[start:end]) for start, end in _best_cuts(atoms, limit, most))
    return pieces


def _most_units(text: str, language: str, limit: int, speech_seconds: float | None) -> int:
    most: int = limit * read_rules()["lines"]
    if speech_seconds:
        pace = characters(text, language) / speech_seconds
        most = min(most, max(limit, int(pace * _LONGEST_SECONDS_AIMED_AT)))
    return most * UNITS


def _best_cuts(atoms: Sequence[Atom], limit: int, most: int) -> Iterator[tuple[int, int]]:
    """The ranges of atoms that make up the cues, by the least sum of costs over the whole paragraph."""
    room = Room(atoms, limit * UNITS)
    sentences = list(accumulate((int(atom.gap == 0) for atom in atoms), initial=0))
    costs, starts = [0.0], [0]
    for end in range(1, len(atoms) + 1):
        end_cost = atoms[end].gap if end < len(atoms) else 0
        best, best_start = float("inf"), end - 1
        for start in range(end - 1, -1, -1):
            lines = _lines_cost(room, start, end, limit, most)
            if lines is None:
                break
            inside = _SENTENCE_INSIDE * (sentences[end] - sentences[start + 1])
            # A sentence that begins beside another one's end should not go on in the next cue.
            torn = _SENTENCE_TORN if inside and end_cost else 0
            cost = costs[start] + lines + inside + torn + _size_cost(room.width(start, end) / UNITS, limit)
            if cost < best:
                best, best_start = cost, start
        costs.append(best + end_cost)
        starts.append(best_start)
    return _ranges(starts)


def _lines_cost(room: Room, start: int, end: int, limit: int, most: int) -> float | None:
    if room.fits(start, end):
        return 0.0
    if room.width(start, end) > most:
        return None
    best = room.best_break(start, end)
    return best and _LINE_BREAK_SHARE * best[0] / (2 * limit * UNITS)


def _size_cost(size: float, limit: int) -> float:
    tiny = max(0.0, _TINY_SHARE * limit - size)
    full = max(0.0, size - _FULL_SHARE * limit * 2)
    return _TINY_COST * tiny * 42 / limit + full * 42 / limit


def _ranges(starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    end = len(starts) - 1
    while end > 0:
        ranges.append((starts[end], end))
        end = starts[end]
    return reversed(ranges)
