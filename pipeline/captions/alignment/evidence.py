"""What speaks for and against the place that was found for a line."""

from collections.abc import Sequence

import numpy as np

from pipeline.captions.alignment.features import Frames
from pipeline.captions.alignment.opinions import Opinion
from pipeline.captions.alignment.paths import Path
from pipeline.captions.alignment.search import Scores
from pipeline.captions.alignment.spectra import FRAME_SECONDS, Floats

NAMES = ("elsewhere", "without", "likeness", "beside", "no_pause")

_NEAR_SECONDS = 1.0
_MOST_SCORE = 20.0


def joined(opinions: Sequence[Opinion]) -> Scores:
    """The scores of all opinions together."""
    return Scores(
        np.mean([opinion.scores.begins for opinion in opinions], axis=0),
        np.mean([opinion.scores.ends for opinion in opinions], axis=0),
        np.mean([opinion.scores.without for opinion in opinions], axis=0),
        float(np.mean([opinion.scores.best for opinion in opinions])),
    )


def evidence(opinions: Sequence[Opinion], scores: Scores, path: Path, frames: Frames, after_pause: Floats) -> Floats:
    """A row for each line, a column for each of `NAMES`, all about 0 to 1.

    How much worse the best way is with the line begun a second away or more, and without the line; how alike it is
    to what is heard (more of these means less doubt). How many of its neighbours are not spoken, and whether it begins
    without a pause (more doubt).
    """
    seconds = frames.firsts * FRAME_SECONDS
    without = scores.begins.max(axis=0) - scores.without
    columns = [
        _elsewhere(scores, seconds, seconds[path.firsts]) / _MOST_SCORE,
        np.clip(without, -_MOST_SCORE, _MOST_SCORE) / _MOST_SCORE,
        np.mean([opinion.likeness for opinion in opinions], axis=0),
        _beside(path),
        1 - after_pause[path.firsts],
    ]
    return np.asarray(np.stack(columns, axis=1), np.float32)


def _elsewhere(scores: Scores, seconds: Floats, starts: Floats) -> Floats:
    worse = np.empty(len(starts), np.float32)
    for line, start in enumerate(starts):
        column = scores.begins[:, line]
        near = slice(*np.searchsorted(seconds, (start - _NEAR_SECONDS, start + _NEAR_SECONDS)))
        best = column.max()
        others = max(column[: near.start].max(initial=-np.inf), column[near.stop :].max(initial=-np.inf))
        worse[line] = min(best - others, _MOST_SCORE)
    return worse


def _beside(path: Path) -> Floats:
    silent = np.pad(~path.is_spoken, 1)
    return np.asarray((silent[:-2].astype(np.float32) + silent[2:]) / 2, np.float32)
