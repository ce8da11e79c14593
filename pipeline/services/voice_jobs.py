"""Jobs that mix a voice with the original, one for each voice: asking for them anew, stopping them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.jobs import JobKind
from pipeline.records.tables import Job, Voice
from pipeline.services.events import Actor
from pipeline.services.jobs import cancel_open_jobs, deadline_of, queue_job


def queue_mixing(db: Session, voice: Voice, *, actor: Actor, now: datetime) -> Job:
    """Have a voice mixed; what is being mixed for another level, place or package is given up."""
    cancel_open_jobs(db, JobKind.VOICE, voice.id, actor=actor, now=now)
    db.flush()
    country = voice.recording.statement.speaker.country
    return queue_job(db, JobKind.VOICE, voice.id, now=now, deadline=deadline_of(country))


def stop_mixing(db: Session, recording_id: int, *, actor: Actor, now: datetime) -> None:
    """Give up what is being mixed for a recording."""
    for voice_id in db.scalars(select(Voice.id).where(Voice.recording_id == recording_id)).all():
        cancel_open_jobs(db, JobKind.VOICE, voice_id, actor=actor, now=now)
