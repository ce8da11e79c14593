"""Until when recordings are taken, and how long personal links work because of that."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pipeline.records.tables import Country, Statement

_LAST_PLACE_ON_EARTH = timedelta(hours=12)
"""A day ends last where clocks are twelve hours behind UTC; a speaker's own midnight is never too late."""


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
    day = last_day(statement.speaker.country)
    return max(day, statement.hand_in_until or day) if day else None


def end_of_day(day: date) -> datetime:
    """When a day has ended everywhere."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC) + _LAST_PLACE_ON_EARTH


def link_end(statement: Statement, times: LinkTimes, *, now: datetime) -> datetime:
    """When a link issued now ends. One that is issued after the deadline works for the grace: to withdraw, say."""
    day = last_day_of(statement)
    if day is None:
        return now + timedelta(days=times.expire_days)
    return max(end_of_day(day), now) + timedelta(days=times.grace_days)
