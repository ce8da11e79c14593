"""Find a font for a word by its script among the machine's Noto and DejaVu fonts, at any size and in two weights."""

import functools
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFont, features

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

FONT_FOLDERS = (
    Path("/usr/share/fonts/truetype/noto"),
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
)

_PLAIN_SCRIPTS = {"LATIN", "CYRILLIC", "GREEK"}
_CJK_SCRIPTS = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}
_RTL = {"R", "AL"}
_NOT_A_CHARACTER = "\U0010ffff"


@dataclass(frozen=True)
class Face:
    """A font file in one size; an empty path means the plain Latin face that comes with Pillow."""

    path: str
    size: int

    def load(self) -> Font:
        """The font, ready to draw."""
        return _load(self.path, self.size)


def can_shape() -> bool:
    """Whether letters are joined and ordered as their script wants (libraqm and fribidi are there)."""
    return features.check("raqm") is True and features.check("fribidi") is True


def script_of(text: str) -> str:
    """Script of the first letter, by its Unicode name (`LATIN`, `ARABIC`, `THAANA`); LATIN without letters."""
    for character in text:
        if character.isalpha():
            return unicodedata.name(character, "LATIN").split()[0].split("-")[0]
    return "LATIN"


def is_right_to_left_text(text: str) -> bool:
    """Whether the first letter with a direction is written from right to left."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in _RTL:
            return True
        if direction == "L":
            return False
    return False


def face_for(text: str, size: int, *, bold: bool) -> Face:
    """The first face that has every character of a text: of its script, then DejaVu Sans, then Pillow's own."""
    candidates = _candidates(script_of(text), bold=bold)
    for path in candidates:
        if has_letters(path, text):
            return Face(path, size)
    return Face(candidates[0] if candidates else "", size)


def has_letters(path: str, text: str) -> bool:
    """Whether a font file draws every character of a text."""
    return all(_covers(path, character) for character in text if not character.isspace())


def _candidates(script: str, *, bold: bool) -> list[str]:
    weight = "Bold" if bold else "Regular"
    names = [f"NotoSans-{weight}.ttf"] if script in _PLAIN_SCRIPTS else []
    if script in _CJK_SCRIPTS:
        names.append(f"NotoSansCJK-{weight}.ttc")
    elif script not in _PLAIN_SCRIPTS:
        names += [f"NotoSans{script.title()}-{weight}.ttf", f"NotoSans{script.title()}-Regular.ttf"]
    names += ["DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf", f"NotoSans-{weight}.ttf"]
    return [path for name in names if (path := _find(name))]


@functools.cache
def _find(name: str) -> str:
    for folder in FONT_FOLDERS:
        if (folder / name).is_file():
            return str(folder / name)
    found = next((path for folder in FONT_FOLDERS if folder.is_dir() for path in folder.rglob(name)), None)
    return str(found) if found else ""


@functools.lru_cache(maxsize=256)
def _load(path: str, size: int) -> Font:
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


@functools.lru_cache(maxsize=8192)
def _covers(path: str, character: str) -> bool:
    """A font draws its empty box for what it lacks: compare with the box of a code point that cannot exist."""
    font = _load(path, 24)
    return bytes(font.getmask(character)) != bytes(font.getmask(_NOT_A_CHARACTER))
