"""What the speaker's page shows of one statement: whose it is, where it stands, what was found, what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.findings import Finding
from pipeline.domain.jobs import JobKind
from pipeline.domain.limits import Limit
from pipeline.domain.standings import Standing, standing_of
from pipeline.domain.statements import StatementAction, StatementState, is_allowed
from pipeline.records.queries import newest_jobs
from pipeline.records.tables import Country, Job, PreSession, Recording, Speaker, Statement, Upload
from pipeline.services.attempts import may_hand_in
from pipeline.services.consents import is_consent_complete, latest_consents
from pipeline.services.deadlines import last_day_of
from pipeline.services.uploads import unfinished_upload


@dataclass(frozen=True)
class HandIn:
    """One statement as its speaker sees it; rows are read inside the transaction that loaded them.

    `is_in_time`: recordings are still taken, or staff asked for another.
    """

    statement: Statement
    standing: Standing
    job: Job | None
    unfinished: Upload | None
    is_in_time: bool

    @property
    def speaker(self) -> Speaker:
        """Whose statement it is."""
        return self.statement.speaker

    @property
    def country(self) -> Country:
        """The State under Review."""
        return self.speaker.country

    @property
    def pre_session(self) -> PreSession:
        """The session it is for."""
        return self.country.pre_session

    @property
    def limit(self) -> Limit:
        """How long a recording may be."""
        return limit_of(self.pre_session)

    @property
    def recording(self) -> Recording | None:
        """The attempt that counts."""
        return self.statement.current_recording

    @property
    def findings(self) -> list[Finding]:
        """What was found in it."""
        return [Finding.from_json(data) for data in self.recording.findings] if self.recording else []

    @property
    def audiences(self) -> Mapping[ConsentItem, Audience]:
        """What was answered so far."""
        return {item: consent.audience for item, consent in latest_consents(self.statement).items()}

    @property
    def is_consent_complete(self) -> bool:
        """Whether all was answered under the words in force."""
        return is_consent_complete(self.statement)

    @property
    def may_be_published(self) -> bool:
        """Whether the speaker said yes to showing the recording."""
        return self.audiences.get(ConsentItem.RECORDING) is Audience.PUBLIC

    @property
    def can_receive(self) -> bool:
        """Whether another recording can be handed in now."""
        return self.is_in_time and is_allowed(self.statement.state, StatementAction.RECEIVE)

    @property
    def hand_in_until(self) -> date | None:
        """The last day for recordings, where there is one."""
        return last_day_of(self.statement)

    @property
    def can_withdraw(self) -> bool:
        """Whether there is something to withdraw."""
        return is_allowed(self.statement.state, StatementAction.WITHDRAW)

    @property
    def is_published(self) -> bool:
        """Whether the statement is on the country's page."""
        return self.statement.state is StatementState.PUBLISHED

    @property
    def is_being_worked_on(self) -> bool:
        """Whether the page will have news soon."""
        return self.standing in {Standing.CHECKING, Standing.PREPARING}


def limit_of(pre_session: PreSession) -> Limit:
    """A session's limit."""
    return Limit(pre_session.min_seconds, pre_session.max_seconds, pre_session.tolerance_seconds)


def load_hand_in(db: Session, statement_id: int, *, now: datetime) -> HandIn:
    """Load what the page shows of a statement that exists."""
    panel = joinedload(Statement.speaker).joinedload(Speaker.country).joinedload(Country.pre_session)
    attempts = selectinload(Statement.recordings)
    wanted = select(Statement).where(Statement.id == statement_id)
    parts = (Statement.consents, Statement.contents, Statement.papers)
    statement = db.scalars(wanted.options(panel, attempts, *(selectinload(part) for part in parts))).one()
    job = _newest_job(db, statement)
    return HandIn(
        statement=statement,
        standing=_standing(statement, job),
        job=job,
        unfinished=unfinished_upload(db, statement_id=statement_id, now=now),
        is_in_time=may_hand_in(statement, now=now),
    )


def _newest_job(db: Session, statement: Statement) -> Job | None:
    """What works on the current recording: its encoding once there is one, its check before."""
    if statement.current_recording_id is None:
        return None
    ids = [statement.current_recording_id]
    jobs = newest_jobs(db, {JobKind.INTAKE: ids, JobKind.ENCODE: ids})
    return max(jobs.values(), key=lambda job: job.id, default=None)


def _standing(statement: Statement, job: Job | None) -> Standing:
    recording = statement.current_recording
    return standing_of(
        statement.state,
        has_link=True,
        verdict=recording.verdict if recording else None,
        is_packaged=bool(recording and recording.package_prefix),
        job_state=job.state if job else None,
    )
