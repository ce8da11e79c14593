"""What an account has beside its password, how many wrong tries it takes, and taking all of it away for who lost it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from pipeline.domain.accounts import WRONG_FACTORS, WRONG_FACTORS_TIME
from pipeline.records.tables import Event, StaffAccount, StaffPasskey
from pipeline.services.accounts_notices import record_account_event, record_and_tell
from pipeline.services.accounts_passkeys import list_passkeys
from pipeline.services.accounts_recovery import count_recovery_codes, drop_recovery_codes
from pipeline.services.accounts_sessions import end_sessions
from pipeline.services.events import Actor


@dataclass(frozen=True)
class Factors:
    """The second factors of an account; recovery codes are none by themselves."""

    has_totp: bool
    passkeys: int
    recovery_codes: int

    @property
    def is_any(self) -> bool:
        """Whether a second factor is asked of this account."""
        return self.has_totp or self.passkeys > 0


def factors_of(db: Session, account: StaffAccount) -> Factors:
    """What this account can show beside its password."""
    return Factors(
        has_totp=bool(account.totp_secret),
        passkeys=len(list_passkeys(db, account.id)),
        recovery_codes=count_recovery_codes(db, account.id),
    )


def takes_no_more_tries(db: Session, account_id: int, *, now: datetime) -> bool:
    """Whether so many second factors were wrong lately that none is looked at; the same for every portal."""
    return _count_wrong(db, account_id, now) >= WRONG_FACTORS


def record_wrong_factor(db: Session, account_id: int, *, now: datetime) -> None:
    """Note that a second factor was wrong; its owner hears of the last that is taken: somebody knows the password."""
    is_last = _count_wrong(db, account_id, now) == WRONG_FACTORS - 1
    record = record_and_tell if is_last else record_account_event
    record(db, "account.second_factor_failed", account_id, actor=Actor("staff", account_id), now=now)


def reset_factors(db: Session, account: StaffAccount, *, actor: Actor, now: datetime) -> None:
    """Take away every second factor of somebody who lost them, and end every session."""
    account.totp_secret = ""
    db.execute(delete(StaffPasskey).where(StaffPasskey.account_id == account.id))
    drop_recovery_codes(db, account)
    end_sessions(db, account, actor=actor, now=now)
    record_and_tell(db, "account.second_factors_reset", account.id, actor=actor, now=now)


def _count_wrong(db: Session, account_id: int, now: datetime) -> int:
    lately = select(func.count()).where(
        Event.subject_kind == "account",
        Event.subject_id == account_id,
        Event.name == "account.second_factor_failed",
        Event.at > now - WRONG_FACTORS_TIME,
    )
    return db.scalar(lately) or 0
