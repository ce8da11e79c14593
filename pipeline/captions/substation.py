"""SubStation Alpha files (.ass, .ssa), which the subtitle editor Aegisub writes; pysubs2 understands their sections.

Styles are left out but for the place that they give.
"""

import re
from collections.abc import Iterator, Sequence

import pysubs2
from pysubs2.exceptions import Pysubs2Error

from pipeline.captions.places import Place, from_tags
from pipeline.captions.refusals import SubtitleProblem, SubtitlesRefused
from pipeline.captions.scanning import TimedText

FIRST_LINE = "[Script Info]"

KEPT_APART = "\u2060"
"""A word joiner parts a backslash that is meant from a letter with which it would be a sign."""

_SIGN = re.compile(rf"\\(?P<brace>[{{}}])|(?P<tags>\{{[^}}]*\}})|\\(?P<letter>[Nnh])|\\{KEPT_APART}(?=[Nnh])")
_LETTERS = {"N": "\n", "n": "\n", "h": " "}
_DRAWING = re.compile(r"\\p[1-9]")


def scan_substation(lines: Sequence[str]) -> Iterator[TimedText]:
    """Spoken lines of a file; comments and drawings are left out."""
    try:
        file = pysubs2.SSAFile.from_string("\n".join(lines), format_="ass")
    except (Pysubs2Error, ValueError, KeyError, IndexError) as error:
        raise SubtitlesRefused(SubtitleProblem.NOT_SUBTITLES) from error
    places = {name: _place_of(style) for name, style in file.styles.items()}
    for event in file.events:
        tags = "".join(sign["tags"] or "" for sign in _SIGN.finditer(event.text))
        if event.is_comment or _DRAWING.search(tags):
            continue
        place = from_tags(tags) or places.get(event.style, Place.BOTTOM)
        yield TimedText(None, event.start, event.end, _SIGN.sub(_written, event.text), place=place)


def _place_of(style: pysubs2.SSAStyle) -> Place:
    number = int(style.alignment)
    return Place(number) if number in list(Place) else Place.BOTTOM


def _written(sign: re.Match[str]) -> str:
    if sign["brace"]:
        return sign["brace"]
    if sign["letter"]:
        return _LETTERS[sign["letter"]]
    return "" if sign["tags"] else "\\"
