"""`python -m bench.lone CLIP FOLDER`: one statement in a process of its own, whose memory nothing else has touched.

Prints what it cost and the most memory that it and its largest child held, as JSON.
"""

import json
import sys
from pathlib import Path

from bench.costs import peak_memory_bytes
from bench.ours import process_statement
from bench.stage import shipped_ladder
from pipeline.media.programs import MediaPrograms


def main() -> None:
    """Process the clip."""
    clip, folder = (Path(argument) for argument in sys.argv[1:3])
    cost = process_statement(clip, folder, shipped_ladder(), MediaPrograms())
    own, child = peak_memory_bytes()
    whole = {"inspect": cost.inspect.to_json(), "python_cpu_seconds": round(cost.python_cpu_seconds, 3)}
    memory = {"own_bytes": own, "largest_child_bytes": child}
    sys.stdout.write(json.dumps({**cost.whole.to_json(), **whole, **memory}) + "\n")


if __name__ == "__main__":
    main()
