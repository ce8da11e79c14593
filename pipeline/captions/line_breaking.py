"""Lines of a cue: two at most, about as long as each other, broken where the sentence lets go."""

from collections.abc import Sequence
from itertools import accumulate

from pipeline.captions.atoms import Atom, put_together, take_apart
from pipeline.captions.rules import UNITS, of_language, read_rules


def break_lines(text: str, language: str) -> str:
    """The text of a cue with its lines broken anew; its words stay as they are.

    One line where that is enough, two where they are; text that is longer than a cue may be gets as many as it needs.
    """
    limit = of_language(read_rules()["line_width"], language)
    atoms = take_apart(text, language, limit)
    room = Room(atoms, limit * UNITS)
    if room.fits(0, len(atoms)):
        return put_together(atoms)
    at = room.best_break(0, len(atoms))
    ends = [at[1], len(atoms)] if at else list(room.greedy_ends())
    starts = [0, *ends]
    return "\n".join(put_together(atoms[start:end]) for start, end in zip(starts, ends, strict=False))


def join_lines(text: str, language: str) -> str:
    """The text of a cue in one line, with spaces where its script has them."""
    return put_together(take_apart(text, language, len(text) * UNITS + UNITS))


class Room:
    """What fits into lines of `limit` units, among atoms in a row; ranges are from `start` to before `end`."""

    def __init__(self, atoms: Sequence[Atom], limit: int) -> None:
        self._limit = limit
        self._joiners = [atom.joiner_width for atom in atoms]
        self._sums = list(accumulate((atom.joiner_width + atom.width for atom in atoms), initial=0))
        self._gaps = [atom.gap for atom in atoms]

    def width(self, start: int, end: int) -> int:
        """Units that the atoms take in one line."""
        return self._sums[end] - self._sums[start] - self._joiners[start] if start < end else 0

    def fits(self, start: int, end: int) -> bool:
        """Whether one line holds the atoms."""
        return self.width(start, end) <= self._limit

    def best_break(self, start: int, end: int) -> tuple[int, int] | None:
        """Cost and place of the best break into two lines; None where no two lines hold the atoms."""
        best: tuple[int, int] | None = None
        for at in range(end - 1, start, -1):
            if not self.fits(at, end):
                break
            if self.fits(start, at):
                cost = self.break_cost(start, at, end)
                if best is None or cost < best[0]:
                    best = cost, at
        return best

    def break_cost(self, start: int, at: int, end: int) -> int:
        """Cost of two lines broken before atom `at`: how bad the place is, and how unlike the lines in length."""
        unlike = self.width(start, at) - self.width(at, end)
        return self._gaps[at] * 2 * self._limit + unlike * unlike

    def greedy_ends(self) -> list[int]:
        """Where lines end when each is filled as far as it goes."""
        ends: list[int] = []
        start = 0
        for end in range(1, len(self._gaps)):
            if not self.fits(start, end + 1):
                ends.append(end)
                start = end
        return [*ends, len(self._gaps)]
