"""From frames of the search to seconds of the recording: starts and ends drawn to where sound begins and ends."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.captions.alignment.features import Frames
from pipeline.captions.alignment.paths import Path
from pipeline.captions.alignment.result import Line
from pipeline.captions.alignment.spectra import FRAME_SECONDS, Floats
from pipeline.captions.alignment.speech import Ints, Runs

Seconds = npt.NDArray[np.float64]

LONG_SECONDS = 2.0
"""Sound without a line is worth telling from here on."""

_SNAP_SECONDS = 0.35
_TAIL_FRAMES = 20
_EARLY_SECONDS = 0.008
_SHORTEST_SECONDS = 0.1


def timed_lines(path: Path, frames: Frames, runs: Runs, doubts: Floats, limit: float) -> tuple[Line, ...]:
    """A line of the result for each line of the path; `limit`: the doubt from which on it is doubtful."""
    firsts, lasts = _beyond_pauses(frames.firsts[path.firsts], frames.ends[path.lasts], runs)
    starts, ends = _snapped(firsts, runs.firsts), _snapped(lasts, runs.ends)
    # A voice is there a moment before it is loud.
    starts = np.maximum(0.0, starts - _EARLY_SECONDS)
    starts, ends = _in_order(starts, ends, path)
    return tuple(
        Line(round(start, 3), round(end, 3), bool(spoken), round(float(doubt), 3), bool(doubt >= limit))
        for start, end, spoken, doubt in zip(starts.tolist(), ends.tolist(), path.is_spoken, doubts, strict=True)
    )


def unwritten_spans(path: Path, frames: Frames) -> tuple[tuple[float, float], ...]:
    """Where sound that belongs to no line goes on for long, pauses in between included."""
    is_written = np.zeros(len(frames.firsts), bool)
    for line in np.flatnonzero(path.is_spoken):
        is_written[path.firsts[line] : path.lasts[line] + 1] = True
    steps = np.diff(np.concatenate(([1], is_written.astype(np.int8), [1])))
    spans = zip(np.flatnonzero(steps == -1).tolist(), np.flatnonzero(steps == 1).tolist(), strict=True)
    timed = [
        (float(frames.firsts[a]) * FRAME_SECONDS, float(frames.ends[b - 1]) * FRAME_SECONDS, _sound(frames, a, b))
        for a, b in spans
    ]
    return tuple((round(start, 2), round(end, 2)) for start, end, sound in timed if sound >= LONG_SECONDS)


def _sound(frames: Frames, first: int, end: int) -> float:
    return float((frames.ends[first:end] - frames.firsts[first:end]).sum()) * FRAME_SECONDS


def _beyond_pauses(starts: Ints, ends: Ints, runs: Runs) -> tuple[Ints, Ints]:
    """Starts in the last sounds before a pause come after it, and ends in the first ones after a pause before it.

    The search does not know how long pauses are: a few frames amiss may be a second of the recording.
    """
    run, last_run = (np.searchsorted(runs.firsts, places, "right") - 1 for places in (starts, ends - 1))
    until, since = runs.ends[run] - starts, ends - runs.firsts[last_run]
    is_tail = (until <= _TAIL_FRAMES) & (until < starts - runs.firsts[run]) & (run < last_run)
    is_head = (since <= _TAIL_FRAMES) & (since < runs.ends[last_run] - ends) & (run + is_tail < last_run)
    following, before = runs.firsts[np.minimum(run + 1, len(runs.firsts) - 1)], runs.ends[np.maximum(last_run - 1, 0)]
    return np.where(is_tail, following, starts), np.where(is_head, before, ends)


def _snapped(places: Ints, edges: Ints) -> Seconds:
    nearest = edges[np.abs(edges[None, :] - places[:, None]).argmin(axis=1)]
    is_near = np.abs(nearest - places) <= _SNAP_SECONDS / FRAME_SECONDS
    return np.where(is_near, nearest, places) * FRAME_SECONDS


def _in_order(starts: Seconds, ends: Seconds, path: Path) -> tuple[Seconds, Seconds]:
    """Lines one after the other; one that is not spoken begins and ends where the next spoken one begins."""
    following = float(ends.max(initial=0.0))
    for line in reversed(range(len(starts))):
        if path.is_spoken[line]:
            starts[line] = min(starts[line], following)
            ends[line] = min(max(ends[line], starts[line] + _SHORTEST_SECONDS), following)
        else:
            starts[line] = ends[line] = following
        following = starts[line]
    return starts, ends


def silent_lines(count: int) -> Sequence[Line]:
    """Lines of a text that is not heard at all."""
    return [Line(0.0, 0.0, is_spoken=False, doubt=1.0, is_doubtful=True) for _ in range(count)]
