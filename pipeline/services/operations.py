"""What the operator sees: jobs with where they belong, queues, and a job's history. No names of people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from pipeline.domain.jobs import OF_RECORDINGS, OPEN_STATES, QUEUES, JobKind, JobState
from pipeline.domain.mails import MailState
from pipeline.domain.papers import PaperState
from pipeline.domain.statements import StatementState
from pipeline.records.tables import (
    CachePurge,
    Country,
    Event,
    Job,
    Mail,
    Paper,
    PreSession,
    Recording,
    Release,
    Sheet,
    Speaker,
    StaffAccount,
    Statement,
    Voice,
)
from pipeline.services.board_rows import JobRow, with_failure_codes
from pipeline.services.board_waits import Wait, Waits, is_due, takers
from pipeline.services.reviews import HistoryLine
from pipeline.services.running_parts import RunningPartSeen

PAGE_LENGTH = 50

_ALONE = (
    JobKind.RELEASE,
    JobKind.MAIL,
    JobKind.PAPER,
    JobKind.ACCOUNT_MAIL,
    JobKind.ACCOUNT_NOTICE,
    JobKind.WEBHOOK,
    JobKind.ALIGN,
    JobKind.DRAFT,
    JobKind.BURN,
    JobKind.TAKEDOWN,
    JobKind.PURGE,
    JobKind.VOICE,
    JobKind.WAVEFORM,
)
"""Kinds of work on things of their own, which no other kind of work is on."""

_WIDTH = len(JobRow.columns())


@dataclass(frozen=True)
class Subject:
    """Where a job belongs: a country of a session, None where it is about none, as a mail to staff.

    All but what is about a whole country have a statement and a place on the panel. `number` is the recording's
    attempt, the release's number, or the id of what the job is about.
    """

    slug: str | None
    country_code: str | None
    number: int
    statement_id: int | None
    position: int | None


@dataclass(frozen=True)
class JobLine:
    """One job as the operator sees it; `wait` is why it has not begun, None when it does not wait."""

    row: JobRow
    subject: Subject
    wait: Wait | None

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it waits or runs."""
        return self.row.state in OPEN_STATES

    @property
    def can_be_retried(self) -> bool:
        """Whether it has ended without a result."""
        return self.row.state in {JobState.FAILED, JobState.CANCELLED}


@dataclass(frozen=True)
class WorkLine:
    """One kind of work: jobs that could begin, jobs that run, jobs that are tried later, and who takes them."""

    kind: JobKind
    due: int
    running: int
    later: int
    oldest_due: datetime | None
    workers: int
    slots: int


def list_jobs(
    db: Session,
    *,
    now: datetime,
    state: JobState | None = None,
    kind: JobKind | None = None,
    before_id: int | None = None,
) -> list[JobLine]:
    """A page of jobs, the newest first; `before_id` asks for those before the last of a page."""
    wanted = _select_jobs().order_by(Job.id.desc()).limit(PAGE_LENGTH)
    if state is not None:
        wanted = wanted.where(Job.state == state)
    if kind is not None:
        wanted = wanted.where(Job.kind == kind)
    if before_id is not None:
        wanted = wanted.where(Job.id < before_id)
    return _lines(db, wanted, now)


def find_job(db: Session, job_id: int, *, now: datetime) -> JobLine | None:
    """One job; None when there is none with this number."""
    return next(iter(_lines(db, _select_jobs().where(Job.id == job_id), now)), None)


def load_job_history(db: Session, job_id: int) -> list[HistoryLine]:
    """What happened to a job, newest first."""
    wanted = (
        select(Event, StaffAccount.email)
        .outerjoin(StaffAccount, and_(Event.actor_kind == "staff", StaffAccount.id == Event.actor_id))
        .where(Event.subject_kind == "job", Event.subject_id == job_id)
        .order_by(Event.id.desc())
    )
    return [HistoryLine(event, email) for event, email in db.execute(wanted)]


def list_failures(db: Session, *, now: datetime) -> list[JobLine]:
    """Failed work that stands in somebody's way until it is tried again or replaced, the newest first."""
    return _lines(db, _select_failures(), now)


