"""Wrong passwords of late, by address: counted in the records, so that all portals of an installation count together.

An address is counted whether there is an account or not, so that nobody learns by it which there are. Kept is a hash,
and not for long.
"""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from pipeline.domain.accounts import WRONG_PASSWORDS, WRONG_PASSWORDS_TIME
from pipeline.domain.tokens import hash_token
from pipeline.records.tables import SignInTry


def takes_no_more_passwords(db: Session, email: str, *, now: datetime) -> bool:
    """Whether so many passwords were wrong lately that none is looked at."""
    lately = select(func.count()).where(
        SignInTry.address_hash == _hash(email), SignInTry.at > now - WRONG_PASSWORDS_TIME
    )
    return (db.scalar(lately) or 0) >= WRONG_PASSWORDS


def record_wrong_password(db: Session, email: str, *, now: datetime) -> None:
    """Count one."""
    db.add(SignInTry(address_hash=_hash(email), at=now))
    db.flush()


def forget_wrong_passwords(db: Session, email: str) -> None:
    """Begin to count anew, because somebody knew the password."""
    db.execute(delete(SignInTry).where(SignInTry.address_hash == _hash(email)))


def remove_old_tries(db: Session, *, now: datetime) -> None:
    """Forget those that count no more."""
    db.execute(delete(SignInTry).where(SignInTry.at <= now - WRONG_PASSWORDS_TIME))


def _hash(email: str) -> str:
    return hash_token(email.strip().lower(), "sign-in try")
