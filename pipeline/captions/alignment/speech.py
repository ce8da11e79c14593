"""Where a recording has sound and where it pauses, by its level above the noise alone."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.captions.alignment.spectra import FRAME_SECONDS, Floats

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]

_SHORTEST_PAUSE = 10
_SHORTEST_SOUND = 4
_LEAST_POWER = 1e-9
_FLOOR_PART, _VOICE_PART = 5, 90
_NOISE_PART, _STRETCH = 10, 1000
_NARROW, _WIDE = 3, 9
_NOISY_RANGE_DB = 20.0
_ABOVE_FLOOR_DB = 1.5
_BETWEEN, _OFFSET_DB = 0.35, 2.0
_LONGEST_BREATH, _BREATH_PART = 30, 0.7
_AROUND_SOUND = 3
_FEWEST_QUIET = 20


@dataclass(frozen=True)
class Runs:
    """Stretches of sound, each from frame `firsts[n]` to before frame `ends[n]`."""

    firsts: Ints
    ends: Ints


def runs_of_sound(spectra: Floats) -> Runs:
    """Stretches that stand out from what the pauses have, in all bands together; a pause is a tenth of a second at
    least. Steady noise is no sound, music is.
    """
    if not len(spectra) or spectra.max() <= _LEAST_POWER:
        return Runs(np.zeros(0, np.intp), np.zeros(0, np.intp))
    level = _levels(spectra, _NARROW)
    floor, voice = np.percentile(level, (_FLOOR_PART, _VOICE_PART))
    if voice - floor < _NOISY_RANGE_DB:
        level = _levels(spectra, _WIDE)
        floor, voice = np.percentile(level, (_FLOOR_PART, _VOICE_PART))
    is_sound = level > floor + max(_ABOVE_FLOOR_DB, _BETWEEN * (voice - floor) - _OFFSET_DB)
    runs = Runs(*edges(~_without_short(~_without_short(is_sound, _SHORTEST_SOUND), _SHORTEST_PAUSE)))
    return _without_breaths(runs, level, floor + _BREATH_PART * (voice - floor))


def noise(spectra: Floats, runs: Runs) -> Floats:
    """Power of each band between the runs; where there is no pause, that of the quietest frames."""
    quiet = np.ones(len(spectra), bool)
    for first, end in zip(runs.firsts, runs.ends, strict=True):
        quiet[max(0, first - _AROUND_SOUND) : end + _AROUND_SOUND] = False
    quiet &= spectra.sum(axis=1) > _LEAST_POWER
    if np.count_nonzero(quiet) < _FEWEST_QUIET:
        return np.asarray(np.percentile(spectra, _FLOOR_PART, axis=0), np.float32)
    return np.asarray(spectra[quiet].mean(axis=0), np.float32)


def _without_breaths(runs: Runs, level: Floats, faint: float) -> Runs:
    """Short sounds between pauses that stay faint are drawn breath: a line that begins after one would come early."""
    peaks = np.array([level[first:end].max() for first, end in zip(runs.firsts, runs.ends, strict=True)])
    kept = (runs.ends - runs.firsts > _LONGEST_BREATH) | (peaks > faint)
    return Runs(runs.firsts[kept], runs.ends[kept])


def _levels(spectra: Floats, width: int) -> Floats:
    """How far each frame stands above the noise in dB: the mean over all bands, each against its own noise."""
    sums = np.concatenate([np.zeros((1, spectra.shape[1])), np.cumsum(spectra, axis=0, dtype=np.float64)])
    places = np.arange(len(spectra))
    firsts, ends = np.maximum(0, places - width // 2), np.minimum(len(spectra), places + width // 2 + 1)
    smooth = np.maximum((sums[ends] - sums[firsts]) / (ends - firsts)[:, None], _LEAST_POWER)
    above = 10 * np.log10(smooth / _usual_noise(smooth))
    return np.asarray(np.maximum(above, 0).mean(axis=1), np.float32)


def edges(flags: Bools) -> tuple[Ints, Ints]:
    """Where stretches of true values begin, and before which place they end."""
    steps = np.diff(np.concatenate(([0], flags.astype(np.int8), [0])))
    return np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)


def seconds_of(runs: Runs) -> float:
    """How long there is sound in all."""
    return float((runs.ends - runs.firsts).sum()) * FRAME_SECONDS


def _without_short(flags: Bools, shortest: int) -> Bools:
    kept = flags.copy()
    for first, end in zip(*edges(flags), strict=True):
        if end - first < shortest:
            kept[first:end] = False
    return kept


def _usual_noise(spectra: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Power of each band in the quieter frames of most stretches: a silent lead-in does not make noise of the room."""
    stretches = np.array_split(spectra, max(1, len(spectra) // _STRETCH))
    return np.asarray(np.median([np.percentile(stretch, _NOISE_PART, axis=0) for stretch in stretches], axis=0))
