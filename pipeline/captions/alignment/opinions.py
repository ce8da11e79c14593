"""One opinion on where lines are heard: read by one voice, found, then found again with the voice brought closer."""

from dataclasses import dataclass

import numpy as np

from pipeline.captions.alignment.features import Frames
from pipeline.captions.alignment.paths import Path, best_path, pairs
from pipeline.captions.alignment.search import Rules, Scores, Template, search
from pipeline.captions.alignment.spectra import Floats
from pipeline.captions.alignment.speech import Runs
from pipeline.captions.alignment.template import Pattern, adapted_template, first_template

_FIRST_RULES = Rules(filler=0.15)
_ADAPTED_RULES = Rules(filler=0.2)
_FEWEST_PAIRS = 50


@dataclass(frozen=True)
class Opinion:
    """`scores` of all places, and the mean `likeness` of each line to what is heard in its place."""

    scores: Scores
    likeness: Floats


def form_opinion(frames: Frames, pattern: Pattern, runs: Runs) -> Opinion:
    """Search twice; the second time with what the first one taught of the speaker."""
    pauses = after_pause(frames, runs)
    heard, template = first_template(frames, pattern)
    scores = search(heard, template, pauses, _FIRST_RULES)
    at, on = pairs(heard, template, best_path(scores), _FIRST_RULES)
    if len(at) >= _FEWEST_PAIRS:
        heard, template = adapted_template(frames, pattern, at, on)
        scores = search(heard, template, pauses, _ADAPTED_RULES)
    return Opinion(scores, _likeness(heard, template, best_path(scores)))


def after_pause(frames: Frames, runs: Runs) -> Floats:
    return np.isin(frames.firsts, runs.firsts).astype(np.float32)


def _likeness(heard: Floats, template: Template, path: Path) -> Floats:
    """Mean over the frames of each line; 0 for one that is not spoken."""
    at, on = pairs(heard, template, path, _ADAPTED_RULES)
    line = np.searchsorted(template.ends, on, "right")
    products = np.einsum("ij,ij->i", heard[at], template.vectors[on])
    sums = np.bincount(line, products, len(template.ends))
    counts = np.bincount(line, minlength=len(template.ends))
    return np.asarray(sums / np.maximum(1, counts), np.float32)
