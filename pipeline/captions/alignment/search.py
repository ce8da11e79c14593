"""Finds lines in a recording: the best way through all of them in order, and what any other place of a line would cost.

Each line is a row of template frames that the recording goes through at half to twice its speed and slower; between
lines there may be anything else (a filler, which scores nothing), and a line may be left out at a price. The
best score over all ways on which line k begins at frame t is the best way there plus the best way from there: one
pass through time and one against it give that for every k and t.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.captions.alignment.spectra import Floats
from pipeline.captions.alignment.speech import Ints

_NEVER = np.float32(-1e9)
_BLOCK = 128
_HOLDS = 2


@dataclass(frozen=True)
class Rules:
    """Prices in units of likeness (0 to 1 a frame): what a frame must be alike to be worth more than `filler`; what it
    costs to `stay` on a template frame or `leap` over one, to `leave_out` a line, to `begin_filler`; what a line gains
    that begins or ends `at_pause`.
    """

    filler: float = 0.3
    stay: float = 0.05
    leap: float = 0.05
    leave_out: float = 2.0
    begin_filler: float = 0.5
    at_pause: float = 0.5


@dataclass(frozen=True)
class Template:
    """Vectors of all lines in a row; line k has those from `firsts[k]` to before `ends[k]`, two at least."""

    vectors: Floats
    firsts: Ints
    ends: Ints


@dataclass(frozen=True)
class Scores:
    """Best scores over whole ways: `begins[t, k]` where line k begins with frame t, `ends[t, k]` where it ends with it,
    `without[k]` where it is left out, `best` of all; each relative to leaving everything to the filler.
    """

    begins: Floats
    ends: Floats
    without: Floats
    best: float


def search(frames: Floats, template: Template, after_pause: Floats, rules: Rules) -> Scores:
    """`frames` of the recording against the template; `after_pause[t]` is 1 where a frame follows on a pause."""
    entry = after_pause * np.float32(rules.at_pause)
    leave = np.append(entry[1:], np.float32(rules.at_pause))
    between, exits = _walk(frames, template, entry, leave, rules)
    back_between, back_exits = _walk(frames[::-1], _reversed(template), leave[::-1], entry[::-1], rules)
    begins = between[:-1, :-1] + back_exits[::-1, ::-1]
    ends = exits + back_between[::-1, ::-1][1:, 1:]
    # Left out: on both ways between two lines at the same moment, on either side of it.
    passing = between[:, :-1] + back_between[::-1, ::-1][:, 1:] - rules.leave_out
    return Scores(begins, ends, passing.max(axis=0), float(between[-1, -1]))


def _reversed(template: Template) -> Template:
    size = len(template.vectors)
    return Template(template.vectors[::-1], size - template.ends[::-1], size - template.firsts[::-1])


def _walk(frames: Floats, template: Template, entry: Floats, leave: Floats, rules: Rules) -> tuple[Floats, Floats]:
    """Best scores after each frame: between the lines (frames + 1, lines + 1), at the end of each (frames, lines)."""
    lines = len(template.firsts)
    between = np.zeros((len(frames) + 1, lines + 1), np.float32)
    exits = np.zeros((len(frames), lines), np.float32)
    front = _Front(template, rules)
    between[0] = front.between
    for first in range(0, len(frames), _BLOCK):
        likeness = frames[first : first + _BLOCK] @ front.vectors.T - np.float32(rules.filler)
        for place, row in enumerate(likeness, first):
            exits[place] = front.advance(row, entry[place], leave[place])
            between[place + 1] = front.between
    return between, exits


class _Front:
    """Best scores of all places of the template, and `between` the lines, after the frames so far.

    Places lie in one row, so that a step is the same for all of them; two stand before each line: one that nobody
    reaches, and the door by which the line is entered.
    """

    def __init__(self, template: Template, rules: Rules) -> None:
        lines = len(template.firsts)
        extra = 2 * (1 + np.arange(lines))
        self._doors = template.firsts + extra - 1
        self._lasts = template.ends - 1 + extra
        self.vectors = np.zeros((len(template.vectors) + 2 * lines, template.vectors.shape[1]), np.float32)
        self.vectors[np.arange(len(template.vectors)) + np.repeat(extra, template.ends - template.firsts)] = (
            template.vectors
        )
        self._stay, self._leap = np.float32(rules.stay), np.float32(rules.leap)
        self._begin_filler = np.float32(rules.begin_filler)
        self._left_out = np.arange(lines + 1, dtype=np.float32) * np.float32(rules.leave_out)
        self._best = np.full(len(self.vectors), _NEVER, np.float32)
        # By how often the frame was held: not, once, twice. Longer holds would swallow music.
        self._held = [self._best.copy() for _ in range(1 + _HOLDS)]
        self._filler = np.full(lines + 1, _NEVER, np.float32)
        self.between = -self._left_out

    def advance(self, likeness: Floats, entry: np.float32, leave: np.float32) -> Floats:
        """Take one frame with its likeness to each place; the scores of ending each line with it."""
        self._step(likeness, entry)
        best = self._best
        exits: Floats = np.maximum(best[self._lasts], best[self._lasts - 1] - self._leap) + leave
        np.maximum(self._filler, self.between - self._begin_filler, out=self._filler)
        self.between = self._filler.copy()
        np.maximum(self.between[1:], exits, out=self.between[1:])
        self.between = np.maximum.accumulate(self.between + self._left_out) - self._left_out
        return exits

    def _step(self, likeness: Floats, entry: np.float32) -> None:
        best = self._best
        best[self._doors] = self.between[:-1] + entry
        best[self._doors - 1] = _NEVER
        moved = self._held.pop()
        np.subtract(best[:-2], self._leap, out=moved[2:])
        np.maximum(moved[2:], best[1:-1], out=moved[2:])
        moved += likeness
        held_likeness = likeness - self._stay
        for held in self._held:
            np.add(held, held_likeness, out=held)
        self._held.insert(0, moved)
        np.maximum(moved, self._held[1], out=best)
        np.maximum(best, self._held[2], out=best)
