"""Who somebody is at an OpenID provider, and which account that is. A provider opens no account: staff invite."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.records.tables import StaffAccount, StaffIdentity
from pipeline.services.accounts import find_account
from pipeline.services.accounts_notices import record_and_tell
from pipeline.services.events import Actor


def account_of_identity(
    db: Session, *, issuer: str, subject: str, verified_email: str | None, now: datetime
) -> StaffAccount | None:
    """The account of a person whom a provider vouches for; None where nobody was invited, or the account is closed.

    At the first time it is found by an address that the provider has verified, and bound: later the address is
    not looked at, so that whoever gets it after that person gets nothing else.
    """
    known = select(StaffIdentity).where(StaffIdentity.issuer == issuer, StaffIdentity.subject == subject)
    identity = db.scalar(known)
    if identity is not None:
        account = db.get(StaffAccount, identity.account_id)
    else:
        account = _bind(db, issuer, subject, verified_email, now)
    return account if account is not None and account.is_active else None


def _bind(db: Session, issuer: str, subject: str, verified_email: str | None, now: datetime) -> StaffAccount | None:
    account = find_account(db, verified_email) if verified_email else None
    if account is None or not account.is_active or _is_bound(db, account.id, issuer):
        return None
    db.add(StaffIdentity(account_id=account.id, issuer=issuer, subject=subject, created_at=now))
    db.flush()
    actor = Actor("staff", account.id)
    record_and_tell(db, "account.identity_bound", account.id, actor=actor, now=now)
    return account


def _is_bound(db: Session, account_id: int, issuer: str) -> bool:
    bound = select(StaffIdentity.id).where(StaffIdentity.account_id == account_id, StaffIdentity.issuer == issuer)
    return db.scalar(bound.limit(1)) is not None
