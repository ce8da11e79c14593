"""Fonts for words written into a picture: those of the scripts in them, named to libass as files of their own."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import ImageFont

from pipeline.media.fonts import face_for, has_letters

_SIZE = 24
_COLLECTION = ".ttc"
_WIDE_FAMILIES = {"zh": "Noto Sans CJK SC", "zh-Hant": "Noto Sans CJK TC", "ko": "Noto Sans CJK KR"}
_PLAIN_FAMILY = "Noto Sans"
_PLAIN_LINE = 1362  # of letters of 1000


@dataclass(frozen=True)
class CaptionFonts:
    """The family of most words, and the files of all that are needed.

    `leading` is how high its lines are beside those of Noto Sans with letters as large. `others` are the family and
    leading for letters that it lacks.
    """

    family: str
    files: tuple[Path, ...]
    leading: float = 1.0
    others: Mapping[str, tuple[str, float]] = field(default_factory=dict)


def caption_fonts(texts: Iterable[str], language: str) -> CaptionFonts:
    """Fonts that have every letter of the texts, as far as this machine has them."""
    words = Counter(word for text in texts for word in text.split())
    paths: Counter[str] = Counter()
    for word, times in words.items():
        paths[face_for(word, _SIZE, bold=False).path] += times
    del paths[""]  # Pillow's own face, which is no file
    ordered = [path for path, _ in paths.most_common()]
    if not ordered:
        return CaptionFonts(_PLAIN_FAMILY, ())
    main, *rest = ordered
    others = {
        letter: (_family(path, language), _leading(path))
        for letter in {letter for word in words for letter in word}
        if not has_letters(main, letter) and (path := next((one for one in rest if has_letters(one, letter)), ""))
    }
    return CaptionFonts(_family(main, language), tuple(Path(path) for path in ordered), _leading(main), others)


def has_font_for(word: str) -> bool:
    """Whether this machine has a font file with every letter of a word."""
    path = face_for(word, _SIZE, bold=False).path
    return bool(path) and has_letters(path, word)


def _leading(path: str) -> float:
    """libass makes a line of every font as high as it is told, so that letters of fonts with high lines are small."""
    ascent, descent = ImageFont.truetype(path, 1000).getmetrics()
    return round((ascent + descent) / _PLAIN_LINE, 3)


def _family(path: str, language: str) -> str:
    """A collection of Chinese, Japanese and Korean letters has a family for each of them."""
    if path.endswith(_COLLECTION) and language in _WIDE_FAMILIES:
        return _WIDE_FAMILIES[language]
    return str(ImageFont.truetype(path, _SIZE).getname()[0] or _PLAIN_FAMILY)
