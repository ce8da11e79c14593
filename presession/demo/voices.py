"""Reads a statement aloud with espeak-ng, phrase by phrase, so that every phrase's times are known exactly."""

import wave
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.domain.errors import FinalError
from pipeline.processes import run_program
from presession.demo.texts import DemoStatement

SAMPLE_RATE = 22_050
"""What espeak-ng speaks at."""

Samples = npt.NDArray[np.int16]

_VOICES = {"en": ("en-gb", "en-us", "en-029"), "fr": ("fr-fr", "fr-be"), "es": ("es-419", "es")}
_WORDS_A_MINUTE = 172
_PAUSE_SECONDS = 0.35
_LEAD_SECONDS = 0.8
_SPEAK_DEADLINE_SECONDS = 60


@dataclass(frozen=True)
class SpokenPhrase:
    """When one phrase of a statement is heard; `index` counts its phrases from 0."""

    start_seconds: float
    end_seconds: float
    index: int


@dataclass(frozen=True)
class Reading:
    """A statement read aloud: the sound, and when each phrase is heard."""

    sound: Samples
    phrases: tuple[SpokenPhrase, ...]

    @property
    def duration_seconds(self) -> float:
        """Length of the sound."""
        return len(self.sound) / SAMPLE_RATE


def read_aloud(statement: DemoStatement, *, at_least_seconds: float, work_dir: Path) -> Reading:
    """Read a whole statement, then from its beginning again until it has lasted long enough.

    `work_dir` takes the pieces.
    """
    spoken = [_speak(statement, index, work_dir) for index in range(len(statement.phrases))]
    pieces: list[Samples] = [_silence(_LEAD_SECONDS)]
    phrases: list[SpokenPhrase] = []
    written = len(pieces[0])
    for index in cycle(range(len(spoken))):
        if len(phrases) >= len(spoken) and written >= at_least_seconds * SAMPLE_RATE:
            break
        start, written = written, written + len(spoken[index])
        phrases.append(SpokenPhrase(start / SAMPLE_RATE, written / SAMPLE_RATE, index))
        pieces += [spoken[index], _silence(_PAUSE_SECONDS)]
        written += len(pieces[-1])
    return Reading(np.concatenate(pieces), tuple(phrases))


def write_wav(sound: Samples, path: Path) -> None:
    """Write mono sound as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(sound.tobytes())


def loudness_steps(sound: Samples, *, frames_a_second: float, steps: int) -> list[int]:
    """How far a mouth stands open in each frame, from 0 to `steps` - 1."""
    width = round(SAMPLE_RATE / frames_a_second)
    frames = np.append(sound, np.zeros(-len(sound) % width, np.int16)).reshape(-1, width)
    level = np.sqrt(np.mean(frames.astype(np.float64) ** 2, axis=1))
    loud = float(np.percentile(level, 95)) or 1.0
    return [int(step) for step in np.clip(level / loud * steps, 0, steps - 1)]


def _speak(statement: DemoStatement, index: int, work_dir: Path) -> Samples:
    path = work_dir / f"phrase-{index}.wav"
    choices = _VOICES[statement.language]
    argv = ["espeak-ng", "-v", choices[(statement.position - 1) % len(choices)]]
    argv += ["-s", str(_WORDS_A_MINUTE), "-p", str(35 + 9 * (statement.position % 4))]
    argv += ["-w", str(path), statement.phrases[index][statement.language]]
    result = run_program(argv, deadline_seconds=_SPEAK_DEADLINE_SECONDS)
    if result.returncode != 0:
        raise FinalError(f"espeak-ng could not read a statement aloud: {result.stderr_tail.strip()}")
    return _without_final_silence(_read_wav(path))


def _read_wav(path: Path) -> Samples:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)


def _without_final_silence(sound: Samples) -> Samples:
    heard = np.flatnonzero(np.abs(sound.astype(np.int32)) > 100)
    return sound[: int(heard[-1]) + 1] if len(heard) else sound


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.int16)
