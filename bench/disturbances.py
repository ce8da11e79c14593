"""What happens to readings: noise, music before, silence before, a sentence left out, a sentence added."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from bench.readings import Reading, clipped
from pipeline.captions.alignment.voices import SAMPLE_RATE

Sound = npt.NDArray[np.float64]

_NOISE_DB = -10.0
_BEFORE_SECONDS = {"music": 15.0, "silence": 10.0}
_CHORD_SECONDS = 0.5
_ADDED_SECONDS = 10.0
_CHORDS = (
    ("C", 261.6, 329.6, 392.0),
    ("F", 349.2, 440.0, 523.3),
    ("G", 392.0, 493.9, 587.3),
    ("a", 220.0, 261.6, 329.6),
)


def with_noise(reading: Reading, decibels: float = _NOISE_DB) -> Reading:
    """Pink noise so many decibels above the voice."""
    voice = reading.sound.astype(np.float64)
    return replace(reading, sound=clipped(voice + _pink(len(voice)) * _level(voice) * 10 ** (decibels / 20)))


def with_music_before(reading: Reading) -> Reading:
    """A quarter of a minute of chords."""
    music = _music(_BEFORE_SECONDS["music"]) * _level(reading.sound.astype(np.float64)) * 0.7
    return _after(reading, music)


def with_silence_before(reading: Reading) -> Reading:
    """Ten seconds in which the microphone is on."""
    hush = np.random.default_rng(3).standard_normal(round(_BEFORE_SECONDS["silence"] * SAMPLE_RATE)) * 3
    return _after(reading, hush)


def with_gap(reading: Reading) -> Reading:
    """Two cues or more in the middle that stand in the text and are not said."""
    first, last = _middle(reading)
    starts = reading.starts.copy()
    cut = slice(*(round(starts[place] * SAMPLE_RATE) for place in (first, last)))
    starts[last:] -= (cut.stop - cut.start) / SAMPLE_RATE
    starts[first:last] = np.nan
    is_spoken = reading.is_spoken.copy()
    is_spoken[first:last] = False
    sound = np.concatenate([reading.sound[: cut.start], reading.sound[cut.stop :]])
    return replace(reading, sound=sound, starts=starts, is_spoken=is_spoken)


def with_remark(reading: Reading, other: Reading) -> Reading:
    """Ten seconds of another reading in the middle, which the text does not have."""
    place, _ = _middle(reading)
    moment = round((reading.starts[place] - 0.02) * SAMPLE_RATE)
    begin = round(other.starts[_middle(other)[0]] * SAMPLE_RATE)
    remark = other.sound[begin : begin + round(_ADDED_SECONDS * SAMPLE_RATE)]
    starts = reading.starts.copy()
    starts[place:] += len(remark) / SAMPLE_RATE
    return replace(
        reading, sound=np.concatenate([reading.sound[:moment], remark, reading.sound[moment:]]), starts=starts
    )


def with_other_words(reading: Reading, other: Reading) -> Reading:
    """A text of which two cues or more in the middle are not what is said there."""
    first, last = _middle(reading)
    texts = (*reading.texts[:first], *other.texts[first % 5 :][: last - first], *reading.texts[last:])
    starts, is_spoken = reading.starts.copy(), reading.is_spoken.copy()
    starts[first:last], is_spoken[first:last] = np.nan, False
    return replace(reading, texts=texts, starts=starts, is_spoken=is_spoken)


DISTURBANCES: Mapping[str, Callable[[Reading], Reading]] = {
    "clean": lambda reading: reading,
    "noise": with_noise,
    "music before": with_music_before,
    "silence before": with_silence_before,
    "sentence left out": with_gap,
}
"""By name; `with_remark` needs another reading, too."""


def disturbed_places(reading: Reading) -> tuple[int, int]:
    """First and last cue that what `with_gap` and `with_remark` do may cost: those left out, and their neighbours."""
    first, last = _middle(reading)
    return first - 1, last


def _middle(reading: Reading) -> tuple[int, int]:
    """Two cues with known starts about the middle, two or more apart."""
    known = np.flatnonzero(~np.isnan(reading.starts))
    first = int(known[len(known) // 2])
    return first, int(known[known >= first + 2][0])


def _after(reading: Reading, before: Sound) -> Reading:
    sound = clipped(np.concatenate([before, reading.sound.astype(np.float64)]))
    return replace(reading, sound=sound, starts=reading.starts + len(before) / SAMPLE_RATE)


def _level(voice: Sound) -> float:
    """Root of the mean power where there is a voice."""
    blocks = voice[: len(voice) // 441 * 441].reshape(-1, 441)
    power = (blocks**2).mean(axis=1)
    return float(np.sqrt(power[power > 0.05 * power.mean()].mean()))


def _pink(size: int) -> Sound:
    spectrum = np.fft.rfft(np.random.default_rng(2).standard_normal(size))
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(1, np.arange(len(spectrum)))), size)
    return np.asarray(noise / noise.std())


def _music(seconds: float) -> Sound:
    times = np.arange(round(_CHORD_SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    fading = np.exp(-2 * times)
    chords = [
        sum(np.sin(2 * np.pi * tone * over * times) / over for tone in tones for over in (1, 2, 3)) * fading
        for _, *tones in _CHORDS
    ]
    count = round(seconds / _CHORD_SECONDS)
    music = np.concatenate([chords[place % len(chords)] for place in range(count)])
    return np.asarray(music / music.std())
