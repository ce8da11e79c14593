"""Fingerprints of a step's inputs: the same inputs give the same name, so that a result is found again and reused."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def fingerprint(step: str, version: int, inputs: Mapping[str, Any]) -> str:
    """Hex digest over the step's name, its version and its inputs (JSON types, order does not matter)."""
    canonical = json.dumps([step, version, inputs], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
