"""SubStation Alpha files (.ass, .ssa), which the subtitle editor Aegisub writes: what is said, when and where.

Looks, drawings and files that are packed in are left out. No word is passed over in silence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.captions.places import Place, from_old_number, from_tags
from pipeline.captions.refusals import SubtitleProblem, SubtitlesRefused
from pipeline.captions.scanning import TimedText

FIRST_LINE = "[Script Info]"

KEPT_APART = "\u2060"
"""A word joiner parts a backslash that is meant from a letter with which it would be a sign."""

_SIGN = re.compile(rf"\\(?P<brace>[{{}}])|(?P<tags>\{{[^}}]*\}})|\\(?P<letter>[Nnh])|\\{KEPT_APART}(?=[Nnh])")
_LETTERS = {"N": "\n", "n": "\n", "h": " "}
_DRAWING = re.compile(r"\\p[1-9]")
_HEADING = re.compile(r"\[([^\[\]]{1,40})\]")
_ENTRY = re.compile(r"([A-Za-z]{1,20}):[ \t]*(.*)")
_TIME = re.compile(r"[ \t]*(-?)(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[.:,](\d{1,3}))?[ \t]*")

_EVENT_COLUMNS: Sequence[str] = (
    "layer",
    "start",
    "end",
    "style",
    "name",
    "marginl",
    "marginr",
    "marginv",
    "effect",
    "text",
)
_STYLE_COLUMNS: Mapping[str, Sequence[str]] = {  # where a file does not name them
    "v4+ styles": ("name", *("",) * 17, "alignment"),
    "v4 styles": ("name", *("",) * 11, "alignment"),
}
_NOT_SPOKEN = {"comment", "picture", "sound", "movie", "command"}


def scan_substation(lines: Sequence[str]) -> Iterator[TimedText]:
    """Spoken lines of a file; comments and drawings are left out."""
    styles: dict[str, Place] = {}
    section, columns = "", _EVENT_COLUMNS
    for number, line in enumerate(lines, 1):
        heading = _HEADING.fullmatch(line.strip())
        if heading:
            section = heading[1].strip().lower()
            columns = _STYLE_COLUMNS.get(section, _EVENT_COLUMNS)
            continue
        kind, rest = _entry(line)
        if kind == "format":
            columns = tuple(name.strip().lower() for name in rest.split(","))
        elif kind == "style" and section in _STYLE_COLUMNS:
            values = _values(columns, rest)
            styles[values.get("name", "")] = _place_of(values, is_old="+" not in section)
        elif section == "events" and kind == "dialogue":
            yield from _spoken(_values(columns, rest), number, styles)
        elif section == "events" and line.strip() and kind not in _NOT_SPOKEN and not line.startswith((";", "!")):
            raise SubtitlesRefused(SubtitleProblem.TEXT_WITHOUT_TIME, line=number)


def _entry(line: str) -> tuple[str, str]:
    """What kind of line it is, and what it says."""
    entry = _ENTRY.fullmatch(line.lstrip(" \t"))
    return (entry[1].lower(), entry[2]) if entry else ("", "")


def _values(columns: Sequence[str], rest: str) -> dict[str, str]:
    """What a line says by the columns' names; the last column may hold commas."""
    return {name: value.strip(" \t") for name, value in zip(columns, rest.split(",", len(columns) - 1), strict=False)}


def _spoken(values: dict[str, str], line: int, styles: dict[str, Place]) -> Iterator[TimedText]:
    start, end = (_milliseconds(values.get(name, ""), line) for name in ("start", "end"))
    if "text" not in values:
        raise SubtitlesRefused(SubtitleProblem.BAD_SUBSTATION_TIME, line=line)
    tags = "".join(sign["tags"] or "" for sign in _SIGN.finditer(values["text"]))
    if not _DRAWING.search(tags):
        place = from_tags(tags) or styles.get(values.get("style", ""), Place.BOTTOM)
        yield TimedText(line, start, end, _SIGN.sub(_written, values["text"]), place=place)


def _milliseconds(text: str, line: int) -> int:
    time = _TIME.fullmatch(text)
    if time is None or int(time[3]) > 59 or int(time[4]) > 59:
        raise SubtitlesRefused(SubtitleProblem.BAD_SUBSTATION_TIME, line=line)
    hours, minutes, seconds = (int(part) for part in time.groups()[1:4])
    moment = ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((time[5] or "0").ljust(3, "0"))
    return -moment if time[1] else moment


def _place_of(style: dict[str, str], *, is_old: bool) -> Place:
    text = style.get("alignment", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 0
    if is_old:
        return from_old_number(number) or Place.BOTTOM
    return Place(number) if number in list(Place) else Place.BOTTOM


def _written(sign: re.Match[str]) -> str:
    if sign["brace"]:
        return sign["brace"]
    if sign["letter"]:
        return _LETTERS[sign["letter"]]
    return "" if sign["tags"] else "\\"
