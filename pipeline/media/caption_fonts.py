"""Fonts for words written into a picture: those of the scripts in them, named to libass as files of their own."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import ImageFont

from pipeline.media.fonts import face_for, has_letters

_SIZE = 24
_COLLECTION = ".ttc"
_WIDE_FAMILIES = {"zh": "Noto Sans CJK SC", "zh-Hant": "Noto Sans CJK TC", "ko": "Noto Sans CJK KR"}
_PLAIN_FAMILY = "Noto Sans"


@dataclass(frozen=True)
class CaptionFonts:
    """The family of most words, and the files of all that are needed."""

    family: str
    files: tuple[Path, ...]


def caption_fonts(texts: Iterable[str], language: str) -> CaptionFonts:
    """Fonts that have every letter of the texts, as far as this machine has them."""
    words = Counter(word for text in texts for word in text.split())
    paths: Counter[str] = Counter()
    for word, times in words.items():
        paths[face_for(word, _SIZE, bold=False).path] += times
    del paths[""]  # Pillow's own face, which is no file
    ordered = [path for path, _ in paths.most_common()]
    family = _family(ordered[0], language) if ordered else _PLAIN_FAMILY
    return CaptionFonts(family, tuple(Path(path) for path in ordered))


def has_font_for(word: str) -> bool:
    """Whether this machine has a font file with every letter of a word."""
    path = face_for(word, _SIZE, bold=False).path
    return bool(path) and has_letters(path, word)


def _family(path: str, language: str) -> str:
    """A collection of Chinese, Japanese and Korean letters has a family for each of them."""
    if path.endswith(_COLLECTION) and language in _WIDE_FAMILIES:
        return _WIDE_FAMILIES[language]
    return str(ImageFont.truetype(path, _SIZE).getname()[0] or _PLAIN_FAMILY)
