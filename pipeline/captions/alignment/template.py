"""What lines should sound like in a recording: read aloud, in its noise and through its microphone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.captions.alignment.features import Frames, frames_of, normalised, stacked
from pipeline.captions.alignment.hearing import Heard
from pipeline.captions.alignment.search import Template
from pipeline.captions.alignment.spectra import Floats
from pipeline.captions.alignment.speech import Ints, Runs, noise, runs_of_sound

FEWEST_FRAMES = 2

_HUSH = 0.01
_LEAST_VOICE = 0.05


@dataclass(frozen=True)
class Pattern:
    """Plain vectors of all lines in a row, before any neighbour is added; line k: `firsts[k]` to before `ends[k]`."""

    vectors: Floats
    firsts: Ints
    ends: Ints

    def reordered(self, order: Ints) -> "Pattern":
        """The same lines in another order."""
        rows = np.concatenate([np.arange(self.firsts[line], self.ends[line]) for line in order])
        ends = np.cumsum((self.ends - self.firsts)[order])
        return Pattern(self.vectors[rows], ends - (self.ends - self.firsts)[order], ends)


def frames_and_pattern(heard: Heard, lines: Sequence[Floats]) -> tuple[Frames, Pattern]:
    """The recording's frames and the pattern of `lines` (spectra of each, read aloud), made alike.

    Each band of the lines is brought to the level that the recording has there and gets its noise; both get a little
    more, since what is too soft to hear only misleads. Needs sound in the recording and in one line.
    """
    runs = [runs_of_sound(line) for line in lines]
    hum = noise(heard.spectra, heard.runs)
    voice = _mean_of_sound([heard.spectra], [heard.runs])
    gain = np.maximum(voice - hum, _LEAST_VOICE * voice) / _mean_of_sound(lines, runs)
    hush = _HUSH * voice
    frames = frames_of(heard.spectra + hush, heard.runs)
    patterns = [
        _at_least_two(frames_of(line * gain + hum + hush, run).vectors) for line, run in zip(lines, runs, strict=True)
    ]
    ends = np.cumsum([len(pattern) for pattern in patterns])
    return frames, Pattern(np.concatenate(patterns), np.append(0, ends[:-1]), ends)


def first_template(frames: Frames, pattern: Pattern) -> tuple[Floats, Template]:
    """Vectors of the recording and of the lines to be compared, each normalised by itself."""
    return _compared(normalised(frames.vectors), normalised(pattern.vectors), pattern)


def adapted_template(frames: Frames, pattern: Pattern, at: Ints, on: Ints) -> tuple[Floats, Template]:
    """The same after the voice that reads has been brought closer to the speaker's: a linear map, learnt where frames
    `at` of the recording were found to be frames `on` of the pattern. Coefficients that it explains best count most.
    """
    heard = frames.vectors[at]
    spread = heard.std(axis=0) + 1e-6
    theirs = (frames.vectors - heard.mean(axis=0)) / spread
    ours = np.hstack([normalised(pattern.vectors), np.ones((len(pattern.vectors), 1), np.float32)])
    known = ours[on].astype(np.float64)
    ridge = 0.01 * len(on) * np.eye(known.shape[1])
    learnt = np.linalg.solve(known.T @ known + ridge, known.T @ theirs[at])
    rest = (theirs[at] - known @ learnt).std(axis=0) + 1e-6
    return _compared(np.asarray(theirs / rest, np.float32), np.asarray(ours @ learnt / rest, np.float32), pattern)


def _compared(theirs: Floats, ours: Floats, pattern: Pattern) -> tuple[Floats, Template]:
    likely = stacked(ours)
    # Less the mean, a likeness to any speech at all counts nothing.
    return stacked(theirs), Template(likely - likely.mean(axis=0), pattern.firsts, pattern.ends)


def _mean_of_sound(spectra: Sequence[Floats], runs: Sequence[Runs]) -> Floats:
    pieces = [
        line[first:end]
        for line, run in zip(spectra, runs, strict=True)
        for first, end in zip(run.firsts, run.ends, strict=True)
    ]
    return np.asarray(np.concatenate(pieces).mean(axis=0), np.float32)


def _at_least_two(vectors: Floats) -> Floats:
    if not len(vectors):
        return np.zeros((FEWEST_FRAMES, vectors.shape[1]), np.float32)
    return vectors if len(vectors) >= FEWEST_FRAMES else np.repeat(vectors, FEWEST_FRAMES, axis=0)
