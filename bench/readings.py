"""Texts read aloud with times that are known: by espeak-ng in other voices than the aligner's, or from a folder.

A folder holds pairs of `NAME.ogg` and `NAME.json`: `language` and `sentences` with `text` and `start`, in seconds.
"""

import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pipeline.captions.alignment.voices import SAMPLE_RATE, read_lines
from pipeline.domain.errors import FinalError
from pipeline.media.programs import MediaPrograms, file_url
from pipeline.processes import run_program
from presession.demo.texts import STATEMENTS_DIR

BESIDE = Path(__file__).parents[2] / "shared" / "media" / "speech"
"""Where real speech may lie beside this checkout."""

Samples = npt.NDArray[np.int16]

_WRONG_TIMES = {"lecteur_fr": (0.0, 100.0), "udhr_fr": (3.0, 6.0)}
"""Between which seconds given times are known to be wrong: lines would last 1.6 or 7 s that otherwise take 3.5."""

_LONGEST_CUE = 76
_PAUSES = (0.03, 0.3, 0.55, 0.12, 0.9)
_LEAD_SECONDS = 0.7
_ROOM = 12.0
_DEADLINE_SECONDS = 300


@dataclass(frozen=True)
class Speaker:
    """A voice of espeak-ng that the aligner does not use."""

    language: str
    voice: str
    words_a_minute: int


SPEAKERS = (
    Speaker("en", "en-gb-scotland+m3", 150),
    Speaker("fr", "fr-be+f4", 195),
    Speaker("es", "es-419+m7", 172),
)


@dataclass(frozen=True)
class Reading:
    """A sound and its cues: `starts` in seconds, nan where not known; `is_spoken` is false for one that is not said."""

    name: str
    language: str
    texts: tuple[str, ...]
    starts: npt.NDArray[np.float64]
    is_spoken: npt.NDArray[np.bool_]
    sound: Samples

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return len(self.sound) / SAMPLE_RATE

    def with_texts(self, texts: Sequence[str]) -> "Reading":
        """The same sound with a text that nobody says."""
        unknown = np.full(len(texts), np.nan)
        return replace(self, texts=tuple(texts), starts=unknown, is_spoken=np.zeros(len(texts), bool))


def made_reading(speaker: Speaker, texts: Sequence[str]) -> Reading:
    """The texts read one after the other with pauses of different lengths, some next to none, in a quiet room."""
    pieces: list[npt.NDArray[np.float64]] = [np.zeros(round(_LEAD_SECONDS * SAMPLE_RATE))]
    starts: list[float] = []
    for number, spoken in enumerate(read_lines(texts, speaker.voice, speaker.words_a_minute)):
        starts.append(sum(map(len, pieces)) / SAMPLE_RATE)
        pieces += [spoken.astype(np.float64), np.zeros(round(_PAUSES[number % len(_PAUSES)] * SAMPLE_RATE))]
    sound = np.concatenate(pieces)
    sound += np.random.default_rng(1).standard_normal(len(sound)) * _ROOM
    said = np.ones(len(texts), bool)
    return Reading(
        f"{speaker.voice} {speaker.words_a_minute}",
        speaker.language,
        tuple(texts),
        np.array(starts),
        said,
        clipped(sound),
    )


def phrases(language: str) -> tuple[str, ...]:
    """What the demonstration's speakers say, in one language: about five minutes."""
    files = sorted(STATEMENTS_DIR.glob("*.toml"))
    return tuple(
        phrase[language] for file in files for phrase in tomllib.loads(file.read_text(encoding="utf-8"))["phrase"]
    )


def real_readings(folder: Path, programs: MediaPrograms) -> Iterator[Reading]:
    """Recordings of the folder, cut into cues; nothing where there is no folder."""
    for path in sorted(folder.glob("*.json")):
        known = json.loads(path.read_text(encoding="utf-8"))
        cues = [(text, start) for sentence in known["sentences"] for text, start in _cues(sentence)]
        starts = np.array([start for _, start in cues])
        first, last = _WRONG_TIMES.get(path.stem, (0.0, 0.0))
        starts[(starts >= first) & (starts < last)] = np.nan
        texts = tuple(text for text, _ in cues)
        sound = _decoded(path.with_suffix(".ogg"), programs)
        yield Reading(path.stem, known["language"], texts, starts, np.ones(len(texts), bool), sound)


def write_recording(reading: Reading, path: Path, programs: MediaPrograms) -> Path:
    """The sound as a file that intake would take (Matroska)."""
    argv = [programs.ffmpeg, "-v", "error", "-y", "-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1", "-i", "pipe:0"]
    argv += ["-c:a", "pcm_s16le", "-f", "matroska", file_url(path)]
    data = reading.sound.astype("<i2").tobytes()
    result = run_program(argv, stdin=[data], deadline_seconds=_DEADLINE_SECONDS)
    if result.returncode != 0:
        raise FinalError(f"The bench could not write a reading: {result.last_words}")
    return path


def clipped(sound: npt.NDArray[np.float64]) -> Samples:
    """Whole samples within 16 bits."""
    return np.clip(sound, -32768, 32767).astype(np.int16)


def _cues(sentence: dict[str, str]) -> Iterator[tuple[str, float]]:
    """Even pieces of a sentence, of which only the first one's start is known."""
    words = iter(sentence["text"].split())
    pieces = -(-len(sentence["text"]) // _LONGEST_CUE)
    a_piece = -(-len(sentence["text"].split()) // pieces)
    start = float(sentence["start"])
    while piece := list(islice(words, a_piece)):
        yield " ".join(piece), start
        start = float("nan")


def _decoded(path: Path, programs: MediaPrograms) -> Samples:
    argv = [programs.ffmpeg, "-v", "error", "-nostdin", "-i", file_url(path), "-ac", "1", "-ar", str(SAMPLE_RATE)]
    pieces: list[bytes] = []
    result = run_program(
        [*argv, "-f", "s16le", "pipe:1"], deadline_seconds=_DEADLINE_SECONDS, on_stdout_bytes=pieces.append
    )
    if result.returncode != 0:
        raise FinalError(f"The bench could not read {path.name}: {result.last_words}")
    return np.frombuffer(b"".join(pieces), np.int16)
