"""The order of a country's panel."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.records.tables import Country
from pipeline.services.events import Actor, record_event


class Direction(StrEnum):
    """Where a speaker is moved: one place towards the start or the end."""

    UP = "up"
    DOWN = "down"


def move_speaker(
    db: Session, country: Country, speaker_id: int, direction: Direction, *, actor: Actor, now: datetime
) -> None:
    """Swap a speaker with the neighbour; positions are numbered anew from 1. At the end of the row nothing changes."""
    panel = list(country.speakers)
    index = next((index for index, speaker in enumerate(panel) if speaker.id == speaker_id), None)
    if index is None:
        raise ChangeNotAllowed("This speaker is no longer on the panel. Reload the page to see what changed.")
    target = index + (1 if direction is Direction.DOWN else -1)
    if not 0 <= target < len(panel):
        return
    panel[index], panel[target] = panel[target], panel[index]
    for position, speaker in enumerate(panel, start=1):
        speaker.position = position
    db.flush()
    order = [speaker.id for speaker in panel]
    record_event(
        db,
        "country.reordered",
        subject_kind="country",
        subject_id=country.id,
        actor=actor,
        now=now,
        order=order,
    )
    db.expire(country, ["speakers"])
