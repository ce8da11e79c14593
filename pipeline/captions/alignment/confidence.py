"""How far a person should doubt the place of a line: one number from what speaks for and against it."""

import numpy as np

from pipeline.captions.alignment.evidence import NAMES
from pipeline.captions.alignment.paths import Path
from pipeline.captions.alignment.spectra import Floats

_WEIGHTS = {"elsewhere": -3.92, "without": -6.63, "likeness": -1.94, "beside": 1.26, "no_pause": 1.73}
_OFFSET = 1.48


def doubts(evidence: Floats, path: Path) -> Floats:
    """For each line how probable it is that it begins more than a second off, or is not said where it is put; 1 for one
    that is not spoken. `evidence` has a column for each of `NAMES`.

    A logistic rule, fitted on 4,200 lines with known times, real and synthetic, into whose recordings and texts noise,
    music, other words and gaps had been put. With each speaker left out of the fit in turn, 19 of 20 lines that
    were off or unsaid came to be doubtful, and 7 % of all lines (most of them in noise as loud as the voice).
    """
    weighed = evidence @ np.array([_WEIGHTS[name] for name in NAMES]) + _OFFSET
    found = 1 / (1 + np.exp(-weighed))
    return np.asarray(np.where(path.is_spoken, found, 1.0), np.float32)
