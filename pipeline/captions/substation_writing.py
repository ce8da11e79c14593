"""Writing SubStation Alpha (.ass): one style, large enough to read; also what libass burns into a picture.

Its times count in hundredths of a second.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from pipeline.captions.cues import Cue, in_order, milliseconds
from pipeline.captions.places import to_tag
from pipeline.captions.substation import KEPT_APART

_LETTER = re.compile(r"\\(?=[Nnh])")
_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 0
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,{font},{size},&H00FFFFFF,&H00FFFFFF,&H66000000,&H66000000,0,0,0,0,100,100,0,0,3,{edge},0,2,{side},\
{side},{below},-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@dataclass(frozen=True)
class Look:
    """How words look on a picture of `width` by `height`; `size` is a line's height in the same units.

    A font with higher lines than usual has them `leading` times as high, so that its letters are as large. `others`
    are the font and leading of letters that the font lacks.
    """

    font: str = "Noto Sans"
    size: int = 54
    width: int = 1920
    height: int = 1080
    leading: float = 1.0
    others: Mapping[str, tuple[str, float]] = field(default_factory=dict)


def write_substation(cues: Iterable[Cue], look: Look | None = None) -> str:
    """The cues as one file; a dark box lies behind the words."""
    look = look or Look()
    head = _HEAD.format(
        font=look.font,
        size=round(look.size * look.leading),
        width=look.width,
        height=look.height,
        edge=max(1, look.size // 7),
        side=look.width // 12,
        below=look.height // 18,
    )
    return head + "".join(_dialogue(cue, look) for cue in in_order(cues))


def _dialogue(cue: Cue, look: Look) -> str:
    start = milliseconds(cue.start_seconds) // 10
    end = max(start + 1, round(milliseconds(cue.end_seconds) / 10))
    return (
        f"Dialogue: 0,{_clock(start)},{_clock(end)},Default,,0,0,0,,{to_tag(cue.place)}{_with_fonts(cue.text, look)}\n"
    )


def _with_fonts(text: str, look: Look) -> str:
    runs = groupby(text, key=look.others.get)
    return "".join(_in_font("".join(letters), font, look.size) for font, letters in runs)


def _in_font(text: str, font: tuple[str, float] | None, size: int) -> str:
    if font is None:
        return _escaped(text)
    family, leading = font
    return f"{{\\fn{family}\\fs{round(size * leading)}}}{_escaped(text)}{{\\r}}"


def _escaped(text: str) -> str:
    kept_apart = _LETTER.sub(lambda _: f"\\{KEPT_APART}", text)
    written = kept_apart.replace("{", "\\{").replace("}", "\\}").replace("\n", "\\N")
    return written if written == written.strip() else f"{{}}{written}{{}}"  # readers drop blanks at the ends


def _clock(hundredths: int) -> str:
    seconds, rest = divmod(hundredths, 100)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:02d}"
