"""Short statements as speakers read them, in several scripts; those in English, French and Spanish say the same."""

import json
from pathlib import Path

STATEMENTS: dict[str, str] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
