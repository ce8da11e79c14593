"""Staff accounts: added on the command line, signed in by e-mail address and password (Argon2id)."""

from collections.abc import Sequence
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import WrongUsage
from pipeline.domain.tokens import new_name
from pipeline.records.tables import StaffAccount
from pipeline.services.events import SYSTEM, Actor, record_event

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 200

_hasher = PasswordHasher()
_NOBODYS_HASH = _hasher.hash(new_name())


def add_account(db: Session, *, email: str, password: str, now: datetime, is_operator: bool = False) -> StaffAccount:
    """Add a staff account; raises `WrongUsage` for an impossible or known address or a short password."""
    address = _normalised(email)
    if _find(db, address) is not None:
        raise WrongUsage("There is already an account with this address.")
    account = StaffAccount(
        email=address,
        password_hash=_hash(password),
        session_key=new_name(),
        is_active=True,
        is_operator=is_operator,
        created_at=now,
    )
    db.add(account)
    db.flush()
    record_event(db, "account.added", subject_kind="account", subject_id=account.id, actor=SYSTEM, now=now)
    return account


def sign_in(db: Session, *, email: str, password: str, now: datetime) -> StaffAccount | None:
    """The account when address and password fit, else None.

    Takes the same time for an unknown address as for a wrong password. Hashes made with weaker
    settings are renewed on the way.
    """
    account = _find(db, email.strip().lower())
    known = account.password_hash if account is not None else _NOBODYS_HASH
    fits = _fits(known, password)
    if account is None or not account.is_active:
        return None
    name = "account.signed_in" if fits else "account.sign_in_failed"
    record_event(db, name, subject_kind="account", subject_id=account.id, actor=Actor("staff", account.id), now=now)
    if not fits:
        return None
    if _hasher.check_needs_rehash(account.password_hash):
        account.password_hash = _hasher.hash(password)
    db.flush()
    return account


def change_password(db: Session, account: StaffAccount, *, old_password: str, new_password: str, now: datetime) -> bool:
    """Set a new password and end every session of the account; False when the old password does not fit."""
    if not _fits(account.password_hash, old_password):
        return False
    set_password(db, account, password=new_password, actor=Actor("staff", account.id), now=now)
    return True


def set_password(db: Session, account: StaffAccount, *, password: str, actor: Actor, now: datetime) -> None:
    """Set a password without asking for the old one, and end every session; for the operator."""
    account.password_hash = _hash(password)
    account.session_key = new_name()
    db.flush()
    record_event(db, "account.password_changed", subject_kind="account", subject_id=account.id, actor=actor, now=now)


def set_operator(db: Session, account: StaffAccount, *, is_operator: bool, actor: Actor, now: datetime) -> None:
    """Open the operator's pages to an account, or close them to it; nothing happens when it is so already."""
    if account.is_operator == is_operator:
        return
    account.is_operator = is_operator
    db.flush()
    name = "account.made_operator" if is_operator else "account.unmade_operator"
    record_event(db, name, subject_kind="account", subject_id=account.id, actor=actor, now=now)


def deactivate_account(db: Session, account: StaffAccount, *, actor: Actor, now: datetime) -> None:
    """Close an account and end its sessions; what it did stays on record."""
    account.is_active = False
    account.session_key = new_name()
    db.flush()
    record_event(db, "account.deactivated", subject_kind="account", subject_id=account.id, actor=actor, now=now)


def find_account(db: Session, email: str) -> StaffAccount | None:
    """The account with this address."""
    return _find(db, email.strip().lower())


def list_accounts(db: Session) -> Sequence[StaffAccount]:
    """All accounts by address."""
    return db.scalars(select(StaffAccount).order_by(StaffAccount.email)).all()


def _find(db: Session, address: str) -> StaffAccount | None:
    return db.scalar(select(StaffAccount).where(StaffAccount.email == address))


def _normalised(email: str) -> str:
    address = email.strip().lower()
    name, _at, host = address.rpartition("@")
    if not name or not host or len(address) > 254 or any(sign.isspace() for sign in address):
        raise WrongUsage("This is not an e-mail address. Write it like name@example.org.")
    return address


def _hash(password: str) -> str:
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise WrongUsage(f"A password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} signs.")
    return _hasher.hash(password)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password[: MAX_PASSWORD_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
