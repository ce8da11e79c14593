"""Writing what was said as text for people: plain in paragraphs, or with the time of each cue."""

from collections.abc import Sequence

from pipeline.captions.cues import Cue, in_order, milliseconds
from pipeline.captions.paragraphs import running_text, to_paragraphs


def write_transcript(cues: Sequence[Cue], language: str) -> str:
    """Paragraphs with an empty line between them."""
    return "\n\n".join(paragraph.text for paragraph in to_paragraphs(cues, language)) + "\n"


def write_timed_transcript(cues: Sequence[Cue], language: str) -> str:
    """A line for each cue: when it begins, a tabulator, its words."""
    lines = (f"{moment_text(cue.start_seconds)}\t{running_text([cue], language)}\n" for cue in in_order(cues))
    return "".join(lines)


def moment_text(seconds: float) -> str:
    """Minutes and seconds, `0:01:02.5`: as exact as people need to find a place."""
    tenths = milliseconds(seconds) // 100
    whole = tenths // 10
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}.{tenths % 10}"
