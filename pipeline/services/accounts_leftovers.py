"""Rows of accounts that are of no more use: links and sessions that ended long ago, tries that count no more."""

from datetime import datetime

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from pipeline.domain.accounts import KEYS_KEPT, SESSIONS_KEPT
from pipeline.records.tables import StaffKey, StaffSession
from pipeline.services.accounts_tries import remove_old_tries


def remove_old_account_rows(db: Session, *, now: datetime) -> None:
    """Forget what is long over; what happened stays in the record of events."""
    db.execute(delete(StaffKey).where(StaffKey.expires_at < now - KEYS_KEPT))
    over = or_(StaffSession.ended_at < now - SESSIONS_KEPT, StaffSession.created_at < now - SESSIONS_KEPT)
    db.execute(delete(StaffSession).where(over))
    remove_old_tries(db, now=now)
