"""The poster: the clearest of a few pictures from the beginning, as a small JPEG that says nothing but itself."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFilter, ImageStat

MAX_BYTES = 40_000
_QUALITIES = (85, 75, 65, 55, 45)
_SHRINKING = 0.75
_THUMBNAIL = (160, 90)


def write_poster(candidates: list[Path], target: Path) -> None:
    """Choose among images and write a JPEG of at most 40 kB without any metadata."""
    best = max(candidates, key=_clearness)
    with Image.open(best) as image:
        target.write_bytes(_fitting_jpeg(image.convert("RGB")))


def _clearness(path: Path) -> float:
    """Contrast and edges of a thumbnail: black, blank and blurred pictures come last."""
    with Image.open(path) as image:
        small = image.resize(_THUMBNAIL, Image.Resampling.BOX).convert("L")
    edges = ImageStat.Stat(small.filter(ImageFilter.FIND_EDGES)).stddev[0]
    return edges + ImageStat.Stat(small).stddev[0]


def _fitting_jpeg(image: Image.Image) -> bytes:
    while True:
        for quality in _QUALITIES:
            data = bare_jpeg(image, quality)
            if len(data) <= MAX_BYTES:
                return data
        image = image.resize((round(image.width * _SHRINKING), round(image.height * _SHRINKING)))


def bare_jpeg(image: Image.Image, quality: int) -> bytes:
    """A JPEG from the bare pixels of an RGB picture: nothing of a file's own metadata can come along."""
    buffer = BytesIO()
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    bare.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    return buffer.getvalue()
