"""How long what belongs to a session is kept, by class, counted from the session's last day."""

from collections.abc import Mapping
from enum import StrEnum


class RetentionClass(StrEnum):
    """What is kept and removed together.

    `PERSONAL_DATA` is names, addresses, texts, papers and links; `EVENTS` the record of who did what.
    """

    ORIGINALS = "originals"
    UNUSED_ATTEMPTS = "unused_attempts"
    PERSONAL_DATA = "personal_data"
    EVENTS = "events"


DEFAULT_DAYS: Mapping[RetentionClass, int] = {
    RetentionClass.ORIGINALS: 365,
    RetentionClass.UNUSED_ATTEMPTS: 90,
    RetentionClass.PERSONAL_DATA: 730,
    RetentionClass.EVENTS: 3650,
}
"""Where a session says nothing else."""
