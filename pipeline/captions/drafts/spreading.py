"""A text in another language spread over the cues of what it interprets: each part where its share is said.

Parts are cut where the sentence lets go, sentence beside sentence where both sides have as many.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from pipeline.captions.atoms import Atom, put_together, take_apart
from pipeline.captions.rules import UNITS, of_language, read_rules

_REACH_LINES = 1.5
"""A cut is at most so many lines of text away from its share."""
_FEWEST_CHOICES = 8
_OVERFULL_COST = 60.0
_AWAY_COST = 60.0


def spread_text(text: str, beside: Sequence[str], language: str, source_language: str) -> list[str]:
    """One part of `text` for each of the texts that it interprets, in order, each in one line; no word is lost.

    Where there are fewer words than parts, some are empty.
    """
    limit: int = of_language(read_rules()["line_width"], language)
    atoms = take_apart(text, language, limit)
    if not beside:
        raise ValueError("A text is spread over one cue at least.")
    ends = _best_ends(_Line.of(atoms), _shares(atoms, beside, source_language), limit * UNITS)
    return [put_together(atoms[start:end]) for start, end in pairwise([0, *ends])]


@dataclass(frozen=True)
class _Line:
    """Atoms in a row: where each ends, in units, and what it costs to cut before it."""

    sums: Sequence[int]
    gaps: Sequence[int]

    @classmethod
    def of(cls, atoms: Sequence[Atom]) -> "_Line":
        sums = list(accumulate((atom.joiner_width + atom.width for atom in atoms), initial=0))
        return cls(sums, [*(atom.gap for atom in atoms), 0])

    @property
    def count(self) -> int:
        return len(self.sums) - 1


def _shares(atoms: Sequence[Atom], beside: Sequence[str], source_language: str) -> list[float]:
    """Where each part but the last would end in the text, in units, by the lengths of what it interprets."""
    limit: int = of_language(read_rules()["line_width"], source_language)
    pieces = [take_apart(one, source_language, limit) for one in beside]
    whole = take_apart("\n".join(beside), source_language, limit)
    lengths = [sum(atom.width for atom in piece) or 1 for piece in pieces]
    own, other = _marks(whole, sum(lengths)), _marks(atoms, _Line.of(atoms).sums[-1])
    if len(own) != len(other):
        own, other = [own[0], own[-1]], [other[0], other[-1]]
    return [_carried(end, own, other) for end in list(accumulate(lengths))[:-1]]


def _marks(atoms: Sequence[Atom], total: float) -> list[float]:
    """Where sentences end in a text, from 0 to `total`."""
    sums = list(accumulate((atom.joiner_width + atom.width for atom in atoms), initial=0))
    factor = total / sums[-1] if sums[-1] else 1.0
    inner = [sums[index] * factor for index, atom in enumerate(atoms) if index and atom.gap == 0]
    return [0.0, *inner, float(total)]


def _carried(place: float, own: Sequence[float], other: Sequence[float]) -> float:
    """A place among marks of one text at the same share between those of the other."""
    after = min(max(bisect_right(own, place), 1), len(own) - 1)
    before, span = own[after - 1], own[after] - own[after - 1]
    share = (place - before) / span if span else 0.0
    return other[after - 1] + share * (other[after] - other[after - 1])


def _best_ends(line: _Line, shares: Sequence[float], width: int) -> list[int]:
    """Where the parts end, as counts of atoms, by the least sum of costs."""
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for number, share in enumerate(shares, start=1):
        best = _one_more(best, line, share, width, left=len(shares) + 1 - number)
    cost_ends = [
        (cost + _overfull(line, start, line.count, width), (*ends, line.count)) for start, (cost, ends) in best.items()
    ]
    return list(min(cost_ends)[1])


def _one_more(
    best: dict[int, tuple[float, tuple[int, ...]]], line: _Line, share: float, width: int, *, left: int
) -> dict[int, tuple[float, tuple[int, ...]]]:
    first = min(best)
    found: dict[int, tuple[float, tuple[int, ...]]] = {}
    for end in _choices(line, share, width, first):
        has_room = line.count - end >= left
        away = abs(line.sums[end] - share) / width
        here = line.gaps[end] + _AWAY_COST * away * away + (0 if has_room else _OVERFULL_COST)
        options = [
            (cost + here + _overfull(line, start, end, width), (*ends, end))
            for start, (cost, ends) in best.items()
            if start <= end
        ]
        if options:
            found[end] = min(options)
    return found


def _choices(line: _Line, share: float, width: int, first: int) -> Iterator[int]:
    """Ends within reach of a share, at least some; the first that earlier parts leave is always among them."""
    low = bisect_left(line.sums, share - _REACH_LINES * width)
    high = bisect_right(line.sums, share + _REACH_LINES * width)
    middle = bisect_left(line.sums, share)
    low, high = min(low, middle - _FEWEST_CHOICES), max(high, middle + _FEWEST_CHOICES)
    yield from range(max(low, first), max(min(high, line.count + 1), first + 1))


def _overfull(line: _Line, start: int, end: int, width: int) -> float:
    """Parts without words, and those that two lines do not hold."""
    if start == end:
        return _OVERFULL_COST
    return _OVERFULL_COST * max(0.0, (line.sums[end] - line.sums[start]) / (2 * width) - 1)
