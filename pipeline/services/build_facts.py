"""The rows that a recording's build graph is told from, loaded once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.build_graph import JOB_KINDS, Step
from pipeline.domain.consents import Audience
from pipeline.media.cards import CardMaking
from pipeline.records.tables import Country, Recording, Release, Statement
from pipeline.services.board_rows import JobRow, find_newest_jobs
from pipeline.services.board_waits import Wait, Waits
from pipeline.services.panel_contents import is_for_missions_only
from pipeline.services.releases import live_release, newest_release


@dataclass(frozen=True)
class Work:
    """The newest job of a step, and why it waits."""

    job: JobRow
    wait: Wait | None


@dataclass(frozen=True)
class BuildFacts:
    """A recording with all that its steps depend on.

    `audience` is the widest that may see it, for which its release is told; `live` is the one that is out for it, and
    `newest` the one that was planned last.
    """

    db: Session
    audience: Audience
    recording: Recording
    statement: Statement
    country: Country
    live: Release | None
    newest: Release | None
    making: CardMaking
    player: Mapping[str, bytes]
    work: Mapping[Step, Work]
    now: datetime

    @property
    def is_current(self) -> bool:
        """Whether this is the statement's recording that counts."""
        return self.statement.current_recording_id == self.recording.id


def load_facts(
    db: Session, recording: Recording, *, making: CardMaking, player: Mapping[str, bytes], now: datetime
) -> BuildFacts:
    """Load what is known of a recording."""
    statement = recording.statement
    country = statement.speaker.country
    audience = Audience.MISSIONS if is_for_missions_only(statement) else Audience.PUBLIC
    subjects = {step: recording.id for step in (Step.INTAKE, Step.ENCODE, Step.ALIGN)}
    facts = BuildFacts(
        db=db,
        audience=audience,
        recording=recording,
        statement=statement,
        country=country,
        live=None,
        newest=None,
        making=making,
        player=player,
        work=_find_work(db, subjects, Waits(db, now=now)),
        now=now,
    )
    return facts_for(facts, audience)


def facts_for(facts: BuildFacts, audience: Audience) -> BuildFacts:
    """The same facts with the releases for an audience."""
    db, country = facts.db, facts.country
    newest = newest_release(db, country.id, audience)
    work = dict(facts.work)
    work.pop(Step.RELEASE, None)
    if newest is not None and any(item.recording_id == facts.recording.id for item in newest.items):
        work |= _find_work(db, {Step.RELEASE: newest.id}, Waits(db, now=facts.now))
    return replace(facts, audience=audience, live=live_release(db, country, audience), newest=newest, work=work)


def _find_work(db: Session, subjects: Mapping[Step, int], waits: Waits) -> dict[Step, Work]:
    found = {}
    for step, subject_id in subjects.items():
        job = find_newest_jobs(db, [JOB_KINDS[step]], [subject_id]).get(subject_id)
        if job is not None:
            found[step] = Work(job, waits.of(job))
    return found
