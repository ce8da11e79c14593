"""Numbers and names of the words spoken that an interpretation has not, or has otherwise; cue beside cue."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from pipeline.captions.complaints import CaptionRule, Complaint
from pipeline.captions.names import Spoken, lower_words, missing_names
from pipeline.captions.numbers import Numbers, differing_numbers
from pipeline.captions.widths import is_visible
from pipeline.captions.work_cues import CueLike

_FARTHEST_MS = 2000
_MOST_SIGNS = 200


def compare_cues(
    cues: Sequence[CueLike], language: str, source: Sequence[CueLike], source_language: str
) -> Iterator[Complaint]:
    """Numbers missing and added, and names missing, in cues against those of the source at the same times.

    What stands in a neighbouring cue is not missed, as sentences are built differently in other languages. A cue
    without text is not compared, and of one that is far too long only its beginning.
    """
    spoken = _spoken_texts(cues, source)
    written = [cue.text[:_MOST_SIGNS] for cue in cues]
    lower = lower_words("\n".join(spoken))
    for index, cue in enumerate(cues):
        if is_visible(cue.text):
            here = Numbers(written[index], _near(written, index), language)
            there = Numbers(spoken[index], _near(spoken, index), source_language)
            names = missing_names(Spoken(there.text, source_language, lower), here.near)
            yield from _complaints(index, here, there, names)


def _complaints(index: int, here: Numbers, there: Numbers, names: Sequence[str]) -> Iterator[Complaint]:
    missing, added = differing_numbers(there, here)
    yield from (Complaint(CaptionRule.NUMBER_MISSING, index, {"number": number}) for number in missing)
    if there.near.strip():
        yield from (Complaint(CaptionRule.NUMBER_ADDED, index, {"number": number}) for number in added)
    yield from (Complaint(CaptionRule.NAME_MISSING, index, {"name": name}) for name in names)


def _spoken_texts(cues: Sequence[CueLike], source: Sequence[CueLike]) -> list[str]:
    """What is said while each cue stands: each cue of the source goes to the one that has begun by its middle."""
    starts = [cue.start_ms for cue in cues]
    texts: list[list[str]] = [[] for _ in cues]
    for spoken in source:
        middle = (spoken.start_ms + spoken.end_ms) // 2
        at = max(0, bisect_right(starts, middle) - 1)
        if cues and cues[at].start_ms - _FARTHEST_MS <= middle <= cues[at].end_ms + _FARTHEST_MS:
            texts[at].append(spoken.text)
    return ["\n".join(lines)[:_MOST_SIGNS] for lines in texts]


def _near(texts: Sequence[str], index: int) -> str:
    return "\n".join(texts[max(0, index - 1) : index + 2])
