"""Publishing all of a session at once: what it would mean for each country, the yes to what was seen, how far it is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.fingerprints import digest
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.publishing import Question
from pipeline.records.tables import Country, Job, PreSession, Release
from pipeline.services.events import Actor
from pipeline.services.publish_checks import PublishCheck, confirm_publication, read_publish_check


class CountryFate(StrEnum):
    """What becomes of a country when its session is published."""

    GOES_OUT = "goes_out"
    IS_OUT = "is_out"
    IN_THE_WAY = "in_the_way"
    EMPTY = "empty"


@dataclass(frozen=True)
class CheckedCountry:
    """One country of the session."""

    country: Country
    check: PublishCheck
    fate: CountryFate


@dataclass(frozen=True)
class SessionCheck:
    """The whole session. `seen` stands for all of it: who confirms names it."""

    countries: tuple[CheckedCountry, ...]
    seen: str

    def with_fate(self, fate: CountryFate) -> tuple[CheckedCountry, ...]:
        """The countries of which this becomes."""
        return tuple(one for one in self.countries if one.fate is fate)

    @property
    def asked(self) -> Mapping[Question, int]:
        """Every question that is asked, with the number of statements that it is about."""
        found: dict[Question, int] = {}
        for one in self.with_fate(CountryFate.GOES_OUT):
            for asked in one.check.asked:
                found[asked.question] = found.get(asked.question, 0) + len(asked.details)
        return found


@dataclass(frozen=True)
class CountryProgress:
    """How the newest release of a country stands; `share` is of 1."""

    code: str
    state: JobState
    share: float


def read_session_check(db: Session, pre_session: PreSession) -> SessionCheck:
    """What publishing every country of a session now would mean; nothing is changed."""
    countries = tuple(_checked(country, read_publish_check(db, country)) for country in pre_session.countries)
    seen = digest([[one.country.id, one.fate, one.check.seen] for one in countries])
    return SessionCheck(countries, seen)


def publish_session(
    db: Session, pre_session: PreSession, *, seen: str, confirmed: Collection[str], actor: Actor, now: datetime
) -> list[Release]:
    """Publish every country that can be, as it was seen; those that something is in the way of stay as they are.

    All or none are begun: raises `ChangeNotAllowed` where anything is no longer as it was seen, `NotConfirmed` where a
    question was left open.
    """
    check = read_session_check(db, pre_session)
    if check.seen != seen:
        raise ChangeNotAllowed("This changed while you looked, so nothing was published. Look again.")
    # In the order of their rows, so that two people who publish at once wait for each other and do not lock crosswise.
    return [
        confirm_publication(db, one.country, seen=one.check.seen, confirmed=confirmed, actor=actor, now=now)
        for one in sorted(check.with_fate(CountryFate.GOES_OUT), key=lambda one: one.country.id)
    ]


def read_progress(db: Session, pre_session: PreSession) -> list[CountryProgress]:
    """How the newest release of each country stands that has one."""
    found = []
    for country in pre_session.countries:
        of_country = select(Release.id).where(Release.country_id == country.id)
        wanted = select(Job).where(Job.kind == JobKind.RELEASE, Job.subject_id.in_(of_country))
        job = db.scalars(wanted.order_by(Job.id.desc()).limit(1)).first()
        if job is not None:
            found.append(CountryProgress(country.code, job.state, 1.0 if job.state is JobState.DONE else job.progress))
    return found


def _checked(country: Country, check: PublishCheck) -> CheckedCountry:
    if check.is_out:
        fate = CountryFate.IS_OUT
    elif check.can_be_published:
        fate = CountryFate.GOES_OUT
    else:
        is_empty = {problem.code for problem in check.problems} <= {"nothing_approved", "missions_only"}
        fate = CountryFate.EMPTY if is_empty else CountryFate.IN_THE_WAY
    return CheckedCountry(country, check, fate)
