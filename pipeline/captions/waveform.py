"""The outline of a recording's sound, fine enough to see where a word begins."""

from pathlib import Path

import numpy as np

from pipeline.captions.alignment.hearing import Streams, read_sound
from pipeline.media.programs import MediaPrograms

POINTS_A_SECOND = 100
_RATE = 8000
_SAMPLES_A_POINT = _RATE // POINTS_A_SECOND
_BLOCK = 2 * _SAMPLES_A_POINT
_FULL_SCALE = 32768
_HIGHEST = 255


def draw_waveform(recording: Path, streams: Streams | None, work_dir: Path, programs: MediaPrograms) -> bytes:
    """One byte for every hundredth of a second from the recording's beginning: its highest sample, 255 at full scale.

    Empty where no sound can be read. Raises `InputRefused` for what is no recording.
    """
    outline = _Outline()
    read_sound(recording, streams, work_dir, programs, outline.take, rate=_RATE)
    return bytes(outline.points)


class _Outline:
    """Takes samples in blocks of any length."""

    def __init__(self) -> None:
        self.points = bytearray()
        self._rest = b""

    def take(self, block: bytes) -> None:
        """Samples of 16 bits, as they come."""
        known = self._rest + block
        whole = len(known) - len(known) % _BLOCK
        self._rest = known[whole:]
        samples = np.frombuffer(known[:whole], dtype="<i2").astype(np.int32).reshape(-1, _SAMPLES_A_POINT)
        highest = np.abs(samples).max(axis=1)
        self.points += np.minimum(_HIGHEST, highest * (_HIGHEST + 1) // _FULL_SCALE).astype(np.uint8).tobytes()
