"""Where on the picture a cue stands: nine places, which is what every format of subtitles can say."""

import re
import unicodedata
from enum import IntEnum

_STRONG = {"L": "left", "R": "right", "AL": "right"}
_LINES = 15  # so many lines has a picture where a place is told by a line's number


class Place(IntEnum):
    """A place by its number as on a keypad, which SubStation and SubRip use: 2 is below in the middle, as usual."""

    BOTTOM_LEFT = 1
    BOTTOM = 2
    BOTTOM_RIGHT = 3
    LEFT = 4
    MIDDLE = 5
    RIGHT = 6
    TOP_LEFT = 7
    TOP = 8
    TOP_RIGHT = 9

    @property
    def row(self) -> int:
        """0 below, 1 in the middle, 2 above."""
        return (self - 1) // 3

    @property
    def column(self) -> int:
        """0 left, 1 in the middle, 2 right."""
        return (self - 1) % 3


def place_at(row: int, column: int) -> Place:
    """The place in a row (0 below) and a column (0 left)."""
    return Place(row * 3 + column + 1)


def row_at(share: float) -> int:
    """The row of a height, told as a share of the picture from its upper edge."""
    return 2 if share < 1 / 3 else 1 if share < 2 / 3 else 0


def column_of(alignment: str, text: str) -> int:
    """The column of an alignment as WebVTT and TTML name it; `start` and `end` by the direction of the text."""
    if alignment in ("start", "end"):
        first = next((_STRONG[kind] for sign in text if (kind := unicodedata.bidirectional(sign)) in _STRONG), "left")
        is_left = (first == "left") == (alignment == "start")
        return 0 if is_left else 2
    return {"left": 0, "right": 2}.get(alignment, 1)


_LINE_SETTING = re.compile(r"(?:^|\s)line:(-?\d{1,4}(?:\.\d{1,9})?)(%?)")
_ALIGN_SETTING = re.compile(r"(?:^|\s)align:(start|left|center|middle|end|right)")
_SETTINGS = {2: " line:0", 1: " line:50%", 0: ""}
_ALIGNMENTS = {0: " align:left", 1: "", 2: " align:right"}


def from_settings(settings: str, text: str) -> Place:
    """The place that the settings behind a WebVTT cue's times mean."""
    line, align = _LINE_SETTING.search(settings), _ALIGN_SETTING.search(settings)
    row = _row_of_line(float(line[1]), is_share=bool(line[2])) if line else 0
    return place_at(row, column_of(align[1], text) if align else 1)


def to_settings(place: Place) -> str:
    """Settings for a WebVTT cue's times, with the blank before them; none for the usual place."""
    return _SETTINGS[place.row] + _ALIGNMENTS[place.column]


def _row_of_line(line: float, *, is_share: bool) -> int:
    if is_share:
        return row_at(line / 100)
    return row_at((line if line >= 0 else line + _LINES) / _LINES)


_SUBSTATION_TAG = re.compile(r"\\an([1-9])(?!\d)|\\a(\d{1,2})(?!\d)")


def from_tags(tags: str) -> Place | None:
    """The place that tags in braces mean, as in SubStation and in many SubRip files: `\\an8`; None for none."""
    found = _SUBSTATION_TAG.search(tags)
    if found is None:
        return None
    if found[1]:
        return Place(int(found[1]))
    return from_old_number(int(found[2]))


def from_old_number(number: int) -> Place | None:
    """The place by the numbers of `\\a` and of old styles: 1 to 3 below, 5 to 7 above, 9 to 11 in the middle."""
    column, row = number % 4 - 1, {0: 0, 1: 2, 2: 1}.get(number // 4)
    return None if column < 0 or row is None else place_at(row, column)


def to_tag(place: Place) -> str:
    """A tag in braces; none for the usual place."""
    return "" if place is Place.BOTTOM else f"{{\\an{int(place)}}}"
