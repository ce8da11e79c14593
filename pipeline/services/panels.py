"""The order and the make-up of a country's panel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.panels import Balance, balance_of
from pipeline.records.tables import Country, Event
from pipeline.services.events import Actor, record_event
from pipeline.services.plan_rows import plan_of
from pipeline.services.plan_versions import check_seen, hold_panel, version_of_panel

_MOVED, _UNDONE = "country.reordered", "country.order_undone"


class Direction(StrEnum):
    """Where a speaker is moved: one place towards the start or the end."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Panel:
    """A panel as its page shows it: `seen` names its order, `undoable` the event of the last change of it."""

    balance: Balance
    seen: str
    undoable: int | None


def read_panel(db: Session, country: Country) -> Panel:
    """How a country's panel is made up, and what of its order can be undone."""
    speakers = [speaker for speaker in country.speakers if speaker.erased_at is None]
    event = _undoable(db, country)
    return Panel(balance_of(map(plan_of, speakers)), version_of_panel(country), event.id if event else None)


def move_speaker(
    db: Session, country_id: int, speaker_id: int, direction: Direction, *, seen: str, actor: Actor, now: datetime
) -> Country:
    """Swap a speaker with the neighbour; positions are numbered anew from 1. At the end of the row nothing changes."""
    country = hold_panel(db, country_id)
    check_seen(version_of_panel(country), seen)
    order = [speaker.id for speaker in country.speakers]
    if speaker_id not in order:
        raise ChangeNotAllowed("This speaker is no longer on the panel. Reload the page to see what changed.")
    index = order.index(speaker_id)
    target = index + (1 if direction is Direction.DOWN else -1)
    if 0 <= target < len(order):
        order[index], order[target] = order[target], order[index]
        _put_in_order(db, country, order, _MOVED, actor=actor, now=now)
    return country


def order_panel(
    db: Session, country_id: int, order: Sequence[int], *, seen: str, actor: Actor, now: datetime
) -> Country:
    """Put a whole panel into an order, given by speakers' ids."""
    country = hold_panel(db, country_id)
    check_seen(version_of_panel(country), seen)
    present = [speaker.id for speaker in country.speakers]
    if sorted(order) != sorted(present):
        raise ChangeNotAllowed("Other speakers are on this panel now. Reload the page to see what changed.")
    if list(order) != present:
        _put_in_order(db, country, order, _MOVED, actor=actor, now=now)
    return country


def undo_order(db: Session, country_id: int, event_id: int, *, seen: str, actor: Actor, now: datetime) -> Country:
    """Give a panel back the order that it had before the change that a person saw as the last one."""
    country = hold_panel(db, country_id)
    check_seen(version_of_panel(country), seen)
    event = _undoable(db, country)
    if event is None or event.id != event_id:
        raise ChangeNotAllowed("The order changed meanwhile. Reload the page and look again.")
    _put_in_order(db, country, event.facts["before"], _UNDONE, actor=actor, now=now, undone=event.id)
    return country


def _put_in_order(
    db: Session, country: Country, order: Sequence[int], name: str, *, actor: Actor, now: datetime, **facts: int
) -> None:
    before = [speaker.id for speaker in country.speakers]
    places = {speaker_id: position for position, speaker_id in enumerate(order, start=1)}
    for speaker in country.speakers:
        speaker.position = places[speaker.id]
    db.flush()
    orders = {"order": list(order), "before": before}
    record_event(db, name, subject_kind="country", subject_id=country.id, actor=actor, now=now, **{**orders, **facts})
    db.flush()
    db.expire(country, ["speakers"])


def _undoable(db: Session, country: Country) -> Event | None:
    """The last change of the order that was not undone, as long as the panel is still as it left it."""
    of_country = (Event.subject_kind == "country", Event.subject_id == country.id)
    events = db.scalars(select(Event).where(*of_country, Event.name.in_([_MOVED, _UNDONE])).order_by(Event.id.desc()))
    undone: set[int] = set()
    for event in events:
        if event.name == _UNDONE:
            undone.add(event.facts["undone"])
        elif event.id not in undone:
            present = [speaker.id for speaker in country.speakers]
            is_whole = sorted(event.facts.get("before", [])) == sorted(present)
            return event if is_whole and event.facts["order"] == present else None
    return None
