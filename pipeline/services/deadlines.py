"""Until when recordings are taken, and how long personal links work because of that."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from pipeline.records.tables import Country, Statement

_SOON = timedelta(days=3)

_LAST_PLACE_ON_EARTH = timedelta(hours=12)
"""A day ends last where clocks are twelve hours behind UTC; a speaker's own midnight is never too late."""


class Due(StrEnum):
    """How near a last day is."""

    FAR = "far"
    SOON = "soon"
    PAST = "past"


@dataclass(frozen=True)
class LinkTimes:
    """How long personal links work: `grace_days` after the deadline, `expire_days` where there is none."""

    expire_days: float
    grace_days: float


def last_day(country: Country) -> date | None:
    """The last day on which recordings are taken: the country's own, or else its session's."""
    return country.hand_in_until or country.pre_session.hand_in_until


def last_day_of(statement: Statement) -> date | None:
    """The last day for recordings of a statement: its country's, or the later one that staff gave its speaker."""
    return later_day(last_day(statement.speaker.country), statement.hand_in_until)


def later_day(day: date | None, given: date | None) -> date | None:
    """The last day where a speaker was `given` one beside the country's; None where a country has none."""
    return max(day, given or day) if day else None


def due_of(day: date | None, *, now: datetime) -> Due | None:
    """How near a last day is; None without one."""
    if day is None:
        return None
    if now >= end_of_day(day):
        return Due.PAST
    return Due.SOON if now >= end_of_day(day) - _SOON else Due.FAR


def end_of_day(day: date) -> datetime:
    """When a day has ended everywhere."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC) + _LAST_PLACE_ON_EARTH


def link_end(statement: Statement, times: LinkTimes, *, now: datetime) -> datetime:
    """When a link issued now ends. One that is issued after the deadline works for the grace: to withdraw, say."""
    day = last_day_of(statement)
    if day is None:
        return now + timedelta(days=times.expire_days)
    return max(end_of_day(day), now) + timedelta(days=times.grace_days)
