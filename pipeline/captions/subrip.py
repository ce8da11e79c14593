"""Writing SubRip (.srt): numbers, times with a comma, and the place in braces where it is not the usual one."""

from collections.abc import Iterable

from pipeline.captions.clocks import clock_text
from pipeline.captions.cues import Cue, in_order
from pipeline.captions.markup import from_subrip
from pipeline.captions.places import to_tag
from pipeline.captions.scanning import looks_timed

_SIGNS = str.maketrans({sign: f"&#{ord(sign)};" for sign in "&<>{:"})


def write_subrip(cues: Iterable[Cue]) -> str:
    """The cues as one file.

    The format knows no escapes. A line is written as it is, unless a reader would take part of it for a tag, a
    reference or a time: then with references, as HTML has them.
    """
    blocks = (_block(number, cue) for number, cue in enumerate(in_order(cues), 1))
    return "\n".join(blocks)


def _block(number: int, cue: Cue) -> str:
    times = " --> ".join(clock_text(seconds, ",") for seconds in (cue.start_seconds, cue.end_seconds))
    lines = cue.text.split("\n")
    if from_subrip(cue.text) != cue.text:  # a tag may begin in one line and end in another
        lines = [line.translate(_SIGNS) for line in lines]
    text = "\n".join(line.translate(_SIGNS) if looks_timed(line) else line for line in lines)
    return f"{number}\n{times}\n{to_tag(cue.place)}{text}\n"
