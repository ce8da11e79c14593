"""The sweep: takes back what stopped beating and sends again what may have been lost. Lost messages lose nothing."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pipeline.domain.jobs import JobState
from pipeline.records.tables import Job
from pipeline.services.claims import take_back_expired
from pipeline.services.jobs import announce_job

LONGEST_WAIT = timedelta(minutes=5)
"""A job that waits behind others is announced again at most this long after the last time."""


def sweep_jobs(db: Session, *, now: datetime, resend_seconds: float) -> tuple[str, ...]:
    """Take back expired jobs and announce queued ones whose message may be lost; what was begun and given up.

    The answer is the tokens of the attempts that were taken back; the caller removes what they had written.
    """
    given_up = take_back_expired(db, now=now)
    db.flush()
    due = select(Job).where(Job.state == JobState.QUEUED, or_(Job.not_before.is_(None), Job.not_before <= now))
    for job in db.scalars(due.order_by(Job.id)):
        if _may_be_lost(job, now, timedelta(seconds=resend_seconds)):
            announce_job(db, job, now=now)
    return given_up


def _may_be_lost(job: Job, now: datetime, resend: timedelta) -> bool:
    """Silence grows with the time already waited, so that a long queue does not flood the broker."""
    if job.sent_at is None:
        return True
    return now - job.sent_at > min(max(resend, job.sent_at - job.created_at), LONGEST_WAIT)
