"""Sessions made and edited at staff's desk: what they say of themselves, and their countries.

Every change names what the person saw (`pipeline.services.plan_versions`); where that is no longer how things stand,
`ChangeNotAllowed` says so and nothing is changed. What cannot be said is refused with `WrongUsage`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.languages import is_country
from pipeline.domain.plan_checks import check_plan
from pipeline.domain.pre_sessions import PreSessionPlan
from pipeline.records.queries import find_pre_session
from pipeline.records.tables import Country, PreSession
from pipeline.services.events import Actor, record_event
from pipeline.services.plan_rows import copy_facts, is_used, set_changed
from pipeline.services.plan_versions import check_seen, hold_session, version_of_countries, version_of_session
from pipeline.services.sessions import DESK, new_session
from pipeline.services.takedowns import take_down_untold


class SlugTaken(WrongUsage):
    """There is a session of this name already."""


@dataclass(frozen=True)
class CountryDays:
    """A country's own deadlines; None where the session's holds."""

    applications_until: date | None = None
    hand_in_until: date | None = None


def create_session(db: Session, plan: PreSessionPlan, *, actor: Actor, now: datetime) -> PreSession:
    """Make a new session of a plan with its countries, without speakers; raises `SlugTaken` or `WrongUsage`."""
    check_plan(plan)
    if find_pre_session(db, plan.slug) is not None:
        raise SlugTaken(f"There is a session “{plan.slug}” already.")
    pre_session = new_session(plan.slug)
    copy_facts(plan, pre_session)
    db.add(pre_session)
    db.flush()
    _record(db, "session.added", pre_session.id, actor=actor, now=now)
    add_countries(db, pre_session.id, [country.code for country in plan.countries], actor=actor, now=now)
    return pre_session


def edit_session(
    db: Session, pre_session_id: int, plan: PreSessionPlan, *, seen: str, actor: Actor, now: datetime
) -> list[str]:
    """Give a session the facts of a plan, without its name and countries; what changed, by column."""
    pre_session = hold_session(db, pre_session_id)
    check_seen(version_of_session(pre_session), seen)
    check_plan(plan)
    changed = copy_facts(plan, pre_session)
    db.flush()
    if changed:
        _record(db, "session.updated", pre_session.id, actor=actor, now=now, changed=changed)
    if "is_missions_only" in changed:
        take_down_untold(db, pre_session.countries, actor=actor, now=now)
    return changed


def add_countries(
    db: Session, pre_session_id: int, codes: Iterable[str], *, actor: Actor, now: datetime, seen: str | None = None
) -> list[Country]:
    """Add the countries that are not there yet, in order; those that were added. Scripts need not have looked."""
    pre_session = hold_session(db, pre_session_id)
    if seen is not None:
        check_seen(version_of_countries(pre_session), seen)
    present = {country.code for country in pre_session.countries}
    added = []
    for code in dict.fromkeys(codes):
        if not is_country(code):
            raise WrongUsage(f"“{code}” is not an ISO 3166-1 alpha-2 country code (two capital letters, like MW).")
        if code not in present:
            country = Country(pre_session_id=pre_session.id, code=code)
            db.add(country)
            db.flush()
            _record(db, "country.added", country.id, actor=actor, now=now)
            added.append(country)
    db.expire(pre_session, ["countries"])
    return added


def set_country_days(
    db: Session, pre_session_id: int, days: Mapping[str, CountryDays], *, seen: str, actor: Actor, now: datetime
) -> list[str]:
    """Give countries deadlines of their own, or take them away; codes of those that changed."""
    pre_session = hold_session(db, pre_session_id)
    check_seen(version_of_countries(pre_session), seen)
    changed = []
    for country in pre_session.countries:
        own = days.get(country.code)
        if own is not None and set_changed(country, vars(own)):
            _record(db, "country.updated", country.id, actor=actor, now=now)
            changed.append(country.code)
    db.flush()
    return changed


def remove_country(
    db: Session, pre_session_id: int, code: str, *, actor: Actor, now: datetime, seen: str | None = None
) -> None:
    """Take a country without speakers out of a session; raises `ChangeNotAllowed` where there are any."""
    pre_session = hold_session(db, pre_session_id)
    if seen is not None:
        check_seen(version_of_countries(pre_session), seen)
    country = next((country for country in pre_session.countries if country.code == code), None)
    if country is None or is_used(db, country):
        raise ChangeNotAllowed("This country has speakers or was published. Remove its speakers first.")
    _record(db, "country.removed", country.id, actor=actor, now=now)
    db.delete(country)
    db.flush()
    db.expire(pre_session, ["countries"])


def _record(db: Session, name: str, subject_id: int, *, actor: Actor, now: datetime, **facts: object) -> None:
    kind = name.partition(".")[0]
    record_event(db, name, subject_kind=kind, subject_id=subject_id, actor=actor, now=now, **{**DESK, **facts})
