"""Paragraphs of two texts that say the same: which cues are whose paragraph, and where two documents go apart."""

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.captions.cues import plain_text
from pipeline.domain.errors import InputRefused

_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_WORD = re.compile(r"[^\W_]+")
_STEP_COSTS = {(1, 1): 0.0, (1, 2): 2.3, (2, 1): 2.3, (1, 0): 4.6, (0, 1): 4.6}
_SPREAD = 6.8
"""Of lengths in translation, by Gale and Church: the variance of the difference is so many characters a character."""


class ParagraphsDiffer(InputRefused):
    """A translation has not the paragraphs of what was said.

    `source` and `target` are how many each has, `source_at` and `target_at` the first that have no counterpart of
    their own, counted from 1.
    """

    def __init__(self, source: int, target: int, source_at: int, target_at: int) -> None:
        super().__init__(
            f"The text that was said has {source} paragraphs, the translation {target}. "
            f"They seem to go apart at paragraph {source_at} of the text and {target_at} of the translation."
        )
        self.source, self.target, self.source_at, self.target_at = source, target, source_at, target_at


@dataclass(frozen=True)
class _Words:
    keys: list[str]
    owners: list[int]


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a text, parted by empty lines, without those that say nothing."""
    parts = (plain_text(part) for part in _EMPTY_LINE.split(text.replace("\r\n", "\n")))
    return [part for part in parts if _WORD.search(part)]


def group_cues(cues: Sequence[str], paragraphs: Sequence[str]) -> list[list[int]]:
    """For each paragraph of a text the indices of the cues in which it is said, in order.

    Cues need not have the very words: people correct them. A paragraph of which no cue has a word gets none.
    """
    of_cues, of_text = _words(cues), _words(paragraphs)
    votes: list[dict[int, int]] = [{} for _cue in cues]
    for block in SequenceMatcher(None, of_cues.keys, of_text.keys, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            mine = votes[of_cues.owners[block.a + step]]
            owner = of_text.owners[block.b + step]
            mine[owner] = mine.get(owner, 0) + 1
    groups: list[list[int]] = [[] for _paragraph in paragraphs]
    now = 0
    for index, mine in enumerate(votes):
        now = max(now, max(mine, key=lambda owner: (mine[owner], -owner))) if mine else now
        groups[now].append(index)
    return groups


def check_same(source: Sequence[str], target: Sequence[str]) -> None:
    """Raise `ParagraphsDiffer` unless there are as many paragraphs; it says where they seem to go apart."""
    if len(source) == len(target):
        return
    row, column = next(_apart(source, target))
    raise ParagraphsDiffer(len(source), len(target), row + 1, column + 1)


def _apart(source: Sequence[str], target: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The steps of the best pairing by lengths in which a paragraph has no counterpart of its own."""
    own, other = [len(one) for one in source], [len(one) for one in target]
    factor = (sum(other) or 1) / (sum(own) or 1)
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None]] = {(0, 0): (0.0, None)}
    for row in range(len(own) + 1):
        for column in range(len(other) + 1):
            for (down, right), cost in _STEP_COSTS.items():
                before = row - down, column - right
                if before not in best:
                    continue
                said, written = sum(own[before[0] : row]) * factor, sum(other[before[1] : column])
                whole = best[before][0] + cost + _difference(said, written)
                if (row, column) not in best or whole < best[row, column][0]:
                    best[row, column] = whole, before
    place: tuple[int, int] = (len(own), len(other))
    steps = []
    while (before_it := best[place][1]) is not None:
        if (place[0] - before_it[0], place[1] - before_it[1]) != (1, 1):
            steps.append(before_it)
        place = before_it
    yield from reversed(steps)


def _difference(said: float, written: float) -> float:
    size = max(said, written, 1.0)
    return (said - written) ** 2 / (2 * _SPREAD * size) if math.isfinite(size) else 0.0


def _words(texts: Sequence[str]) -> _Words:
    found = [(_fold(word), owner) for owner, text in enumerate(texts) for word in _WORD.findall(text)]
    return _Words([word for word, _owner in found], [owner for _word, owner in found])


def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Mn")
