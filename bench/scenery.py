"""Draws what the bench's camera sees: a detailed room, and a speaker in layers that can move on their own."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

MOUTHS = 5
"""How far the mouth can stand open, in steps."""

ROOM_SIZE = (2048, 1152)
"""Larger than the picture, so that the camera can shake."""

_SEED = 20_240_501
_SHARPER = 2
_SKIN = (190, 138, 104)
_LIP = (132, 62, 58)

Plane = npt.NDArray[np.float64]


def draw_room() -> Image.Image:
    """A wall with plaster, shelves full of books, a plant and a flag; slightly out of focus, as behind a speaker."""
    rng = np.random.default_rng(_SEED)
    width, height = ROOM_SIZE
    room = _textured(Image.new("RGB", ROOM_SIZE, (176, 166, 150)), rng, strength=22)
    draw = ImageDraw.Draw(room)
    for left, right in ((40, 620), (1480, width - 40)):
        for top in range(40, height - 200, 210):
            _shelf(draw, rng, (left, top, right, top + 196))
    _plant(draw, rng, (760, 620))
    for stripe, colour in enumerate(((24, 104, 112), (232, 222, 196), (196, 142, 60))):
        draw.polygon([(1240 + 60 * stripe, 90), (1300 + 60 * stripe, 90), (1320 + 54 * stripe, 640),
                      (1262 + 54 * stripe, 660)], fill=colour)  # fmt: skip
    return _textured(room.filter(ImageFilter.GaussianBlur(1.6)), rng, strength=6)


def draw_layers(folder: Path) -> None:
    """`room.png`, `torso.png`, `hand.png` and one head for every mouth and eyes, all below `folder`."""
    draw_room().save(folder / "room.png")
    draw_torso().save(folder / "torso.png")
    draw_hand().save(folder / "hand.png")
    for mouth in range(MOUTHS):
        for eyes_open in (True, False):
            draw_head(mouth=mouth, eyes_open=eyes_open).save(folder / head_name(mouth, eyes_open=eyes_open))


def head_name(mouth: int, *, eyes_open: bool) -> str:
    """File name of one state of the head."""
    return f"head-{mouth}-{'open' if eyes_open else 'shut'}.png"


def draw_torso() -> Image.Image:
    """Shoulders in a woven jacket, with a shirt and a tie."""
    rng = np.random.default_rng(_SEED + 1)
    width, height = 1200, 560
    cloth = _woven(_textured(Image.new("RGB", (width, height), (52, 58, 74)), rng, strength=14))
    draw = ImageDraw.Draw(cloth)
    draw.polygon([(470, 0), (730, 0), (600, 420)], fill=(224, 226, 230))
    draw.polygon([(575, 60), (625, 60), (650, 400), (600, 470), (550, 400)], fill=(118, 28, 40))
    for y in range(70, 460, 22):
        draw.line([(540, y), (660, y + 40)], fill=(172, 132, 60), width=4)
    shape = Image.new("L", (width, height), 0)
    ImageDraw.Draw(shape).ellipse([0, 20, width, 2 * height], fill=255)
    return _cut_out(_textured(cloth, rng, strength=5), shape)


def draw_hand() -> Image.Image:
    """A hand with fingers, in the colour of the face."""
    rng = np.random.default_rng(_SEED + 2)
    size = (300, 340)
    skin = _textured(Image.new("RGB", size, _SKIN), rng, strength=16)
    shape = Image.new("L", size, 0)
    draw = ImageDraw.Draw(shape)
    draw.ellipse([70, 140, 240, 330], fill=255)
    for n, (x, top) in enumerate(((84, 70), (128, 30), (172, 36), (214, 76))):
        draw.rounded_rectangle([x - 20, top, x + 20, 240], 20, fill=255)
        ImageDraw.Draw(skin).line([(x + 20, 110 + 4 * n), (x + 18, 230)], fill=(140, 92, 66), width=4)
    return _cut_out(skin, shape)


def draw_head(*, mouth: int, eyes_open: bool) -> Image.Image:
    """Hair, face and neck; `mouth` from 0 (shut) to `MOUTHS` - 1."""
    rng = np.random.default_rng(_SEED + 3)
    size = (620 * _SHARPER, 760 * _SHARPER)
    head = _textured(Image.new("RGB", size, _SKIN), rng, strength=15)
    draw = ImageDraw.Draw(head)
    for _ in range(900):
        _strand(draw, rng)
    for x in (228, 392):
        _eye(draw, x, eyes_open=eyes_open)
    draw.line(_doubled([(312, 330), (296, 430), (330, 438)]), fill=(150, 100, 76), width=10)
    opening = 6 + 15 * mouth
    _oval(draw, (310, 520), (84 - 6 * mouth, opening + 10), _LIP)
    _oval(draw, (310, 520), (70 - 6 * mouth, opening), (58, 22, 26))
    if mouth > 1:
        _oval(draw, (310, 512 - opening // 2), (52 - 5 * mouth, 8), (228, 222, 214))
    shape = Image.new("L", size, 0)
    _oval(ImageDraw.Draw(shape), (310, 370), (230, 300), 255)
    ImageDraw.Draw(shape).rectangle([*_doubled([(210, 580)])[0], *_doubled([(410, 750)])[0]], fill=255)
    return _cut_out(head, shape).resize((620, 760), Image.Resampling.LANCZOS)


def states(levels: list[int]) -> Iterator[str]:
    """Names of the heads for a row of mouths; the eyes blink now and then."""
    for number, mouth in enumerate(levels):
        yield head_name(mouth, eyes_open=number % 47 > 2)


def _textured(image: Image.Image, rng: np.random.Generator, *, strength: float) -> Image.Image:
    """The picture with noise of every size on it: skin, plaster and cloth are nowhere even."""
    width, height = image.size
    noise: Plane = np.zeros((height, width))
    for cell in (4, 12, 40, 130, 400):
        grid = rng.uniform(0, 255, (height // cell + 2, width // cell + 2)).astype(np.uint8)
        grown = Image.fromarray(grid).resize((width, height), Image.Resampling.BICUBIC)
        noise += (np.asarray(grown, dtype=np.float64) - 127.5) / 127.5
    pixels = np.asarray(image, dtype=np.float64) + noise[..., None] * strength / 2
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _woven(image: Image.Image) -> Image.Image:
    pixels = np.asarray(image, dtype=np.float64)
    rows, columns = np.indices(pixels.shape[:2])
    weave = 7 * np.sin((rows + columns) * 0.9) + 5 * np.sin((rows - columns) * 0.55)
    return Image.fromarray(np.clip(pixels + weave[..., None], 0, 255).astype(np.uint8))


def _cut_out(image: Image.Image, shape: Image.Image) -> Image.Image:
    """The picture where the shape is, with a soft edge and shade towards its rim."""
    rim = np.asarray(shape.filter(ImageFilter.GaussianBlur(60)), dtype=np.float64) / 255
    shaded = np.asarray(image, dtype=np.float64) * (0.45 + 0.6 * rim[..., None])
    cut = Image.fromarray(np.clip(shaded, 0, 255).astype(np.uint8))
    cut.putalpha(shape.filter(ImageFilter.GaussianBlur(1.5)))
    return cut


def _shelf(draw: ImageDraw.ImageDraw, rng: np.random.Generator, box: tuple[int, int, int, int]) -> None:
    left, _, right, bottom = box
    draw.rectangle(box, fill=(58, 44, 34))
    x = left + 8
    while x < right - 40:
        thick, tall = int(rng.integers(14, 44)), int(rng.integers(110, 180))
        colour = tuple(int(c) for c in rng.integers(30, 190, 3))
        draw.rectangle([x, bottom - 10 - tall, x + thick, bottom - 10], fill=colour)
        for y in range(bottom - tall, bottom - 30, 9):
            if rng.uniform() < 0.5:
                draw.line([(x + 4, y), (x + thick - 4, y)], fill=(214, 200, 160), width=2)
        x += thick + 3


def _plant(draw: ImageDraw.ImageDraw, rng: np.random.Generator, foot: tuple[int, int]) -> None:
    for _ in range(140):
        angle, length = rng.uniform(-2.6, -0.5), rng.uniform(60, 330)
        tip = (foot[0] + length * np.cos(angle), foot[1] + length * np.sin(angle))
        green = (int(rng.integers(20, 70)), int(rng.integers(80, 150)), int(rng.integers(30, 80)))
        draw.line([foot, tip], fill=green, width=int(rng.integers(3, 12)))


def _strand(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    x, y = rng.uniform(60, 560), rng.uniform(40, 190)
    shade = int(rng.integers(18, 70))
    fill = (shade, shade * 3 // 4, shade // 2)
    draw.line(_doubled([(x, y), (x + rng.uniform(-26, 26), y + rng.uniform(20, 70))]), fill=fill, width=5)


def _eye(draw: ImageDraw.ImageDraw, x: int, *, eyes_open: bool) -> None:
    _oval(draw, (x, 268), (46, 9), (52, 36, 26))
    if eyes_open:
        _oval(draw, (x, 318), (36, 17), (232, 228, 222))
        _oval(draw, (x, 318), (15, 15), (66, 46, 30))
        _oval(draw, (x + 5, 313), (4, 4), (250, 250, 250))
    else:
        _oval(draw, (x, 320), (36, 4), (104, 66, 48))


def _oval(
    draw: ImageDraw.ImageDraw,
    middle: tuple[float, float],
    reach: tuple[float, float],
    fill: int | tuple[int, int, int],
) -> None:
    (x, y), (wide, high) = middle, reach
    draw.ellipse([*_doubled([(x - wide, y - high)])[0], *_doubled([(x + wide, y + high)])[0]], fill=fill)


def _doubled(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(x * _SHARPER, y * _SHARPER) for x, y in points]
