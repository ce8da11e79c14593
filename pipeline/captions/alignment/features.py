"""What is compared: cepstra of sound without its pauses, in frames of forty milliseconds that know their neighbours."""

from dataclasses import dataclass

import numpy as np

from pipeline.captions.alignment.spectra import BANDS, Floats
from pipeline.captions.alignment.speech import Ints, Runs

COEFFICIENTS = 12
GROUP = 4
"""Frames of ten milliseconds in one of the search."""

_SLOPE = 2
_NEIGHBOURS = 2
_LEAST_POWER = 1e-10


@dataclass(frozen=True)
class Frames:
    """Frames of the search: `vectors` (frames, 24), and of what frames of ten milliseconds each was made."""

    vectors: Floats
    firsts: Ints
    ends: Ints


def frames_of(spectra: Floats, runs: Runs) -> Frames:
    """Cepstra and their slopes, averaged over groups within each run of sound."""
    cepstra = np.log(np.maximum(spectra, _LEAST_POWER)) @ _cosines()
    both = np.hstack([cepstra, _slopes(cepstra)])
    firsts = np.concatenate(
        [np.zeros(0, np.intp), *(np.arange(a, b, GROUP) for a, b in zip(runs.firsts, runs.ends, strict=True))]
    ).astype(np.intp)
    ends = (
        np.minimum(firsts + GROUP, runs.ends[np.searchsorted(runs.firsts, firsts, "right") - 1])
        if len(firsts)
        else firsts
    )
    sums = np.concatenate([np.zeros((1, both.shape[1])), np.cumsum(both, axis=0, dtype=np.float64)])
    vectors = (sums[ends] - sums[firsts]) / np.maximum(1, ends - firsts)[:, None]
    return Frames(vectors.astype(np.float32), firsts, ends)


def normalised(vectors: Floats) -> Floats:
    """Each coefficient with mean 0 and deviation 1 over the whole: room, microphone and voice count less."""
    if not len(vectors):
        return vectors
    return np.asarray((vectors - vectors.mean(axis=0)) / (vectors.std(axis=0) + 1e-6), np.float32)


def stacked(vectors: Floats) -> Floats:
    """Each frame with two neighbours on either side, of length 1: a product of two is their likeness."""
    padded = np.pad(vectors, ((_NEIGHBOURS, _NEIGHBOURS), (0, 0)), "edge")
    width = 2 * _NEIGHBOURS + 1
    wide = np.hstack([padded[shift : shift + len(vectors)] for shift in range(width)])
    return np.asarray(wide / (np.linalg.norm(wide, axis=1, keepdims=True) + 1e-6), np.float32)


def _cosines() -> Floats:
    orders = np.arange(1, COEFFICIENTS + 1)
    return np.cos(np.pi * (np.arange(BANDS)[:, None] + 0.5) * orders / BANDS).astype(np.float32)


def _slopes(cepstra: Floats) -> Floats:
    padded = np.pad(cepstra, ((_SLOPE, _SLOPE), (0, 0)), "edge")
    size = len(cepstra)
    rise = sum(
        step * (padded[_SLOPE + step :][:size] - padded[_SLOPE - step :][:size]) for step in range(1, _SLOPE + 1)
    )
    return np.asarray(rise / (2 * sum(step**2 for step in range(1, _SLOPE + 1))), np.float32)
