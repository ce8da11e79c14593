"""The form of a check's answer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    """`note` is worth knowing and stops nothing; `problem` must be mended."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Check:
    """One answer: what was looked at, what was found, and the command or setting that mends it."""

    name: str
    level: Level
    found: str
    mend: str = ""

    def to_json(self) -> Mapping[str, str]:
        """JSON types only."""
        return asdict(self)


def fine(name: str, found: str) -> Check:
    """All is well."""
    return Check(name, Level.OK, found)


def note(name: str, found: str, mend: str = "") -> Check:
    """Worth knowing."""
    return Check(name, Level.NOTE, found, mend)


def problem(name: str, found: str, mend: str) -> Check:
    """Must be mended."""
    return Check(name, Level.PROBLEM, found, mend)
