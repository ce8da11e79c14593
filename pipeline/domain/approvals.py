"""Approvals: what one is bound to, by name and digest, and what it is worth when some of that has changed."""

from collections.abc import Mapping
from enum import StrEnum

TRACK = "track."
VOICE = "voice."
CONSENT = "consent."
"""Before the language, or the item, among the names of what an approval is bound to."""

SECOND_LOOKS = 2


class ApprovalWord(StrEnum):
    """How the approvals of a statement stand.

    `FIRST`: one person approved, another has to look as well. `STALE`: what was approved is no longer how things
    are, and is asked for again.
    """

    NONE = "none"
    FIRST = "first"
    APPROVED = "approved"
    STALE = "stale"


_FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "recording": ("trim", "package", TRACK, VOICE),
    "trim": ("package", TRACK, VOICE),
    "hidden": ("package",),
    "poster": ("package",),
}
"""What changes by itself when something else does, and is not worth telling beside it."""


def what_changed(bound: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Names of what is another than it was when somebody approved it, in a fixed order; empty where nothing is.

    What follows from another change is left out: of another recording only that it is another.
    """
    changed = {name for name in bound.keys() | now.keys() if bound.get(name) != now.get(name)}
    for cause, followers in _FOLLOWS.items():
        if cause in changed:
            changed -= {name for name in changed if name.startswith(followers)}
    return tuple(sorted(changed))
