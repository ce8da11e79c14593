"""What restored records need before anything runs on them."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.mails import MailState
from pipeline.records.tables import Job, Mail, Recording, StaffKey, Voice, Webhook


def give_back_running_jobs(db: Session) -> int:
    """Have work that ran when the records were copied begin again; it is no attempt. How many jobs."""
    fresh = {"state": JobState.QUEUED, "attempt": Job.attempt - 1, "progress": 0.0, "stage": ""}
    running = update(Job).where(Job.state == JobState.RUNNING).values(lease_token=None, lease_until=None, **fresh)
    return len(db.execute(running.returning(Job.id)).all())


def hold_waiting_mails(db: Session) -> int:
    """Keep mails from being sent by the restored installation that the old one has sent since; how many.

    Links to accounts that wait to be mailed end: whoever is still wanted is invited again. Nobody is told again of what
    happened to their account.
    """
    unsent = update(StaffKey).where(StaffKey.language != "", StaffKey.sent_at.is_(None), StaffKey.revoked_at.is_(None))
    db.execute(unsent.values(revoked_at=StaffKey.created_at))
    told = update(Job).where(Job.kind == JobKind.ACCOUNT_NOTICE, Job.state == JobState.QUEUED)
    db.execute(told.values(state=JobState.CANCELLED))
    waiting = update(Mail).where(Mail.state == MailState.WAITING).values(state=MailState.HELD, is_released=False)
    return len(db.execute(waiting.returning(Mail.id)).all())


def pause_webhooks(db: Session) -> int:
    """Tell other systems nothing until somebody says so: the old installation may go on telling them; how many."""
    told = update(Webhook).where(Webhook.is_active).values(is_active=False)
    return len(db.execute(told.returning(Webhook.id)).all())


def original_keys(db: Session) -> frozenset[str]:
    """Where the originals of all recordings and voices lie; those of withdrawn statements are gone."""
    columns = (Recording.original_key, Voice.original_key)
    return frozenset(key for column in columns for key in db.scalars(select(column).where(column != "")))