@cache
def _select_failures() -> Select[Any]:
    """Built once: every staff page asks, and building it takes longer than asking."""
    newer_job, newer_release = aliased(Job), aliased(Release)
    same_work = _family(newer_job) == _family(Job)
    is_newest = ~exists().where(newer_job.subject_id == Job.subject_id, newer_job.id > Job.id, same_work)
    same_place = newer_release.country_id == Release.country_id, newer_release.audience == Release.audience
    is_newest_release = ~exists().where(*same_place, newer_release.id > Release.id)
    is_needed = or_(
        and_(Job.kind == JobKind.RELEASE, is_newest_release),
        and_(Job.kind == JobKind.MAIL, Mail.state == MailState.WAITING),
        and_(Job.kind == JobKind.PAPER, Paper.state == PaperState.RECEIVED),
        and_(Job.kind == JobKind.ALIGN, Statement.current_recording_id == Recording.id),
        and_(
            Statement.current_recording_id == Recording.id,
            Statement.state.in_([StatementState.RECEIVED, StatementState.IN_REVIEW]),
            Recording.package_prefix.is_(None),
        ),
    )
    wanted = _select_jobs().where(Job.state == JobState.FAILED, is_newest, is_needed)
    return wanted.order_by(Job.id.desc()).limit(PAGE_LENGTH)


def list_work(db: Session, parts: Sequence[RunningPartSeen], *, now: datetime) -> list[WorkLine]:
    """Every kind of work with what waits and who takes it."""
    wanted = select(Job.kind, Job.state, Job.created_at, Job.not_before)
    rows = db.execute(wanted.where(Job.state.in_(OPEN_STATES))).all()
    return [_work_line(kind, [row for row in rows if row.kind is kind], parts, now) for kind in JobKind]


def _work_line(kind: JobKind, rows: Sequence[Any], parts: Sequence[RunningPartSeen], now: datetime) -> WorkLine:
    queued = [row for row in rows if row.state is JobState.QUEUED]
    due = [max(row.created_at, row.not_before or row.created_at) for row in queued if is_due(row.not_before, now)]
    found = takers(parts, QUEUES[kind])
    return WorkLine(
        kind=kind,
        due=len(due),
        running=len(rows) - len(queued),
        later=len(queued) - len(due),
        oldest_due=min(due, default=None),
        workers=len(found),
        slots=sum(part.slots for part in found),
    )


def _lines(db: Session, wanted: Select[Any], now: datetime) -> list[JobLine]:
    found = db.execute(wanted).all()
    subjects = {row[0]: Subject(*row[_WIDTH:]) for row in found}
    waits = Waits(db, now=now)
    rows = with_failure_codes(db, [JobRow(*row[:_WIDTH]) for row in found])
    return [JobLine(row, subjects[row.id], waits.of(row)) for row in rows]


def _family(job: type[Job]) -> ColumnElement[int]:
    """Kinds of work on the same things have the same number: a newer job of either takes the place of an older."""
    return case(*((job.kind == kind, number) for number, kind in enumerate(_ALONE, 1)), else_=0)


@cache
def _select_jobs() -> Select[Any]:
    """Jobs with where they belong: a release has a country, others have one by their statement, some have none."""
    is_release = Job.kind.in_([JobKind.RELEASE, JobKind.TAKEDOWN])
    is_purge = Job.kind == JobKind.PURGE
    is_mail = Job.kind == JobKind.MAIL
    is_paper = Job.kind == JobKind.PAPER
    is_draft = Job.kind == JobKind.DRAFT
    is_voice = Job.kind == JobKind.VOICE
    is_recording = Job.kind.in_(OF_RECORDINGS)
    return (
        select(
            *JobRow.columns(),
            PreSession.slug,
            Country.code,
            case(
                (is_release, Release.number),
                (or_(is_recording, is_draft, is_voice), Recording.attempt),
                else_=Job.subject_id,
            ),
            Statement.id,
            Speaker.position,
        )
        .outerjoin(Release, and_(is_release, Release.id == Job.subject_id))
        .outerjoin(CachePurge, and_(is_purge, CachePurge.id == Job.subject_id))
        .outerjoin(Sheet, and_(is_draft, Sheet.id == Job.subject_id))
        .outerjoin(Voice, and_(is_voice, Voice.id == Job.subject_id))
        .outerjoin(
            Recording,
            or_(
                and_(is_recording, Recording.id == Job.subject_id),
                Recording.id == Sheet.recording_id,
                Recording.id == Voice.recording_id,
            ),
        )
        .outerjoin(Mail, and_(is_mail, Mail.id == Job.subject_id))
        .outerjoin(Paper, and_(is_paper, Paper.id == Job.subject_id))
        .outerjoin(
            Statement, Statement.id == func.coalesce(Recording.statement_id, Mail.statement_id, Paper.statement_id)
        )
        .outerjoin(Speaker, Speaker.id == Statement.speaker_id)
        .outerjoin(Country, Country.id == func.coalesce(Speaker.country_id, Release.country_id, CachePurge.country_id))
        .outerjoin(PreSession, PreSession.id == Country.pre_session_id)
    )
