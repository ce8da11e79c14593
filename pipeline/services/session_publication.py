"""Publishing all of a session at once: what it would mean for each country, the yes to what was seen, how far it is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from pipeline.domain.consents import RELEASE_AUDIENCES
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.fingerprints import digest
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.publishing import Question
from pipeline.records.tables import Country, PreSession, Release
from pipeline.services.board_rows import JobRow, find_newest_jobs
from pipeline.services.events import Actor
from pipeline.services.publish_checks import PublishCheck, confirm_publication, read_publish_check
from pipeline.services.releases import newest_release

_GRAVEST = (JobState.FAILED, JobState.RUNNING, JobState.QUEUED, JobState.CANCELLED, JobState.DONE)


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
    """How a country's newest releases stand, the one for everybody and the one for missions as one.

    Failed where either failed, done where both are; `share` is of 1, of the one that is less far.
    """

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
    """How the newest releases of each country stand that has any."""
    found = ((country.code, _newest_jobs(db, country)) for country in pre_session.countries)
    return [_together(code, jobs) for code, jobs in found if jobs]


def _newest_jobs(db: Session, country: Country) -> list[JobRow]:
    """Of each audience's newest release, its newest job."""
    releases = (newest_release(db, country.id, audience) for audience in RELEASE_AUDIENCES)
    found = find_newest_jobs(db, [JobKind.RELEASE], [release.id for release in releases if release is not None])
    return list(found.values())


def _together(code: str, jobs: Sequence[JobRow]) -> CountryProgress:
    state = min((job.state for job in jobs), key=_GRAVEST.index)
    return CountryProgress(code, state, min(1.0 if job.state is JobState.DONE else job.progress for job in jobs))


def _checked(country: Country, check: PublishCheck) -> CheckedCountry:
    if check.is_out:
        fate = CountryFate.IS_OUT
    elif check.can_be_published:
        fate = CountryFate.GOES_OUT
    else:
        is_empty = {problem.code for problem in check.problems} <= {"nothing_approved", "missions_only"}
        fate = CountryFate.EMPTY if is_empty else CountryFate.IN_THE_WAY
    return CheckedCountry(country, check, fate)
