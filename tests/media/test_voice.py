"""Another voice: pitch and formants both move, apart; words stay where they were."""

import subprocess
from pathlib import Path

import ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.media.programs import MediaPrograms
from pipeline.media.voice import altered, draw_change

RATE = 48_000
PITCH, FORMANT = 120.0, 900.0
Sound = NDArray[np.float32]


def _voice(seconds: float) -> Sound:
    """A hum with one formant: what a throat of one size gives."""
    times = np.arange(round(seconds * RATE)) / RATE
    harmonics = [n * PITCH for n in range(1, 40)]
    strength = [np.exp(-(((f - FORMANT) / 180) ** 2)) + 0.02 for f in harmonics]
    tones = [s * np.sin(2 * np.pi * f * times) for f, s in zip(harmonics, strength, strict=True)]
    return (0.05 * np.sum(tones, axis=0)).astype(np.float32)


def _alter(sound: Sound, folder: Path) -> Sound:
    (folder / "in.raw").write_bytes(sound.tobytes())
    form = {"f": "f32le", "ar": RATE}
    opened = ffmpeg.input(str(folder / "in.raw"), **form, ac=1)
    change = draw_change(len(sound) / RATE)
    written = ffmpeg.output(altered(opened.audio, change, MediaPrograms()), "-", **form, ac=1)
    arguments = ["ffmpeg", "-v", "error", "-nostdin", *written.get_args()]
    return np.frombuffer(subprocess.run(arguments, check=True, capture_output=True).stdout, np.float32)


def _pitch_and_formant(sound: Sound) -> tuple[float, float]:
    part = sound[RATE : 3 * RATE]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
    frequencies = np.fft.rfftfreq(len(part), 1 / RATE)
    echo = np.fft.irfft(spectrum)
    first, last = RATE // 300, RATE // 60
    pitch = RATE / (first + int(np.argmax(echo[first:last])))
    heard = (frequencies > 400) & (frequencies < 2000)
    return pitch, float(np.average(frequencies[heard], weights=spectrum[heard]))


@pytest.mark.parametrize("_time", range(2))
def test_pitch_and_formants_move_by_factors_of_their_own(tmp_path: Path, _time: int) -> None:
    voice = _voice(4.0)
    pitch, formant = _pitch_and_formant(voice)
    assert pitch == pytest.approx(PITCH, rel=0.02)
    other_pitch, other_formant = _pitch_and_formant(_alter(voice, tmp_path))
    by_pitch, by_formant = abs(np.log(other_pitch / pitch)), abs(np.log(other_formant / formant))
    assert by_pitch > 0.12
    assert by_formant > 0.08
    assert abs(by_pitch - by_formant) > 0.015


def test_words_stay_where_they_were(tmp_path: Path) -> None:
    moments = [1.0, 2.5, 4.0, 5.5]
    sound = 0.05 * _voice(7.0)
    for moment in moments:
        first = round(moment * RATE)
        sound[first : first + RATE // 50] += np.random.default_rng(1).normal(0, 0.3, RATE // 50).astype(np.float32)
    out = _alter(sound, tmp_path)
    assert len(out) / RATE == pytest.approx(7.0, abs=0.05)
    for moment in moments:
        near = out[round((moment - 0.3) * RATE) : round((moment + 0.3) * RATE)] ** 2
        heard = moment - 0.3 + float(np.argmax(np.convolve(near, np.ones(960), "same"))) / RATE - 0.01
        assert heard == pytest.approx(moment, abs=0.04)


def test_no_two_recordings_are_changed_alike() -> None:
    changes = [draw_change(60.0) for _ in range(8)]
    assert len({change.formants for change in changes}) == len(changes)
    assert all(len({factor for _, factor in change.pitches}) > 20 for change in changes)
