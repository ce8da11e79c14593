"""SubStation Alpha files (.ass, .ssa), which the subtitle editor Aegisub writes; pysubs2 understands them."""

from collections.abc import Iterator, Sequence

import pysubs2
from pysubs2.exceptions import Pysubs2Error

from pipeline.captions.refusals import SubtitleProblem, SubtitlesRefused
from pipeline.captions.scanning import TimedText

FIRST_LINE = "[Script Info]"


def scan_substation(lines: Sequence[str]) -> Iterator[TimedText]:
    """Spoken lines of a file; comments and drawings are left out."""
    try:
        events = pysubs2.SSAFile.from_string("\n".join(lines), format_="ass").events
    except (Pysubs2Error, ValueError, KeyError, IndexError) as error:
        raise SubtitlesRefused(SubtitleProblem.NOT_SUBTITLES) from error
    for event in events:
        if not event.is_comment and not event.is_drawing:
            yield TimedText(None, event.start, event.end, event.plaintext)
