"""How far a person should doubt the place of a line: one number from what speaks for and against it."""

import numpy as np

from pipeline.captions.alignment.evidence import NAMES
from pipeline.captions.alignment.paths import Path
from pipeline.captions.alignment.spectra import Floats

DOUBTFUL = 0.5
"""From this doubt on a person should look."""

_WEIGHTS = {"elsewhere": -3.1, "without": -8.2, "likeness": -4.6, "pace": 2.6, "gap": 2.7}
_OFFSET = 3.8


def doubts(evidence: Floats, path: Path) -> Floats:
    """For each line a number from 0 to 1; 1 for a line that is not spoken. `evidence` has a column for each of `NAMES`.

    A logistic rule. Its weights were fitted on recordings with known times into which noise, music, other words and
    gaps had been put (half of their voices; the other half served to test it).
    """
    weighed = evidence @ np.array([_WEIGHTS.get(name, 0.0) for name in NAMES]) + _OFFSET
    found = 1 / (1 + np.exp(-weighed))
    return np.asarray(np.where(path.is_spoken, found, 1.0), np.float32)
