"""What restored records need before anything runs on them."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pipeline.domain.jobs import JobState
from pipeline.records.tables import Job, Recording


def give_back_running_jobs(db: Session) -> int:
    """Have work that ran when the records were copied begin again; it is no attempt. How many jobs."""
    fresh = {"state": JobState.QUEUED, "attempt": Job.attempt - 1, "progress": 0.0, "stage": ""}
    running = update(Job).where(Job.state == JobState.RUNNING).values(lease_token=None, lease_until=None, **fresh)
    return len(db.execute(running.returning(Job.id)).all())


def original_keys(db: Session) -> frozenset[str]:
    """Where the originals of all recordings lie; those of withdrawn statements are gone."""
    return frozenset(db.scalars(select(Recording.original_key)))
