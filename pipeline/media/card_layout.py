"""Lay out a title card: texts of any script and length on a 16:9 picture, wrapped and shrunk until all of it fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

from pipeline.media.card_style import CardStyle, Colour
from pipeline.media.fonts import Face, can_shape, face_for, is_right_to_left_text

SIZE = (1920, 1080)
RULE_SIZE = (240, 8)

_MARGIN = 156
_TEXT_WIDTH = SIZE[0] - 2 * _MARGIN
_TOP, _BOTTOM = 96, SIZE[1] - 96
_LINE_HEIGHT = 1.32
_SMALLEST = 14


@dataclass(frozen=True)
class Paragraph:
    """One text of a card, `is_quiet` where it is less than the name.

    `gap` is the space above it, in parts of its size; `rule_before` draws the accent there.
    """

    text: str
    size: int
    bold: bool = False
    is_quiet: bool = False
    gap: float = 0.4
    rule_before: bool = False


@dataclass(frozen=True)
class Drawing:
    """A finished card without its accent rule, and where that goes (left, top)."""

    picture: Image.Image
    rule_at: tuple[int, int]


@dataclass(frozen=True)
class _Run:
    """Neighbouring words in one face and direction, drawn at once."""

    text: str
    face: Face
    is_rtl: bool

    @property
    def width(self) -> float:
        return self.face.load().getlength(self.text, direction=self._direction)

    def draw(self, draw: ImageDraw.ImageDraw, x: float, baseline: float, colour: Colour) -> None:
        font = self.face.load()
        draw.text((x, baseline), self.text, font=font, fill=colour, anchor="ls", direction=self._direction)

    @property
    def _direction(self) -> str | None:
        if not can_shape():
            return None
        return "rtl" if self.is_rtl else "ltr"


def paragraphs(
    *, session: str, country: str, speaker: str, organisation: str, theme: str, language: str, subtitles: str = ""
) -> list[Paragraph]:
    """Where, who, what, and the languages; empty texts take no room."""
    stack = [
        Paragraph(session, 40, is_quiet=True, gap=0),
        Paragraph(country, 72, bold=True, gap=0.2),
        Paragraph(speaker, 90, bold=True, gap=0.7, rule_before=True),
        Paragraph(organisation, 54, gap=0.25),
        Paragraph(theme, 45, is_quiet=True, gap=0.8),
        Paragraph(language, 36, is_quiet=True, gap=1.0),
        Paragraph(subtitles, 32, is_quiet=True, gap=0.2),
    ]
    return [paragraph for paragraph in stack if paragraph.text.strip()]


def draw_card(stack: Sequence[Paragraph], style: CardStyle) -> Drawing:
    """Draw all paragraphs centred, below the emblem where there is one.

    Sizes shrink together until everything fits, so that nothing is ever cut.
    """
    picture, top = _begin(style)
    scale = 1.0
    while True:
        sized = [replace(p, size=max(_SMALLEST, round(p.size * scale))) for p in stack]
        wrapped = [_wrap(paragraph) for paragraph in sized]
        height = sum(_height(p, lines) for p, lines in zip(sized, wrapped, strict=True))
        if height <= _BOTTOM - top or all(p.size == _SMALLEST for p in sized):
            y = top + max(0.0, _BOTTOM - top - height) / 2
            return _draw(picture, list(zip(sized, wrapped, strict=True)), y, style)
        scale *= 0.94


def _height(paragraph: Paragraph, lines: Sequence[Sequence[_Run]]) -> float:
    rule = paragraph.size * 0.7 if paragraph.rule_before else 0.0
    return paragraph.size * (paragraph.gap + _LINE_HEIGHT * len(lines)) + rule


def _begin(style: CardStyle) -> tuple[Image.Image, int]:
    """The background with the emblem on it, and where texts may begin."""
    picture = Image.new("RGB", SIZE, style.background)
    if style.emblem is None:
        return picture, _TOP
    emblem = style.emblem.draw(_TEXT_WIDTH)
    picture.paste(emblem, ((SIZE[0] - emblem.width) // 2, _TOP // 2), emblem)
    return picture, _TOP // 2 + emblem.height + _TOP // 4


def _draw(
    picture: Image.Image, stack: Sequence[tuple[Paragraph, Sequence[Sequence[_Run]]]], y: float, style: CardStyle
) -> Drawing:
    draw = ImageDraw.Draw(picture)
    rule_at = ((SIZE[0] - RULE_SIZE[0]) // 2, _TOP)
    for paragraph, lines in stack:
        y += paragraph.size * paragraph.gap
        if paragraph.rule_before:
            rule_at = (rule_at[0], round(y))
            y += paragraph.size * 0.7
        for runs in lines:
            _draw_line(draw, runs, y + paragraph.size, paragraph, style.quiet if paragraph.is_quiet else style.text)
            y += paragraph.size * _LINE_HEIGHT
    return Drawing(picture, rule_at)


def _draw_line(
    draw: ImageDraw.ImageDraw, runs: Sequence[_Run], baseline: float, paragraph: Paragraph, colour: Colour
) -> None:
    space = _space(paragraph)
    x = (SIZE[0] - _line_width(runs, space)) / 2
    # A paragraph that begins from the right has its first run at the right end.
    ordered = list(reversed(runs)) if is_right_to_left_text(paragraph.text) else list(runs)
    for run in ordered:
        run.draw(draw, x, baseline, colour)
        x += run.width + space


def _wrap(paragraph: Paragraph) -> list[list[_Run]]:
    """Lines of runs, none wider than the text's width; a word without end is broken where it must be."""
    space = _space(paragraph)
    lines: list[list[str]] = [[]]
    for word in _short_words(paragraph):
        if lines[-1] and _line_width(_runs([*lines[-1], word], paragraph), space) > _TEXT_WIDTH:
            lines.append([])
        lines[-1].append(word)
    return [_runs(line, paragraph) for line in lines]


def _short_words(paragraph: Paragraph) -> list[str]:
    words = []
    for word in paragraph.text.split():
        rest = word
        while _runs([rest], paragraph)[0].width > _TEXT_WIDTH:
            fitting = max(1, int(len(rest) * _TEXT_WIDTH / _runs([rest], paragraph)[0].width) - 1)
            words.append(rest[:fitting])
            rest = rest[fitting:]
        words.append(rest)
    return words


def _runs(words: Sequence[str], paragraph: Paragraph) -> list[_Run]:
    runs: list[_Run] = []
    for word in words:
        face = face_for(word, paragraph.size, bold=paragraph.bold)
        run = _Run(word, face, is_right_to_left_text(word))
        if runs and (runs[-1].face, runs[-1].is_rtl) == (run.face, run.is_rtl):
            runs[-1] = replace(runs[-1], text=f"{runs[-1].text} {word}")
        else:
            runs.append(run)
    return runs


def _line_width(runs: Sequence[_Run], space: float) -> float:
    return sum(run.width for run in runs) + space * (len(runs) - 1)


def _space(paragraph: Paragraph) -> float:
    return float(face_for("n", paragraph.size, bold=paragraph.bold).load().getlength(" "))
