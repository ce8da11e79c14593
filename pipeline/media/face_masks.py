"""Pictures that say where to blur, made one by one as they are taken: white is blurred, black is left."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from pipeline.media.face_tracks import Blur, FaceTracks

MASK_SIZE = (256, 144)
"""Margins are many times what one of its points is."""

MASK_FORMAT = "yuv420p"


def mask_pictures(tracks: FaceTracks, rate: Fraction, frames: int) -> Iterator[bytes]:
    """One mask for each picture of an encode, in all three planes: colours are blurred where light is."""
    for number in range(frames):
        yield _draw(tracks.blur_at(float(number / rate)))


def _draw(blur: Blur) -> bytes:
    width, height = MASK_SIZE
    mask = np.full((height, width), 255 if blur.is_whole else 0, np.uint8)
    for box in blur.boxes:
        left, right = int(box.left * width) // 2 * 2, -int(-box.right * width // 2) * 2
        top, bottom = int(box.top * height) // 2 * 2, -int(-box.bottom * height // 2) * 2
        mask[top:bottom, left:right] = 255
    small = mask[::2, ::2].tobytes()
    return mask.tobytes() + small + small
