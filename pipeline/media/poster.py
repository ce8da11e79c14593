"""The poster: the clearest of a few pictures from the beginning, as a small JPEG that says nothing but itself."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFilter, ImageStat

MAX_BYTES = 40_000
_BEST_QUALITY = 85
_LOWEST_QUALITY = 35
_THUMBNAIL = (160, 90)


def write_poster(candidates: list[Path], target: Path) -> None:
    """Choose among PNG files and write a JPEG of at most 40 kB without any metadata."""
    best = max(candidates, key=_clearness)
    with Image.open(best) as image:
        target.write_bytes(_fitting_jpeg(image.convert("RGB")))


def _clearness(path: Path) -> float:
    """Contrast and edges of a thumbnail: black, blank and blurred pictures come last."""
    with Image.open(path) as image:
        small = image.convert("L").resize(_THUMBNAIL)
    edges = ImageStat.Stat(small.filter(ImageFilter.FIND_EDGES)).stddev[0]
    return edges + ImageStat.Stat(small).stddev[0]


def _fitting_jpeg(image: Image.Image) -> bytes:
    while True:
        for quality in range(_BEST_QUALITY, _LOWEST_QUALITY - 1, -10):
            # A new picture from the bare pixels: nothing of the file's own metadata can come along.
            buffer = BytesIO()
            Image.frombytes("RGB", image.size, image.tobytes()).save(
                buffer, "JPEG", quality=quality, optimize=True, progressive=True
            )
            if buffer.tell() <= MAX_BYTES:
                return buffer.getvalue()
        image = image.resize((image.width // 2, image.height // 2))
