"""`python -m bench.lone_alignment RECORDING TEXTS LANGUAGE`: one alignment in a process of its own, with fresh memory.

TEXTS is a JSON list of cues. Prints what it cost and the most memory that it and its largest child held, as JSON.
"""

import json
import sys
from pathlib import Path

from bench.costs import measure, peak_memory_bytes
from pipeline.captions.alignment import align_texts


def main() -> None:
    """Align the recording."""
    recording, texts, language = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    cues = json.loads(texts.read_text(encoding="utf-8"))
    _, cost = measure(lambda: align_texts(recording, cues, language, recording.parent))
    own, child = peak_memory_bytes()
    sys.stdout.write(json.dumps({**cost.to_json(), "own_bytes": own, "largest_child_bytes": child}) + "\n")


if __name__ == "__main__":
    main()
