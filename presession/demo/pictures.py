"""Draws a speaker: a room, a person whose mouth follows the voice, and the name below."""

import colorsys
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from pipeline.domain.pre_sessions import SpeakerPlan

MOUTHS = 4
"""How far a mouth can stand open, in steps."""

_SHARPER = 2
_SKINS = ((141, 85, 46), (110, 70, 44), (190, 132, 84), (92, 60, 42), (214, 166, 120), (233, 196, 160))
_HAIRS = ("#1b1410", "#2b2118", "#4a3728", "#8a857e")
_INK = 0.42


@dataclass(frozen=True)
class Look:
    """What makes one speaker look different from the next."""

    seed: int

    @property
    def room(self) -> tuple[int, int, int]:
        """Colour of the wall."""
        red, green, blue = colorsys.hls_to_rgb((self.seed * 0.381) % 1.0, 0.42, 0.30)
        return round(red * 255), round(green * 255), round(blue * 255)

    @property
    def coat(self) -> tuple[int, int, int]:
        """Colour of the clothes, against the wall's."""
        red, green, blue = colorsys.hls_to_rgb((self.seed * 0.381 + 0.45) % 1.0, 0.35, 0.5)
        return round(red * 255), round(green * 255), round(blue * 255)

    @property
    def skin(self) -> tuple[int, int, int]:
        """Colour of the face."""
        return _SKINS[self.seed % len(_SKINS)]

    @property
    def hair(self) -> str:
        """Colour of the hair."""
        return _HAIRS[self.seed % len(_HAIRS)]


def draw_room(width: int, height: int, look: Look) -> Image.Image:
    """The wall with a window, lighter at the top."""
    room = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(room)
    for y in range(height):
        light = 1.25 - 0.75 * y / height
        draw.line([(0, y), (width, y)], fill=_scaled(look.room, light))
    unit = min(width, height)
    left, top, edge = round(width * 0.06), round(height * 0.20 + unit * 0.06), max(2, unit // 90)
    box = (left, top, left + round(unit * 0.30), top + round(unit * 0.42))
    draw.rectangle(box, fill="#cfe3ee", outline="#f7f4ec", width=edge * 2)
    middle = (box[0] + box[2]) // 2
    draw.line([(middle, box[1]), (middle, box[3])], fill="#f7f4ec", width=edge)
    return room


def draw_person(size: int, look: Look, *, mouth: int, eyes_open: bool) -> Image.Image:
    """A head and shoulders on nothing, `size` pixels square; `mouth` from 0 (shut) to `MOUTHS` - 1."""
    big = size * _SHARPER
    person = Image.new("RGBA", (big, big), (0, 0, 0, 0))
    draw = ImageDraw.Draw(person)

    def oval(x: float, y: float, wide: float, high: float, fill: str | tuple[int, int, int]) -> None:
        draw.ellipse([(x - wide) * big, (y - high) * big, (x + wide) * big, (y + high) * big], fill=fill)

    oval(0.5, 1.08, 0.42, 0.36, look.coat)
    draw.rectangle([0.43 * big, 0.60 * big, 0.57 * big, 0.78 * big], fill=look.skin)
    oval(0.5, 0.36, 0.235, 0.285, look.hair)
    oval(0.5, 0.42, 0.19, 0.245, look.skin)
    ink = _scaled(look.skin, _INK)
    for x in (0.43, 0.57):
        oval(x, 0.40, 0.014, 0.019 if eyes_open else 0.003, ink)
        oval(x, 0.345, 0.030, 0.005, ink)
    oval(0.5, 0.55, 0.062 - 0.006 * mouth, 0.006 + 0.012 * mouth, ink)
    return person.resize((size, size), Image.Resampling.LANCZOS)


def draw_name(width: int, height: int, speaker: SpeakerPlan, *, shows_name: bool = True) -> Image.Image:
    """The band for the upper edge, clear of subtitles: name and organisation, or the organisation alone."""
    unit = min(width, height)
    band = Image.new("RGBA", (width, round(unit * 0.18)), (12, 18, 28, 215))
    draw = ImageDraw.Draw(band)
    lines = ((speaker.name, 0.066, 0.020), (speaker.organisation, 0.044, 0.105))
    for text, size, top in lines if shows_name else ((speaker.organisation, 0.056, 0.055),):
        font = _fitting(draw, text, unit * size, width * 0.92)
        draw.text((width * 0.04, unit * top), text, font=font, fill="#f7f4ec")
    return band


def person_frames(size: int, look: Look) -> Iterator[tuple[str, Image.Image]]:
    """Every state of the person once, by the name that `frame_name` gives."""
    for mouth in range(MOUTHS):
        for eyes_open in (True, False):
            yield frame_name(mouth, eyes_open), draw_person(size, look, mouth=mouth, eyes_open=eyes_open)


def frame_name(mouth: int, eyes_open: bool) -> str:
    """File name of one state of the person."""
    return f"person-{mouth}-{'open' if eyes_open else 'shut'}.png"


def _fitting(
    draw: ImageDraw.ImageDraw, text: str, size: float, room: float
) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    font = ImageFont.truetype("DejaVuSans.ttf", max(8, round(size)))
    length = draw.textlength(text, font=font)
    return font if length <= room else ImageFont.truetype("DejaVuSans.ttf", max(8, int(size * room / length)))


def _scaled(colour: tuple[int, int, int], light: float) -> tuple[int, int, int]:
    red, green, blue = (min(255, round(part * light)) for part in colour)
    return red, green, blue
