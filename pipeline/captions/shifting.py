"""Cues of a recording of which another part is shown than before."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.captions.cues import Cue, milliseconds


def shift_cues(cues: Iterable[Cue], by_seconds: float, *, duration_seconds: float) -> Iterator[Cue]:
    """Cues moved by so many seconds, cut at the start and at the end; what lies outside is left out."""
    for cue in cues:
        start = max(0.0, cue.start_seconds + by_seconds)
        end = min(duration_seconds, cue.end_seconds + by_seconds)
        if milliseconds(start) < milliseconds(end):
            yield replace(cue, start_seconds=start, end_seconds=end)
