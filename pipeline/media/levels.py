"""Which gain and which ceiling bring a sound to its target: first by what intake heard, then by what came of it."""

import re
from dataclasses import dataclass

from pipeline.media.ladder import Loudness
from pipeline.media.report import AudioFacts

_MAX_GAIN_DB = 46.0
"""What needs more is no voice: it would make hiss a storm."""

_CODEC_OVERSHOOT_DB = 1.0
"""AAC peaks lie about this much above the peaks that went in."""

_DEEP_LIMITING_DB = 3.0
_NEAR_LU = 0.25
_PEAK_MARGIN_DB = 0.2
_PEAK_WEIGHT = 100.0
_SILENCE_LUFS = -70.0
_SUMMARY = re.compile(r"^\s*(?:\[[^\]]*\]\s*)*(I|Peak):\s+(\S+) (?:LUFS|dBFS)\s*$")


@dataclass(frozen=True)
class Levels:
    """A linear gain, and the level above which a limiter works (sample peaks at four times the rate), if one does."""

    gain_db: float
    ceiling_db: float | None = None


@dataclass(frozen=True)
class Heard:
    """What ebur128 says of a sound; None where there is nothing to hear."""

    loudness_lufs: float | None = None
    true_peak_dbtp: float | None = None


class HeardReader:
    """Reads ebur128's summary in ffmpeg's log, which must be at level info."""

    def __init__(self) -> None:
        self._values: dict[str, float] = {}

    def take(self, line: str) -> None:
        """Take one line; the last summary counts."""
        match = _SUMMARY.match(line)
        if match:
            self._values[match[1]] = float(match[2])

    @property
    def heard(self) -> Heard:
        """What was read."""
        loudness = self._values.get("I", _SILENCE_LUFS)
        peak = self._values.get("Peak", float("-inf"))
        is_silent = not loudness > _SILENCE_LUFS
        return Heard(None if is_silent else loudness, peak if peak > float("-inf") else None)


def first_levels(audio: AudioFacts, loudness: Loudness) -> Levels:
    """By loudness and peak of the source. Silence stays silence."""
    if audio.loudness_lufs is None:
        return Levels(0.0)
    gain = min(loudness.target_lufs - audio.loudness_lufs, _MAX_GAIN_DB)
    peak = audio.true_peak_dbtp
    ceiling = _highest(loudness)
    return Levels(gain, ceiling if peak is not None and peak + gain > ceiling else None)


def _highest(loudness: Loudness) -> float:
    return loudness.max_true_peak_dbtp - _CODEC_OVERSHOOT_DB


def is_deep(levels: Levels, audio: AudioFacts) -> bool:
    """Whether the limiter takes so much that the loudness behind it has to be measured."""
    if levels.ceiling_db is None or audio.true_peak_dbtp is None:
        return False
    return audio.true_peak_dbtp + levels.gain_db > levels.ceiling_db + _DEEP_LIMITING_DB


def corrected(levels: Levels, heard: Heard, loudness: Loudness, *, boldness: float = 1.0) -> Levels | None:
    """Other levels for a sound that came out too quiet, too loud or with peaks too high; None when it is right.

    `boldness` is the part of a missing loudness that is given at once: where limiter, encoder and the gate of the
    measure play together, a whole step can go too far.
    """
    if heard.loudness_lufs is None or heard.true_peak_dbtp is None:
        return None
    missing = loudness.target_lufs - heard.loudness_lufs
    step = missing * boldness if abs(missing) > _NEAR_LU else 0.0
    gain = min(levels.gain_db + step, _MAX_GAIN_DB)
    ceiling = levels.ceiling_db
    excess = _excess(heard.true_peak_dbtp, loudness)
    if excess > 0:
        ceiling = (_highest(loudness) if ceiling is None else ceiling) - excess
    elif ceiling is None and excess + step > 0:
        ceiling = _highest(loudness)
    wanted = Levels(gain, ceiling)
    return wanted if wanted != levels else None


def distance(heard: Heard, loudness: Loudness) -> float:
    """How far a sound is from what it should be; a peak that is too high counts more than any loudness."""
    if heard.loudness_lufs is None or heard.true_peak_dbtp is None:
        return 0.0
    too_high = max(0.0, _excess(heard.true_peak_dbtp, loudness) - _PEAK_MARGIN_DB)
    return abs(loudness.target_lufs - heard.loudness_lufs) + _PEAK_WEIGHT * too_high


def _excess(true_peak_dbtp: float, loudness: Loudness) -> float:
    return true_peak_dbtp - (loudness.max_true_peak_dbtp - _PEAK_MARGIN_DB)
