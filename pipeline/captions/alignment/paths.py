"""Where the best way through a recording has each line, and which frame of a line each frame of the recording is."""

from dataclasses import dataclass

import numpy as np

from pipeline.captions.alignment.search import Rules, Scores, Template
from pipeline.captions.alignment.spectra import Floats
from pipeline.captions.alignment.speech import Bools, Ints

_NEVER = np.float32(-1e9)


@dataclass(frozen=True)
class Path:
    """Line k is heard from frame `firsts[k]` to `lasts[k]`, both included, if `is_spoken[k]`."""

    firsts: Ints
    lasts: Ints
    is_spoken: Bools


def best_path(scores: Scores) -> Path:
    """The likeliest place of each line, and whether leaving it out is worse."""
    firsts, lasts = scores.begins.argmax(axis=0), scores.ends.argmax(axis=0)
    return Path(firsts, lasts, (scores.begins.max(axis=0) >= scores.without) & (lasts > firsts))


def pairs(frames: Floats, template: Template, path: Path, rules: Rules) -> tuple[Ints, Ints]:
    """Frames of the recording within spoken lines, and the frame of the template that each was found to be."""
    at, on = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
    for line in np.flatnonzero(path.is_spoken):
        heard = np.arange(path.firsts[line], path.lasts[line] + 1)
        first, end = template.firsts[line], template.ends[line]
        at.append(heard)
        on.append(first + _steps(frames[heard] @ template.vectors[first:end].T, rules))
    return np.concatenate(at), np.concatenate(on)


def _steps(likeness: Floats, rules: Rules) -> Ints:
    """For each row the column on the best way from the first to the last, by 0, 1 or 2 columns a row."""
    rows, columns = likeness.shape
    came_by = np.zeros((rows, columns), np.int8)
    best = np.full(columns + 2, _NEVER, np.float32)
    best[2] = likeness[0, 0]
    ways = np.empty((3, columns), np.float32)
    for row in range(1, rows):
        np.subtract(best[2:], rules.stay, out=ways[0])
        ways[1] = best[1:-1]
        np.subtract(best[:-2], rules.leap, out=ways[2])
        came_by[row] = ways.argmax(axis=0)
        best[2:] = ways.max(axis=0) + likeness[row]
    column = columns - 1
    found = np.zeros(rows, np.intp)
    for row in range(rows - 1, -1, -1):
        found[row] = column
        column = max(0, column - int(came_by[row, column]))
    return found
