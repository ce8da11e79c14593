"""Staff accounts and their passwords (Argon2id). What comes beside is in the other `accounts_…` modules."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.accounts import MAX_NAME_LENGTH
from pipeline.domain.errors import WrongUsage
from pipeline.domain.roles import Role
from pipeline.domain.tokens import new_name
from pipeline.records.tables import StaffAccount, StaffKey
from pipeline.services.accounts_notices import record_account_event, record_and_tell
from pipeline.services.accounts_sessions import end_sessions
from pipeline.services.accounts_tries import forget_wrong_passwords, record_wrong_password
from pipeline.services.events import SYSTEM, Actor, record_event

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 200

_hasher = PasswordHasher()


def add_account(
    db: Session,
    *,
    email: str,
    password: str,
    now: datetime,
    role: Role | None = None,
    name: str = "",
    is_operator: bool = False,
) -> StaffAccount:
    """Add an account; without a role the first is an administrator and others are staff.

    Raises `WrongUsage` for an impossible or known address or a short password.
    """
    account = StaffAccount(
        email=clean_new_address(db, email),
        name=clean_name(name),
        role=role or (Role.STAFF if list_accounts(db) else Role.ADMINISTRATOR),
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


def check_password(db: Session, *, email: str, password: str, now: datetime) -> StaffAccount | None:
    """The account when address and password fit, else None; a wrong try is on record.

    Takes the same time for an unknown address as for a wrong password. Hashes made with weaker
    settings are renewed on the way.
    """
    account = find_account(db, email)
    known = account.password_hash if account is not None else ""
    nobodys = _nobodys_hash()  # asked for in either case: the first time it costs
    fits = _fits(known or nobodys, password)
    if account is None or not account.is_active or not fits:
        _note_wrong(db, account, email, now)
        return None
    forget_wrong_passwords(db, email)
    if _hasher.check_needs_rehash(account.password_hash):
        account.password_hash = _hasher.hash(password)
    db.flush()
    return account


def is_own_password(db: Session, account: StaffAccount, password: str, *, now: datetime) -> bool:
    """Whether this is the password of an account, asked once more before something grave; never of one without.

    A wrong one counts as a wrong try to sign in: whoever found an open browser guesses no longer than anybody else.
    """
    if account.password_hash and _fits(account.password_hash, password):
        return True
    if password:
        _note_wrong(db, account, account.email, now)
    return False


def change_password(db: Session, account: StaffAccount, *, old_password: str, new_password: str, now: datetime) -> bool:
    """Set a new password and end every session of the account; False when the old password does not fit."""
    if not is_own_password(db, account, old_password, now=now):
        return False
    set_password(db, account, password=new_password, actor=Actor("staff", account.id), now=now)
    return True


def set_password(db: Session, account: StaffAccount, *, password: str, actor: Actor, now: datetime) -> None:
    """Set a password without asking for the old one, and end every session and every link that would set another."""
    is_first = not account.password_hash
    account.password_hash = _hash(password)
    record = record_account_event if is_first else record_and_tell
    record(db, "account.password_changed", account.id, actor=actor, now=now)
    end_keys(db, account, now=now)
    end_sessions(db, account, actor=actor, now=now)


def set_operator(db: Session, account: StaffAccount, *, is_operator: bool, actor: Actor, now: datetime) -> None:
    """Open the operator's pages to an account, or close them to it; nothing happens when it is so already."""
    if account.is_operator == is_operator:
        return
    account.is_operator = is_operator
    db.flush()
    name = "account.made_operator" if is_operator else "account.unmade_operator"
    record_event(db, name, subject_kind="account", subject_id=account.id, actor=actor, now=now)


def end_keys(db: Session, account: StaffAccount, *, now: datetime) -> None:
    """Let no link of this account work any more."""
    going_on = select(StaffKey).where(
        StaffKey.account_id == account.id, StaffKey.used_at.is_(None), StaffKey.revoked_at.is_(None)
    )
    for key in db.scalars(going_on):
        key.revoked_at = now
    db.flush()


def find_account(db: Session, email: str) -> StaffAccount | None:
    """The account with this address."""
    return db.scalar(select(StaffAccount).where(StaffAccount.email == email.strip().lower()))


def list_accounts(db: Session) -> Sequence[StaffAccount]:
    """All accounts by address; those of people who were erased are not among them."""
    there = select(StaffAccount).where(StaffAccount.erased_at.is_(None))
    return db.scalars(there.order_by(StaffAccount.email)).all()


def clean_new_address(db: Session, email: str) -> str:
    """An address as it is kept; raises `WrongUsage` where it is none, or an account has it."""
    address = email.strip().lower()
    name, _at, host = address.rpartition("@")
    if not name or not host or len(address) > 254 or any(sign.isspace() for sign in address):
        raise WrongUsage("This is not an e-mail address. Write it like name@example.org.")
    if find_account(db, address) is not None:
        raise WrongUsage("There is already an account with this address.")
    return address


def clean_name(name: str) -> str:
    """A name as it is kept: one line; raises `WrongUsage` where it is too long."""
    cleaned = " ".join(name.split())
    if len(cleaned) > MAX_NAME_LENGTH:
        raise WrongUsage(f"A name has at most {MAX_NAME_LENGTH} signs.")
    return cleaned


def _note_wrong(db: Session, account: StaffAccount | None, email: str, now: datetime) -> None:
    """Count a wrong password; on record where there is an account that it could have opened."""
    record_wrong_password(db, email, now=now)
    if account is not None and account.is_active:
        actor = Actor("staff", account.id)
        record_account_event(db, "account.sign_in_failed", account.id, actor=actor, now=now)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(new_name())


def _hash(password: str) -> str:
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise WrongUsage(f"A password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} signs.")
    return _hasher.hash(password)


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password[: MAX_PASSWORD_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
