"""Recovery codes: ten at a time, each good once in place of a lost second factor; only their hashes are kept."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from pipeline.domain.accounts import RECOVERY_CODES
from pipeline.domain.tokens import hash_token
from pipeline.records.tables import StaffAccount, StaffRecoveryCode
from pipeline.services.accounts_notices import record_and_tell
from pipeline.services.events import Actor, record_event

_CODE_BYTES = 10
_GROUP = 4
_LOOKS_LIKE = str.maketrans("018", "OLB")
"""Base 32 has no 0, 1 and 8: whoever copied from paper meant the letter."""


def make_recovery_codes(db: Session, account: StaffAccount, *, actor: Actor, now: datetime) -> Sequence[str]:
    """New codes, which cannot be had a second time; those from before are good no more."""
    drop_recovery_codes(db, account)
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    db.add_all(StaffRecoveryCode(account_id=account.id, code_hash=_hash(code)) for code in codes)
    db.flush()
    record_event(db, "account.recovery_codes_made", subject_kind="account", subject_id=account.id, actor=actor, now=now)
    return codes


def take_recovery_code(db: Session, account: StaffAccount, code: str, *, now: datetime) -> bool:
    """Whether this is a code that was not used before; from now on it is used."""
    wanted = update(StaffRecoveryCode).where(
        StaffRecoveryCode.account_id == account.id,
        StaffRecoveryCode.code_hash == _hash(code),
        StaffRecoveryCode.used_at.is_(None),
    )
    if db.execute(wanted.values(used_at=now)).rowcount != 1:  # type: ignore[attr-defined]
        return False
    actor = Actor("staff", account.id)
    record_and_tell(db, "account.recovery_code_used", account.id, actor=actor, now=now)
    return True


def count_recovery_codes(db: Session, account_id: int) -> int:
    """How many codes were not used yet."""
    unused = select(func.count()).where(StaffRecoveryCode.account_id == account_id, StaffRecoveryCode.used_at.is_(None))
    return db.scalar(unused) or 0


def drop_recovery_codes(db: Session, account: StaffAccount) -> None:
    """Let none of the codes be good any more."""
    db.execute(delete(StaffRecoveryCode).where(StaffRecoveryCode.account_id == account.id))


def _new_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode()
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def _hash(code: str) -> str:
    letters = "".join(sign for sign in code.upper() if sign.isalnum()).translate(_LOOKS_LIKE)
    return hash_token(letters, "recovery code")
