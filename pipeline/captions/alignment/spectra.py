"""Mel spectra of sound, ten milliseconds at a time, computed block by block as it comes."""

import functools

import numpy as np
import numpy.typing as npt

from pipeline.captions.alignment.voices import SAMPLE_RATE

Floats = npt.NDArray[np.float32]

HOP = 220
"""Samples between frames: ten milliseconds."""

FRAME_SECONDS = HOP / SAMPLE_RATE
BANDS = 26

_WINDOW = 512
_LOWEST_HERTZ, _HIGHEST_HERTZ = 100.0, 7000.0
_PRE_EMPHASIS = 0.97
_BLOCK_FRAMES = 1000
_BLOCK_BYTES = 2 * HOP * _BLOCK_FRAMES


class SpectrumStream:
    """Takes 16-bit samples as bytes in pieces of any size; of the sound only the spectra are kept."""

    def __init__(self) -> None:
        self._rest = bytearray(2 * (_WINDOW // 2))
        self._done: list[Floats] = []

    def take(self, data: bytes) -> None:
        """Use the next piece."""
        self._rest += data
        while len(self._rest) >= _BLOCK_BYTES + 2 * _WINDOW:
            block = bytes(self._rest[: _BLOCK_BYTES + 2 * (_WINDOW - HOP)])
            self._done.append(_powers(np.frombuffer(block, "<i2")))
            del self._rest[:_BLOCK_BYTES]

    def finish(self) -> Floats:
        """Power in each band (frames, `BANDS`), samples being counted as parts of one; the middle of frame n lies at
        n times `FRAME_SECONDS`.
        """
        rest = np.frombuffer(bytes(self._rest[: len(self._rest) // 2 * 2]), "<i2")
        padded = np.append(rest, np.zeros(_WINDOW // 2, np.int16))
        if len(padded) >= _WINDOW:
            self._done.append(_powers(padded))
        return np.concatenate(self._done) if self._done else np.zeros((0, BANDS), np.float32)


def spectra(sound: npt.NDArray[np.int16]) -> Floats:
    """The same of sound that is at hand whole."""
    stream = SpectrumStream()
    stream.take(sound.astype("<i2").tobytes())
    return stream.finish()


def _powers(sound: npt.NDArray[np.int16]) -> Floats:
    samples = sound.astype(np.float32) / 32768
    samples[1:] -= _PRE_EMPHASIS * samples[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::HOP]
    spectrum = np.fft.rfft(frames * _hamming(), axis=1)
    return np.asarray((spectrum.real**2 + spectrum.imag**2) @ _mel_filters(), np.float32)


@functools.cache
def _hamming() -> Floats:
    return np.hamming(_WINDOW).astype(np.float32)


@functools.cache
def _mel_filters() -> Floats:
    """Triangles (bins, `BANDS`), evenly spaced on the mel scale of O'Shaughnessy."""
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (_LOWEST_HERTZ, _HIGHEST_HERTZ))
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(_WINDOW, 1 / SAMPLE_RATE)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
