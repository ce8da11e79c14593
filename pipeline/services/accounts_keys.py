"""Links by which somebody sets the password of an account: invitations, and for who forgot it.

A mailed link is made by the worker at the moment it is sent; a shown one is shown once. Only its hash is kept.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.accounts import KEY_LIFE, KeyPurpose
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind
from pipeline.domain.mails import KeyLetter
from pipeline.domain.roles import Role
from pipeline.domain.tokens import hash_token, new_name, new_token
from pipeline.records.tables import StaffAccount, StaffKey
from pipeline.services.accounts import clean_name, clean_new_address, end_keys, find_account, set_password
from pipeline.services.events import SYSTEM, Actor, record_event
from pipeline.services.jobs import queue_job

_PURPOSE = "staff key"


@dataclass(frozen=True)
class KeyMail:
    """A mail with a link to an account on its way."""

    address: str
    letter: KeyLetter


def invite_account(db: Session, *, email: str, name: str, role: Role, actor: Actor, now: datetime) -> StaffAccount:
    """Add an account that has no password yet; work can be assigned to it at once. Raises `WrongUsage`."""
    account = StaffAccount(
        email=clean_new_address(db, email),
        name=clean_name(name),
        role=role,
        password_hash="",
        session_key=new_name(),
        is_active=True,
        created_at=now,
    )
    db.add(account)
    db.flush()
    _record(db, "account.invited", account.id, actor, now, role=role.value)
    return account


def issue_key(db: Session, account: StaffAccount, purpose: KeyPurpose, *, actor: Actor, now: datetime) -> str:
    """A link's token, to be shown once; older links of the account end."""
    key = _new_key(db, account, purpose, language="", actor=actor, now=now)
    return _give_token(db, key)


def mail_key(
    db: Session, account: StaffAccount, purpose: KeyPurpose, *, language: str, actor: Actor, now: datetime
) -> None:
    """Have a link mailed to the account's address after the commit; older links of the account end."""
    key = _new_key(db, account, purpose, language=language, actor=actor, now=now)
    queue_job(db, JobKind.ACCOUNT_MAIL, key.id, now=now, deadline=now)


def mail_forgotten(db: Session, email: str, *, language: str, now: datetime) -> None:
    """Have a link mailed where there is an account with this address; nothing tells whether there is."""
    account = find_account(db, email)
    if account is None or not account.is_active:
        return
    purpose = KeyPurpose.RESET if account.password_hash else KeyPurpose.INVITATION
    mail_key(db, account, purpose, language=language, actor=SYSTEM, now=now)


def key_address(public_url: str, token: str, language: str = "") -> str:
    """What a person opens to set a password, in a language where one is named."""
    return f"{public_url}/account/{token}" + (f"?lang={language}" if language else "")


def prepare_key_mail(db: Session, key_id: int, *, public_url: str, now: datetime) -> KeyMail | None:
    """What to send, with a fresh token; None where the link has ended meanwhile or was sent."""
    key = db.scalars(select(StaffKey).where(StaffKey.id == key_id).with_for_update()).one_or_none()
    if key is None or key.sent_at is not None or not _is_open(key, now):
        return None
    account = key.account
    link = key_address(public_url, _give_token(db, key), key.language)
    return KeyMail(account.email, KeyLetter(key.purpose, key.language, account.name, link, key.expires_at))


def record_key_sent(db: Session, key_id: int, *, now: datetime) -> None:
    """Note that the mail went out."""
    key = db.get(StaffKey, key_id)
    if key is not None:
        key.sent_at = now
        db.flush()


def record_key_refused(db: Session, key_id: int, *, now: datetime) -> None:
    """End a link that could not be mailed, because nobody can be reached at the account's address."""
    key = db.get(StaffKey, key_id)
    if key is not None and key.revoked_at is None:
        key.revoked_at = now
        _record(db, "account.key_refused", key.account_id, SYSTEM, now)


def find_key(db: Session, token: str, *, now: datetime) -> StaffKey | None:
    """The link of a token; None alike for one that is wrong, used, expired or revoked. Changes nothing."""
    key = db.scalar(select(StaffKey).where(StaffKey.token_hash == hash_token(token, _PURPOSE)))
    return key if key is not None and _is_open(key, now) else None


def use_key(db: Session, key: StaffKey, *, password: str, name: str | None, now: datetime) -> StaffAccount:
    """Set the account's password (and name, where one is given) and end the link and every session.

    Raises `ChangeNotAllowed` where somebody used the link a moment before.
    """
    db.refresh(key, with_for_update=True)
    if not _is_open(key, now):
        raise ChangeNotAllowed("This link was used a moment ago.")
    account, actor = key.account, Actor("staff", key.account_id)
    key.used_at = now
    if name is not None:
        account.name = clean_name(name)
    set_password(db, account, password=password, actor=actor, now=now)
    _record(db, "account.key_used", account.id, actor, now, purpose=key.purpose.value)
    return account


def open_key_of(db: Session, account: StaffAccount, *, now: datetime) -> StaffKey | None:
    """The link that an account waits with."""
    newest = select(StaffKey).where(StaffKey.account_id == account.id).order_by(StaffKey.id.desc()).limit(1)
    key = db.scalar(newest)
    return key if key is not None and _is_open(key, now) else None


def _new_key(
    db: Session, account: StaffAccount, purpose: KeyPurpose, *, language: str, actor: Actor, now: datetime
) -> StaffKey:
    end_keys(db, account, now=now)
    key = StaffKey(
        account_id=account.id, purpose=purpose, language=language, created_at=now, expires_at=now + KEY_LIFE[purpose]
    )
    db.add(key)
    db.flush()
    _record(db, "account.key_issued", account.id, actor, now, purpose=purpose.value)
    return key


def _give_token(db: Session, key: StaffKey) -> str:
    token = new_token()
    key.token_hash = hash_token(token, _PURPOSE)
    db.flush()
    return token


def _is_open(key: StaffKey, now: datetime) -> bool:
    return key.used_at is None and key.revoked_at is None and now < key.expires_at and key.account.is_active


def _record(db: Session, name: str, account_id: int, actor: Actor, now: datetime, **facts: str) -> None:
    record_event(db, name, subject_kind="account", subject_id=account_id, actor=actor, now=now, **facts)
