"""The house style of title cards: colours, length and an emblem, read from a settings file."""

import hashlib
import io
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from pipeline.domain.errors import WrongUsage

Colour = tuple[int, int, int]

_COLOUR = re.compile(r"^#[0-9a-fA-F]{6}$")
_READABLE = 4.5
"""Least contrast of letters with what is behind them (WCAG 2.2, 1.4.3)."""

_SHORTEST, _LONGEST = 1.5, 15.0
_LOWEST, _HIGHEST = 24, 320
_LARGEST_BYTES = 4 * 1024 * 1024
_LARGEST_SIDE = 8000
_KINDS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True)
class Emblem:
    """A picture at the head of each card: the bytes of a PNG, JPEG or WebP, drawn `height` pixels high of 1080."""

    data: bytes
    height: int

    def draw(self, widest: int) -> Image.Image:
        """The picture in its size, with its transparency, no wider than `widest` pixels."""
        with Image.open(io.BytesIO(self.data), formats=_KINDS) as opened:
            picture: Image.Image = opened.convert("RGBA")
        scale = min(self.height / picture.height, widest / picture.width)
        return picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))


@dataclass(frozen=True)
class CardStyle:
    """How cards look. Colours are red, green, blue from 0 to 255; `quiet` is for what is less than the name."""

    background: Colour
    text: Colour
    quiet: Colour
    accent: Colour
    seconds: float
    emblem: Emblem | None = None

    def to_json(self) -> dict[str, Any]:
        """For fingerprints: another style is another card."""
        emblem = [hashlib.sha256(self.emblem.data).hexdigest(), self.emblem.height] if self.emblem else None
        colours = {name: list(getattr(self, name)) for name in ("background", "text", "quiet", "accent")}
        return {**colours, "seconds": self.seconds, "emblem": emblem}


def read_card_style(path: Path) -> CardStyle:
    """Read a style from a TOML file; an emblem's path is relative to it.

    Raises `WrongUsage` naming the file, the key and what is expected there.
    """
    try:
        return parse_card_style(path.read_text(encoding="utf-8"), path.parent)
    except OSError as error:
        raise WrongUsage(f"The style of title cards “{path}” cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise WrongUsage(f"The style of title cards “{path}” is no text in UTF-8.") from error
    except WrongUsage as error:
        raise WrongUsage(f"{path}: {error}") from error


def parse_card_style(text: str, folder: Path) -> CardStyle:
    """Read a style from TOML, with an emblem from `folder`; raises `WrongUsage` naming the key and what is expected."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WrongUsage(f"The style of title cards is not valid TOML: {error}.") from error
    _refuse_unknown("", data, {"seconds", "colours", "emblem"})
    colours = _table(data, "colours")
    _refuse_unknown("colours.", colours, {"background", "text", "quiet", "accent"})
    style = CardStyle(
        background=_colour(colours, "background"),
        text=_colour(colours, "text"),
        quiet=_colour(colours, "quiet"),
        accent=_colour(colours, "accent"),
        seconds=_number(data, "seconds", _SHORTEST, _LONGEST),
        emblem=_emblem(_table(data, "emblem"), folder) if "emblem" in data else None,
    )
    for name in ("text", "quiet"):
        _refuse_unreadable(name, getattr(style, name), style.background)
    return style


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours from 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in _shares(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _shares(colour: Colour) -> list[float]:
    return [value / 255 for value in colour]


def _refuse_unreadable(name: str, colour: Colour, background: Colour) -> None:
    found = contrast(colour, background)
    if found < _READABLE:
        raise WrongUsage(
            f"colours.{name} cannot be read on colours.background: their contrast is {found:.1f}, at least {_READABLE} "
            "is needed. Make one lighter or the other darker."
        )


def _refuse_unknown(prefix: str, table: dict[str, Any], known: set[str]) -> None:
    for name in table:
        if name not in known:
            raise WrongUsage(f"{prefix}{name} is not known; {prefix or 'the file'} holds {', '.join(sorted(known))}.")


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    found = data.get(name)
    if not isinstance(found, dict):
        raise WrongUsage(f"[{name}] is missing.")
    return found


def _colour(table: dict[str, Any], name: str) -> Colour:
    found = table.get(name)
    if not isinstance(found, str) or not _COLOUR.match(found):
        raise WrongUsage(f'colours.{name} must be a colour such as "#0e2642".')
    red, green, blue = bytes.fromhex(found[1:])
    return red, green, blue


def _number(table: dict[str, Any], name: str, least: float, most: float, *, prefix: str = "") -> float:
    found = table.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not least <= found <= most:
        raise WrongUsage(f"{prefix}{name} must be a number from {least:g} to {most:g}.")
    return float(found)


def _emblem(table: dict[str, Any], folder: Path) -> Emblem:
    _refuse_unknown("emblem.", table, {"file", "height"})
    name = table.get("file")
    if not isinstance(name, str) or not name:
        raise WrongUsage("emblem.file must be the path of a PNG, JPEG or WebP picture.")
    emblem = Emblem(_picture(folder / name), int(_number(table, "height", _LOWEST, _HIGHEST, prefix="emblem.")))
    try:
        emblem.draw(_LARGEST_SIDE)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise WrongUsage("emblem.file is no PNG, JPEG or WebP picture that can be read.") from error
    return emblem


def _picture(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WrongUsage(f"emblem.file “{path}” cannot be read: {error.strerror}.") from error
    if len(data) > _LARGEST_BYTES:
        raise WrongUsage(f"emblem.file has {len(data) // 1024} kB; at most {_LARGEST_BYTES // 1024} kB are taken.")
    return data
