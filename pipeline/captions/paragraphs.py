"""Cues as paragraphs of running text: what was said, without the lines of a screen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.captions.cues import Cue, in_order
from pipeline.captions.line_breaking import join_lines

_PAUSE_SECONDS = 1.0
"""Who pauses so long after a sentence begins another thought."""

_LONG_PAUSE_SECONDS = 3.0
_SENTENCE_ENDS = ".!?…。！？؟۔।"
_CLOSING = "\"'”’»)]）」』"
_LONGEST_SECONDS = 45.0


@dataclass(frozen=True)
class Paragraph:
    """Running text with its first and last moment."""

    start_seconds: float
    end_seconds: float
    text: str


def to_paragraphs(cues: Sequence[Cue], language: str) -> tuple[Paragraph, ...]:
    """Cues put together: a paragraph ends with a sentence before a pause, or when it grows long."""
    return tuple(_paragraph(group, language) for group in _groups(in_order(cues)))


def running_text(cues: Sequence[Cue], language: str) -> str:
    """The text of cues in one line, as the language joins lines."""
    return join_lines("\n".join(cue.text for cue in cues), language)


def _paragraph(group: Sequence[Cue], language: str) -> Paragraph:
    return Paragraph(group[0].start_seconds, group[-1].end_seconds, running_text(group, language))


def _groups(cues: Sequence[Cue]) -> Iterator[list[Cue]]:
    group = list(cues[:1])
    for before, cue in pairwise(cues):
        if _ends_paragraph(before, cue, group[0].start_seconds):
            yield group
            group = []
        group.append(cue)
    if group:
        yield group


def _ends_paragraph(before: Cue, after: Cue, began_seconds: float) -> bool:
    pause = after.start_seconds - before.end_seconds
    ends_sentence = before.text.rstrip(_CLOSING).endswith(tuple(_SENTENCE_ENDS))
    is_long = before.end_seconds - began_seconds > _LONGEST_SECONDS
    return pause > _LONG_PAUSE_SECONDS or (ends_sentence and (is_long or pause > _PAUSE_SECONDS))
