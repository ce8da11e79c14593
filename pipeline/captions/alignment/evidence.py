"""What speaks for and against the place that was found for a line."""

from collections.abc import Sequence

import numpy as np

from pipeline.captions.alignment.features import Frames
from pipeline.captions.alignment.opinions import Opinion
from pipeline.captions.alignment.paths import Path, best_path
from pipeline.captions.alignment.search import Scores
from pipeline.captions.alignment.spectra import FRAME_SECONDS, Floats

NAMES = ("elsewhere", "without", "likeness", "pace", "apart", "moved", "short", "gap", "beside", "no_pause")

_NEAR_SECONDS = 1.0
_MOST_SCORE = 20.0
_MOST_SECONDS = 3.0


def joined(opinions: Sequence[Opinion]) -> Scores:
    """The scores of all opinions together."""
    return Scores(
        np.mean([opinion.scores.begins for opinion in opinions], axis=0),
        np.mean([opinion.scores.ends for opinion in opinions], axis=0),
        np.mean([opinion.scores.without for opinion in opinions], axis=0),
        float(np.mean([opinion.scores.best for opinion in opinions])),
    )


def evidence(opinions: Sequence[Opinion], scores: Scores, path: Path, frames: Frames, after_pause: Floats) -> Floats:
    """A row for each line, a column for each of `NAMES`; more means more doubt, except for the first three.

    How much worse the best way is with the line begun a second away or more, and without the line; how alike it is
    to what is heard; how unusually fast or slow it is said; how far the opinions lie apart, and how far they moved when
    the voice was adapted; shortness; how much sound beside it belongs to no line; whether its neighbours are spoken;
    whether it begins without a pause.
    """
    seconds = frames.firsts * FRAME_SECONDS
    starts = seconds[path.firsts]
    places = np.array([seconds[best_path(opinion.scores).firsts] for opinion in opinions])
    before = np.array([seconds[opinion.before.firsts] for opinion in opinions])
    length = np.mean([opinion.template_frames for opinion in opinions], axis=0)
    columns = [
        _elsewhere(scores, seconds, starts) / _MOST_SCORE,
        np.clip(scores.begins.max(axis=0) - scores.without, -_MOST_SCORE, _MOST_SCORE) / _MOST_SCORE,
        np.mean([opinion.likeness for opinion in opinions], axis=0),
        _pace(path, length),
        _capped(np.ptp(places, axis=0)),
        _capped(np.abs(before - places).max(axis=0)),
        1 / np.sqrt(length),
        _gaps(path, len(seconds)),
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


def _pace(path: Path, length: Floats) -> Floats:
    ratios = np.log(np.maximum(1, path.lasts - path.firsts + 1) / length)
    usual = np.median(ratios[path.is_spoken]) if path.is_spoken.any() else 0.0
    return np.asarray(np.minimum(1.5, np.abs(ratios - usual)), np.float32)


def _gaps(path: Path, size: int) -> Floats:
    """Frames of sound before and behind each line that belong to no other, as a part of two seconds."""
    spoken = np.flatnonzero(path.is_spoken)
    found = np.ones(len(path.firsts))
    if len(spoken):
        firsts, lasts = path.firsts[spoken], path.lasts[spoken]
        before = firsts - np.append(-1, lasts[:-1]) - 1
        behind = np.append(firsts[1:], size) - lasts - 1
        found[spoken] = np.clip((np.maximum(before, 0) + np.maximum(behind, 0)) * 4 * FRAME_SECONDS / 2, 0, 2)
    return np.asarray(found, np.float32)


def _beside(path: Path) -> Floats:
    silent = np.pad(~path.is_spoken, 1)
    return np.asarray((silent[:-2].astype(np.float32) + silent[2:]) / 2, np.float32)


def _capped(seconds: Floats) -> Floats:
    return np.minimum(_MOST_SECONDS, seconds)
