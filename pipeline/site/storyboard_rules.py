"""The rules of a file of small pictures: cues in a row from 0 to the end, each a rectangle inside its image."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

from PIL import Image, UnidentifiedImageError

from pipeline.captions.cues import Cue
from pipeline.captions.reading import read_subtitles
from pipeline.domain.errors import PresessionError
from pipeline.site.line_rules import address_problems

_TILE = re.compile(r"^([^#]+)#xywh=(\d+),(\d+),(\d+),(\d+)$")


@dataclass(frozen=True)
class ReadTile:
    """One small picture: its image's address as written, and the rectangle's right and lower edge in pixels."""

    uri: str
    right: int
    bottom: int


def read_tiles(text: str) -> list[ReadTile]:
    """The tiles that can be read; `check_storyboard` says what is wrong with the others."""
    return [tile for cue in _cues(text) if (tile := _tile(cue))]


def check_storyboard(text: str) -> list[str]:
    """Problems of the text by itself."""
    cues = _cues(text)
    if not cues:
        return ["holds no small picture."]
    problems = [f"has a cue that is no part of an image: {cue.text}" for cue in cues if not _tile(cue)]
    problems += [problem for tile in read_tiles(text) for problem in address_problems(tile.uri)]
    if cues[0].start_seconds or any(before.end_seconds != after.start_seconds for before, after in pairwise(cues)):
        problems.append("leaves moments without a small picture.")
    return problems


def image_problems(tiles: list[ReadTile], images: Mapping[str, bytes]) -> Iterator[str]:
    """Tiles that reach beyond their image; `images` by address as the tiles write it."""
    for uri in dict.fromkeys(tile.uri for tile in tiles if tile.uri in images):
        width, height = _size(images[uri])
        if any(tile.uri == uri and (tile.right > width or tile.bottom > height) for tile in tiles):
            yield f"shows parts of {uri} that lie outside it."


def _cues(text: str) -> tuple[Cue, ...]:
    try:
        return read_subtitles(text.encode())
    except PresessionError:
        return ()


def _tile(cue: Cue) -> ReadTile | None:
    found = _TILE.match(cue.text)
    if found is None:
        return None
    left, top, width, height = map(int, found.groups()[1:])
    return ReadTile(found[1], left + width, top + height)


def _size(data: bytes) -> tuple[int, int]:
    try:
        with Image.open(BytesIO(data)) as image:
            return image.width, image.height
    except UnidentifiedImageError:
        return 0, 0
