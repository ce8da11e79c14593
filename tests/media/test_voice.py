"""Another voice: pitch and formants both move, apart; words stay where they were."""

import subprocess
from pathlib import Path

import ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.media.programs import MediaPrograms
from pipeline.media.voice import VoiceChange, altered, draw_change

RATE = 48_000
TONE, FORMANT = 220.0, 1600.0
Sound = NDArray[np.float32]
PROGRAMS = MediaPrograms()


def _hum(seconds: float) -> Sound:
    """A pitch and nothing else."""
    return (0.2 * np.sin(2 * np.pi * TONE * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def _whisper(seconds: float) -> Sound:
    """A formant and nothing else: what a throat of one size makes of breath."""
    size = round(seconds * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(7).normal(0, 1, size))
    throat = np.exp(-(((np.fft.rfftfreq(size, 1 / RATE) - FORMANT) / 300) ** 2))
    shaped = np.fft.irfft(spectrum * throat, size)
    return (0.2 * shaped / np.abs(shaped).max()).astype(np.float32)


def _alter(sound: Sound, change: VoiceChange, folder: Path, programs: MediaPrograms = PROGRAMS) -> Sound:
    (folder / "in.raw").write_bytes(sound.tobytes())
    form = {"f": "f32le", "ar": RATE}
    opened = ffmpeg.input(str(folder / "in.raw"), **form, ac=1)
    written = ffmpeg.output(altered(opened.audio, change, programs), "-", **form, ac=1)
    arguments = ["ffmpeg", "-v", "error", "-nostdin", *written.get_args()]
    return np.frombuffer(subprocess.run(arguments, check=True, capture_output=True).stdout, np.float32)


def _middle_frequency(sound: Sound) -> float:
    """Where the energy lies, on average."""
    part = sound[RATE : 3 * RATE]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
    return float(np.average(np.fft.rfftfreq(len(part), 1 / RATE), weights=spectrum))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(VoiceChange(0.83, ((0.0, 0.87),)), id="lower"),
        pytest.param(VoiceChange(1.2, ((0.0, 1.14),)), id="higher"),
    ],
)
def test_pitch_and_formants_move_by_factors_of_their_own(tmp_path: Path, change: VoiceChange) -> None:
    hum, whisper = _hum(4.0), _whisper(4.0)
    pitch = _middle_frequency(_alter(hum, change, tmp_path)) / _middle_frequency(hum)
    formant = _middle_frequency(_alter(whisper, change, tmp_path)) / _middle_frequency(whisper)
    assert pitch == pytest.approx(change.formants * change.pitches[0][1], rel=0.03)
    # Keeping the formants while the pitch moves on is approximate; that they move apart is what counts.
    assert abs(np.log(formant)) > 0.15
    assert abs(np.log(pitch / formant)) > 0.04


def test_without_the_filter_the_voice_moves_as_a_whole_and_sways(tmp_path: Path) -> None:
    poorer = tmp_path / "ffmpeg"
    poorer.write_text(f'#!/bin/sh\n{PROGRAMS.ffmpeg} "$@" | grep -v rubberband\n')
    poorer.chmod(0o700)
    change = VoiceChange(0.83, ((0.0, 0.87),), sway=(3.5, 0.5))
    out = _alter(_hum(4.0), change, tmp_path, MediaPrograms(ffmpeg=str(poorer)))
    assert len(out) / RATE == pytest.approx(4.0, abs=0.05)
    assert _middle_frequency(out) == pytest.approx(0.83 * TONE, rel=0.03)
    part = out[RATE : 3 * RATE]
    rising = np.flatnonzero((part[:-1] < 0) & (part[1:] >= 0))
    low, high = np.percentile(RATE / np.diff(rising), [5, 95])
    assert high / low > 1.04


def test_words_stay_where_they_were(tmp_path: Path) -> None:
    moments = [1.0, 2.5, 4.0, 5.5]
    sound = 0.05 * _hum(7.0)
    for moment in moments:
        first = round(moment * RATE)
        sound[first : first + RATE // 50] += np.random.default_rng(1).normal(0, 0.3, RATE // 50).astype(np.float32)
    out = _alter(sound, draw_change(7.0), tmp_path)
    assert len(out) / RATE == pytest.approx(7.0, abs=0.05)
    for moment in moments:
        near = out[round((moment - 0.3) * RATE) : round((moment + 0.3) * RATE)] ** 2
        heard = moment - 0.3 + float(np.argmax(np.convolve(near, np.ones(960), "same"))) / RATE - 0.01
        assert heard == pytest.approx(moment, abs=0.04)


def test_no_two_recordings_are_changed_alike() -> None:
    changes = [draw_change(60.0) for _ in range(8)]
    assert len({change.formants for change in changes}) == len(changes)
    for change in changes:
        assert len({factor for _, factor in change.pitches}) > 20
        moved = [abs(np.log(change.formants * factor)) for _, factor in change.pitches]
        assert min(moved) > 0.12
        assert min(moved) > abs(np.log(change.formants))
