"""Telling people by mail what happened to the way into their account, so that they hear of it when it was not they.

A notice is made from the event itself by the worker that sends it; nothing else is kept of it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.jobs import JobKind
from pipeline.domain.mails import NoticeLetter
from pipeline.records.tables import Event, StaffAccount, StaffKey
from pipeline.services.events import Actor, record_event
from pipeline.services.jobs import queue_job


@dataclass(frozen=True)
class NoticeMail:
    """A notice on its way."""

    address: str
    letter: NoticeLetter


def record_account_event(
    db: Session, name: str, account_id: int, *, actor: Actor, now: datetime, **facts: int
) -> Event:
    """Record what happened to an account."""
    return record_event(db, name, subject_kind="account", subject_id=account_id, actor=actor, now=now, **facts)


def record_and_tell(db: Session, name: str, account_id: int, *, actor: Actor, now: datetime, **facts: int) -> None:
    """Record what happened to an account, and have its owner told."""
    event = record_account_event(db, name, account_id, actor=actor, now=now, **facts)
    db.flush()
    queue_job(db, JobKind.ACCOUNT_NOTICE, event.id, now=now, deadline=now)


def prepare_notice(db: Session, event_id: int) -> NoticeMail | None:
    """What to send; None where nobody can be told any more."""
    event = db.get(Event, event_id)
    account = db.get(StaffAccount, event.subject_id) if event is not None else None
    if event is None or account is None or account.erased_at is not None:
        return None
    return NoticeMail(account.email, NoticeLetter(event.name, _language_of(db, account.id), account.name, event.at))


def _language_of(db: Session, account_id: int) -> str:
    """The language of the last link that was mailed; empty where none was."""
    mailed = select(StaffKey.language).where(StaffKey.account_id == account_id, StaffKey.language != "")
    return db.scalar(mailed.order_by(StaffKey.id.desc()).limit(1)) or ""
