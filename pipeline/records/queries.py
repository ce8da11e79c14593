"""Queries that span tables, each with a fixed number of statements whatever the size of a session."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from pipeline.domain.jobs import JobKind
from pipeline.records.tables import Approval, Country, Job, PreSession, Recording, Release, Speaker, Statement


def find_pre_session(db: Session, slug: str) -> PreSession | None:
    """A session by its name in addresses."""
    return db.scalars(select(PreSession).where(PreSession.slug == slug)).first()


def load_panels(db: Session, countries: Iterable[Country]) -> Sequence[Country]:
    """The countries with their panels, statements, consents, current recordings and live releases at hand."""
    ids = [country.id for country in countries]
    statement = selectinload(Country.speakers).joinedload(Speaker.statement)
    recording = statement.joinedload(Statement.current_recording)
    wanted = (
        select(Country)
        .where(Country.id.in_(ids))
        .options(
            joinedload(Country.pre_session),
            joinedload(Country.live_release).selectinload(Release.items),
            recording.selectinload(Recording.tracks),
            recording.selectinload(Recording.sheets),
            statement.selectinload(Statement.consents),
            statement.selectinload(Statement.contents),
            statement.selectinload(Statement.papers),
            statement.selectinload(Statement.approvals).joinedload(Approval.account),
        )
        .order_by(Country.id)
        .execution_options(populate_existing=True)
    )
    return db.scalars(wanted).unique().all()


def newest_jobs(db: Session, subjects: Mapping[JobKind, Iterable[int]]) -> dict[tuple[JobKind, int], Job]:
    """The newest job of each kind and subject that has one."""
    found: dict[tuple[JobKind, int], Job] = {}
    for kind, ids in subjects.items():
        newest = (
            select(func.max(Job.id)).where(Job.kind == kind, Job.subject_id.in_(list(ids))).group_by(Job.subject_id)
        )
        for job in db.scalars(select(Job).where(Job.id.in_(newest))):
            found[kind, job.subject_id] = job
    return found
