"""Moments at which a country is published, or its page ends, without anybody at the desk.

People say yes beforehand to the questions that are asked; what is asked or in the way beyond that keeps a country from
being published, and they read it in the list; so does a yes of somebody who may no longer give one. An end needs no
conditions.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import RELEASE_AUDIENCES
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.jobs import JobKind
from pipeline.domain.publishing import Question, ScheduledDeed
from pipeline.domain.roles import Role
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Country, Release, ScheduledRelease, StaffAccount
from pipeline.services.events import SYSTEM, Actor, record_event
from pipeline.services.jobs import cancel_open_jobs
from pipeline.services.publish_checks import read_publish_check
from pipeline.services.release_history import leave_out
from pipeline.services.releases import (
    begin_release,
    live_release,
    lock_country,
    publish_country,
    send_release,
    under_way,
)

_DECIDE = frozenset({Role.ADMINISTRATOR, Role.STAFF})

LATEST = timedelta(days=3660)
"""Nobody means a moment further away."""


@dataclass(frozen=True)
class DoneDeed:
    """What came of a moment that was reached."""

    schedule_id: int
    country_id: int
    deed: ScheduledDeed
    outcome: str


def moment_in(zone_name: str, local: datetime) -> datetime:
    """A moment as it is said in a time zone, in UTC. Raises `WrongUsage` for what no clock there ever shows.

    Where clocks are set back and show it twice, it is the first.
    """
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WrongUsage("There is no such time zone. Write it like Europe/Zurich.") from None
    try:
        moment = local.replace(tzinfo=zone).astimezone(UTC)
        is_shown = moment.astimezone(zone).replace(tzinfo=None) == local
    except OverflowError:
        raise WrongUsage("Choose a moment that is still to come.") from None
    if not is_shown:
        raise WrongUsage("Clocks skip this hour there on that day. Choose another.")
    return moment


def schedule_release(
    db: Session,
    country: Country,
    deed: ScheduledDeed,
    *,
    at: datetime,
    time_zone: str,
    actor: Actor,
    now: datetime,
    confirmed: Collection[Question] = (),
) -> ScheduledRelease:
    """Set a moment; one for each deed, so an earlier one for the same is over. Raises `WrongUsage` for one gone by."""
    if not now < at <= now + LATEST:
        raise WrongUsage("Choose a moment that is still to come.")
    lock_country(db, country.id)
    for earlier in open_schedule(db, country.id):
        if earlier.deed is deed:
            _end(db, earlier, "replaced", actor=actor, now=now)
    row = ScheduledRelease(
        country_id=country.id,
        deed=deed,
        at=at,
        time_zone=time_zone,
        confirmed=sorted(question.value for question in confirmed),
        account_id=actor.id if actor.kind == "staff" else None,
        created_at=now,
    )
    db.add(row)
    db.flush()
    facts = {"schedule_id": row.id, "deed": deed.value, "at": int(at.timestamp())}
    record_event(db, "release.scheduled", subject_kind="country", subject_id=country.id, actor=actor, now=now, **facts)
    return row


def cancel_schedule(db: Session, country: Country, schedule_id: int, *, actor: Actor, now: datetime) -> None:
    """Let a moment pass without anything happening; raises `ChangeNotAllowed` when it is over."""
    lock_country(db, country.id)
    row = next((one for one in open_schedule(db, country.id) if one.id == schedule_id), None)
    if row is None:
        raise ChangeNotAllowed("This date is over already. Reload the page to see what came of it.")
    _end(db, row, "cancelled", actor=actor, now=now)


def open_schedule(db: Session, country_id: int) -> list[ScheduledRelease]:
    """What is still to come for a country, the next first."""
    of_country = (ScheduledRelease.country_id == country_id, ScheduledRelease.ended_at.is_(None))
    return list(db.scalars(select(ScheduledRelease).where(*of_country).order_by(ScheduledRelease.at)))


def past_schedule(db: Session, country_id: int) -> list[ScheduledRelease]:
    """What is over, the last first."""
    of_country = (ScheduledRelease.country_id == country_id, ScheduledRelease.ended_at.is_not(None))
    return list(db.scalars(select(ScheduledRelease).where(*of_country).order_by(ScheduledRelease.ended_at.desc())))


def find_due(db: Session, *, now: datetime) -> list[int]:
    """Ids of the moments that are reached, in their order."""
    due = select(ScheduledRelease.id).where(ScheduledRelease.ended_at.is_(None), ScheduledRelease.at <= now)
    return list(db.scalars(due.order_by(ScheduledRelease.at, ScheduledRelease.id)))


def carry_out(db: Session, schedule_id: int, *, now: datetime) -> DoneDeed | None:
    """Do what was set for a moment; None when somebody did it or let it be meanwhile."""
    row = db.get_one(ScheduledRelease, schedule_id)
    country = lock_country(db, row.country_id)
    db.refresh(row)
    if row.ended_at is not None:
        return None
    outcome = _expire(db, country, now) if row.deed is ScheduledDeed.EXPIRE else _publish(db, country, row, now)
    _end(db, row, outcome, actor=SYSTEM, now=now)
    return DoneDeed(row.id, row.country_id, row.deed, outcome)


def expire_country(db: Session, country: Country, *, actor: Actor, now: datetime) -> None:
    """End a country's page: everything that is published of it comes down; what was approved stays approved.

    A publication that is under way is stopped: it would come out after the end, and stay.
    """
    lock_country(db, country.id)
    for audience in RELEASE_AUDIENCES:
        live = live_release(db, country, audience)
        coming = under_way(db, country.id, audience)
        if live is not None:
            _empty(db, country, live, actor=actor, now=now)
        elif coming is not None:
            cancel_open_jobs(db, JobKind.RELEASE, coming.id, actor=actor, now=now)
    for speaker in country.speakers:
        if speaker.statement.state is StatementState.PUBLISHED:
            leave_out(db, speaker.statement, actor=actor, now=now)
    facts = {"country_id": country.id}
    record_event(db, "release.expired", subject_kind="country", subject_id=country.id, actor=actor, now=now, **facts)


def _empty(db: Session, country: Country, live: Release, *, actor: Actor, now: datetime) -> None:
    """A release in which every place of the one that is out is empty."""
    release = begin_release(db, country, live.audience, actor=actor, now=now)
    places = dict(zip(live.facts.get("missing", ()), live.facts.get("absent", ()), strict=False))
    places.update({item.position: item.statement_id for item in live.items})
    release.facts = {"missing": sorted(places), "absent": [places[place] for place in sorted(places)]}
    send_release(db, release, now, actor=actor, now=now)


def _expire(db: Session, country: Country, now: datetime) -> str:
    is_any = any(country.live_id(one) is not None or under_way(db, country.id, one) for one in RELEASE_AUDIENCES)
    if not is_any:
        return "nothing_out"
    expire_country(db, country, actor=SYSTEM, now=now)
    return "done"


def _publish(db: Session, country: Country, row: ScheduledRelease, now: datetime) -> str:
    check = read_publish_check(db, country)
    if not _may_still_publish(db, row):
        return "nobody_answers"
    if check.problems:
        return "in_the_way"
    if check.is_out:
        return "done"
    if not {asked.question.value for asked in check.asked} <= set(row.confirmed):
        return "questions_open"
    facts = {asked.question.value: sorted(asked.details) for asked in check.asked}
    # As the person who set the moment: the record says who decided.
    actor = Actor("staff", row.account_id) if row.account_id else SYSTEM
    publish_country(db, country, actor=actor, now=now, confirmed={**facts, "schedule_id": row.id})
    return "done"


def _may_still_publish(db: Session, row: ScheduledRelease) -> bool:
    """Whether whoever set the moment is still somebody who decides; a script's or the command line's always stands."""
    account = db.get(StaffAccount, row.account_id) if row.account_id else None
    return row.account_id is None or bool(account and account.is_active and account.role in _DECIDE)


def _end(db: Session, row: ScheduledRelease, outcome: str, *, actor: Actor, now: datetime) -> None:
    row.ended_at, row.outcome = now, outcome
    facts = {"schedule_id": row.id, "deed": row.deed.value, "outcome": outcome}
    record_event(
        db, "release.schedule_ended", subject_kind="country", subject_id=row.country_id, actor=actor, now=now, **facts
    )
