"""Whether a text is what is said in a recording: against a text of the same sounds that says nothing."""

import numpy as np

from pipeline.captions.alignment.features import Frames
from pipeline.captions.alignment.opinions import Opinion, form_opinion
from pipeline.captions.alignment.paths import Path
from pipeline.captions.alignment.result import Belonging, Reason, Verdict
from pipeline.captions.alignment.speech import Bools, Runs
from pipeline.captions.alignment.template import Pattern

GOOD, _FAIR, _TRACE = 0.5, 0.2, 0.15
"""Trust from which on a text is good, is not refused, and is known to belong in part. Other texts reached 0.05, a
translation read by the voice of the language spoken 0.35, told by its words; right ones 0.26 at 5 dB of noise."""

_PIECE_FRAMES = 25
_FEWEST_PIECES = 4
_FEWEST_LINES = 6
_TRIFLE = 0.02
_MOST_OF_IT, _PLAINLY_MORE_THAN_HALF = 0.7, 0.6


def judge(
    opinion: Opinion, pattern: Pattern, frames: Frames, runs: Runs, *, path: Path, is_doubtful: Bools
) -> Belonging:
    """The score is by how much the text does better than nonsense, as a part of what it reaches.

    A text that does not belong finds places, too, but hardly one that could not as well be elsewhere.
    """
    size = len(frames.vectors)
    nonsense = form_opinion(frames, _nonsense(pattern), runs).scores.best
    score = (opinion.scores.best - max(nonsense, 0.0)) / (max(opinion.scores.best, 0.0) + _TRIFLE * size)
    lengths = pattern.ends - pattern.firsts
    spoken = float(lengths[path.is_spoken].sum() / lengths.sum())
    heard = path.lasts - path.firsts + 1
    written = min(1.0, float(heard[path.is_spoken].sum() / size))
    sure = float(1 - is_doubtful[path.is_spoken].mean()) if path.is_spoken.any() else 0.0
    verdict, reason = _verdict(score, sure, spoken, written)
    return Belonging(verdict, reason, round(max(0.0, score), 3), round(sure, 3), round(spoken, 3), round(written, 3))


def _verdict(score: float, sure: float, spoken: float, written: float) -> tuple[Verdict, Reason]:
    trust = score * sure
    if trust < _TRACE:
        return Verdict.REFUSED, Reason.WRONG_TEXT
    if min(spoken, written) < _MOST_OF_IT:
        is_half = min(spoken, written) < _PLAINLY_MORE_THAN_HALF
        return Verdict.REFUSED if is_half else Verdict.DOUBTFUL, _missing_half(spoken, written)
    if trust < _FAIR:
        return Verdict.REFUSED, Reason.WRONG_TEXT
    return (Verdict.GOOD, Reason.NONE) if trust >= GOOD else (Verdict.DOUBTFUL, Reason.WEAK_MATCH)


def _missing_half(spoken: float, written: float) -> Reason:
    if max(spoken, written) < _MOST_OF_IT:
        return Reason.OTHER_ORDER
    return Reason.HALF_RECORDING if spoken < written else Reason.HALF_TEXT


def _nonsense(pattern: Pattern) -> Pattern:
    """The same voice and sounds in no order: the lines from the last to the first, of few lines pieces of a second."""
    lines = np.arange(len(pattern.firsts))
    if len(lines) >= _FEWEST_LINES:
        return pattern.reordered(lines[::-1])
    size = len(pattern.vectors)
    pieces = np.array_split(np.arange(size), max(_FEWEST_PIECES, size // _PIECE_FRAMES))
    return Pattern(pattern.vectors[np.concatenate(pieces[::-1])], pattern.firsts, pattern.ends)
