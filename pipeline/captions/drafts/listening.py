"""A recording heard by a recogniser: its sound by our own guarded ffmpeg, and cues from the words that were heard."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np

from pipeline.captions.alignment.hearing import Streams, read_sound
from pipeline.captions.cues import milliseconds, plain_text
from pipeline.captions.drafts.drafting import SOUND_RATE, HeardWord, Sound
from pipeline.captions.splitting import split_text
from pipeline.captions.work_cues import WorkCue
from pipeline.domain.errors import InputRefused
from pipeline.media.programs import MediaPrograms

_FULL_SCALE = 32768.0
_SHORTEST_MS = 100
_PAUSE_SECONDS = 1.5
"""Words this far apart are never in one cue."""


@dataclass(frozen=True)
class HeardCue:
    """Words as they were heard, in one line, with the times of speech; `doubt` is of the words, 0 to 1."""

    cue: WorkCue
    doubt: float


def sound_of(recording: Path, streams: Streams | None, work_dir: Path, programs: MediaPrograms) -> Sound:
    """The sound of a recording. Raises `InputRefused` where there is none."""
    samples = bytearray()
    is_whole = read_sound(recording, streams, work_dir, programs, samples.extend, rate=SOUND_RATE)
    if not is_whole and not samples:
        raise InputRefused("No sound could be read from this recording.")
    whole = samples[: len(samples) // 2 * 2]
    return np.frombuffer(whole, dtype="<i2").astype(np.float32) / np.float32(_FULL_SCALE)


def cues_of(words: Sequence[HeardWord], language: str) -> list[HeardCue]:
    """Cues that keep the rules for their length, cut where the words were said apart or a sentence lets go."""
    return [cue for run in _runs(words) for cue in _cut(run, language)]


def _runs(words: Sequence[HeardWord]) -> list[list[HeardWord]]:
    runs: list[list[HeardWord]] = []
    for word in words:
        if not plain_text(word.text):
            continue
        if runs and word.start_seconds - runs[-1][-1].end_seconds < _PAUSE_SECONDS:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _cut(run: Sequence[HeardWord], language: str) -> list[HeardCue]:
    """Places in the text are counted without blanks, which splitting may change."""
    ends = list(accumulate(_signs(word.text) for word in run))
    cues: list[HeardCue] = []
    first, signs = 0, 0
    for text in split_text("".join(word.text for word in run), language):
        signs += _signs(text)
        last = next(index for index, end in enumerate(ends) if end >= signs)
        cues.append(_cue(run[first : last + 1], text))
        first = last + 1 if ends[last] == signs else last
    return cues


def _cue(words: Sequence[HeardWord], text: str) -> HeardCue:
    start = milliseconds(words[0].start_seconds)
    end = max(milliseconds(words[-1].end_seconds), start + _SHORTEST_MS)
    sure = math.prod(max(word.probability, 0.0) for word in words) ** (1 / len(words))
    return HeardCue(WorkCue(start, end, text), round(1 - min(sure, 1.0), 3))


def _signs(text: str) -> int:
    return sum(1 for sign in plain_text(text) if not sign.isspace())
