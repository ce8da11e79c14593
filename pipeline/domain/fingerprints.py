"""Fingerprints of a step's inputs: the same inputs give the same name, so that a result is found again and reused."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SHORT = 16

VERSION = "version"
"""Name under which a step's own version stands among the digests of its inputs."""


@dataclass(frozen=True)
class StepInputs:
    """What a step makes its result from: JSON values by name, and the version of the step itself."""

    step: str
    version: int
    values: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """The name of the result."""
        return fingerprint(self.step, self.version, self.values)

    @property
    def digests(self) -> dict[str, str]:
        """A short digest of each input by name: kept beside a result, they tell later which input has changed."""
        return {VERSION: str(self.version), **{name: digest(value) for name, value in self.values.items()}}


def fingerprint(step: str, version: int, inputs: Mapping[str, Any]) -> str:
    """Hex digest over the step's name, its version and its inputs (JSON types, order does not matter)."""
    return _sha256([step, version, inputs])


def digest(value: Any) -> str:
    """A short digest of one input (JSON types)."""
    return _sha256(value)[:_SHORT]


def changed_inputs(made_from: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the inputs whose digests differ between what a result was made from and what there is now."""
    return tuple(sorted(name for name in made_from.keys() | now.keys() if made_from.get(name) != now.get(name)))


def _sha256(value: Any) -> str:
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
