"""A person of the organiser erased: the account is closed for good, and nothing that names them is left.

What they did stays on record under the account's number; what was interpreted with their own voice goes.
"""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from pipeline.domain.tokens import new_name
from pipeline.records.tables import (
    ApiToken,
    Assignment,
    StaffAccount,
    StaffIdentity,
    StaffKey,
    StaffPasskey,
    StaffRecoveryCode,
    StaffSession,
)
from pipeline.services.accounts_roles import deactivate_account
from pipeline.services.accounts_tries import forget_wrong_passwords
from pipeline.services.events import Actor, record_event
from pipeline.services.voice_removal import remove_voices_of

_ITS_ROWS = (StaffSession, StaffPasskey, StaffRecoveryCode, StaffKey, StaffIdentity)


def erase_account(db: Session, account: StaffAccount, *, actor: Actor, now: datetime) -> None:
    """Close an account and forget whose it was; nothing happens the second time. Raises `LastAdministrator`."""
    if account.erased_at is not None:
        return
    deactivate_account(db, account, actor=actor, now=now)
    forget_wrong_passwords(db, account.email)
    for table in _ITS_ROWS:
        db.execute(delete(table).where(table.account_id == account.id))
    db.execute(update(ApiToken).where(ApiToken.account_id == account.id).values(name=""))
    for assignment in db.scalars(
        select(Assignment).where(Assignment.account_id == account.id, Assignment.ended_at.is_(None))
    ):
        assignment.ended_at = now
    remove_voices_of(db, account.id, actor=actor, now=now)
    account.email, account.name = f"erased-{account.id}", ""
    account.password_hash = account.totp_secret = ""
    account.session_key, account.is_operator, account.erased_at = new_name(), False, now
    account.version += 1
    db.flush()
    record_event(db, "account.erased", subject_kind="account", subject_id=account.id, actor=actor, now=now)
