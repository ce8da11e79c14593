"""Jobs that draft subtitles by machine, one for each sheet that is drafted: asking for them, stopping them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.jobs import OPEN_STATES, JobKind
from pipeline.records.queries import newest_jobs
from pipeline.records.tables import Job, Sheet
from pipeline.services.events import Actor
from pipeline.services.jobs import cancel_open_jobs, deadline_of, queue_job


def queue_draft(db: Session, sheet: Sheet, *, now: datetime) -> Job:
    """Have a sheet drafted; where that is asked for already, that job is returned."""
    country = sheet.recording.statement.speaker.country
    return queue_job(db, JobKind.DRAFT, sheet.id, now=now, deadline=deadline_of(country))


def is_drafting(db: Session, sheet_id: int) -> bool:
    """Whether a draft waits or is made."""
    job = newest_jobs(db, {JobKind.DRAFT: [sheet_id]}).get((JobKind.DRAFT, sheet_id))
    return job is not None and job.state in OPEN_STATES


def stop_drafts(db: Session, recording_id: int, *, actor: Actor, now: datetime) -> None:
    """Cancel what is being drafted for a recording."""
    for sheet_id in db.scalars(select(Sheet.id).where(Sheet.recording_id == recording_id)).all():
        cancel_open_jobs(db, JobKind.DRAFT, sheet_id, actor=actor, now=now)
