"""Whether a text is what is said in a recording: against a text of the same sounds that says nothing."""

import numpy as np

from pipeline.captions.alignment.features import Frames
from pipeline.captions.alignment.opinions import Opinion, form_opinion
from pipeline.captions.alignment.paths import Path
from pipeline.captions.alignment.result import Belonging, Reason, Verdict
from pipeline.captions.alignment.speech import Runs
from pipeline.captions.alignment.template import Pattern

GOOD_SCORE, LEAST_SCORE = 0.5, 0.3

_PIECE_FRAMES = 25
_FEWEST_PIECES = 4
_MOST_OF_IT = 0.7


def judge(opinion: Opinion, path: Path, pattern: Pattern, frames: Frames, runs: Runs) -> Belonging:
    """The score is 1 less what the nonsense reaches as a part of what the text reaches."""
    nonsense = form_opinion(frames, _nonsense(pattern), runs).scores.best
    score = 1 - max(nonsense, 0.0) / max(opinion.scores.best, 1e-3)
    lengths = pattern.ends - pattern.firsts
    spoken = float(lengths[path.is_spoken].sum() / lengths.sum())
    heard = path.lasts - path.firsts + 1
    written = min(1.0, float(heard[path.is_spoken].sum() / len(frames.vectors)))
    verdict, reason = _verdict(score, spoken, written)
    return Belonging(verdict, reason, round(max(0.0, score), 3), round(spoken, 3), round(written, 3))


def _verdict(score: float, spoken: float, written: float) -> tuple[Verdict, Reason]:
    if score < LEAST_SCORE:
        return Verdict.REFUSED, Reason.WRONG_TEXT
    if spoken < _MOST_OF_IT:
        return Verdict.REFUSED, Reason.OTHER_ORDER if written < _MOST_OF_IT else Reason.HALF_RECORDING
    if written < _MOST_OF_IT:
        return Verdict.REFUSED, Reason.HALF_TEXT
    return (Verdict.GOOD, Reason.NONE) if score >= GOOD_SCORE else (Verdict.DOUBTFUL, Reason.WEAK_MATCH)


def _nonsense(pattern: Pattern) -> Pattern:
    """The pattern cut into pieces of a second, the last one first: the same voice and sounds, no order."""
    size = len(pattern.vectors)
    pieces = np.array_split(np.arange(size), max(_FEWEST_PIECES, size // _PIECE_FRAMES))
    return Pattern(pattern.vectors[np.concatenate(pieces[::-1])], pattern.firsts, pattern.ends)
