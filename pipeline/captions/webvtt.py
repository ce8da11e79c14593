"""Writing WebVTT: one canonical form, whole or cut into the segments of an HLS subtitle rendition.

Canonical means: in order, no cue identifiers (players drop later cues that repeat one), settings for an unusual place
alone, text escaped.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate

from pipeline.captions.clocks import clock_text
from pipeline.captions.cues import Cue, in_order, milliseconds
from pipeline.captions.places import to_settings

_HEADER = "WEBVTT\n"
_SEGMENT_HEADER = _HEADER + "X-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n"
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def write_webvtt(cues: Iterable[Cue]) -> str:
    """The cues as one WebVTT file; reading it back gives the same cues, writing those the same file."""
    return _HEADER + "".join(_block(cue) for cue in in_order(cues))


def segment_webvtt(cues: Iterable[Cue], segment_durations: Sequence[float]) -> tuple[str, ...]:
    """One WebVTT text for each media segment of the given length in seconds.

    Times count from the start of the recording, whose media starts at 0, in every segment. A cue stands in each
    segment that it overlaps, always with the same times and text; a segment without cues is a header alone.
    What lies beyond the last segment stands in that one, so nothing is lost.
    """
    ends = [milliseconds(end) for end in accumulate(segment_durations)]
    blocks: list[list[str]] = [[] for _ in ends]
    first = 0
    for cue in in_order(cues) if ends else ():
        first = _segment_at(milliseconds(cue.start_seconds), ends, first)
        last = _segment_at(milliseconds(cue.end_seconds) - 1, ends, first)
        block = _block(cue)
        for index in range(first, last + 1):
            blocks[index].append(block)
    return tuple(_SEGMENT_HEADER + "".join(segment) for segment in blocks)


def _segment_at(moment: int, ends: Sequence[int], begin: int) -> int:
    for index in range(begin, len(ends) - 1):
        if moment < ends[index]:
            return index
    return len(ends) - 1


def _block(cue: Cue) -> str:
    times = f"{clock_text(cue.start_seconds)} --> {clock_text(cue.end_seconds)}{to_settings(cue.place)}"
    return f"\n{times}\n{cue.text.translate(_ESCAPES)}\n"
