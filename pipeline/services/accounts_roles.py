"""What administrators change of accounts: role, name, open or closed. There is always one administrator left."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.roles import Role
from pipeline.records.tables import StaffAccount
from pipeline.services.accounts import clean_name, end_keys
from pipeline.services.accounts_sessions import end_sessions
from pipeline.services.api_tokens import list_tokens_of, revoke_token
from pipeline.services.events import Actor, record_event


class LastAdministrator(WrongUsage):
    """Nobody else could manage accounts any more."""

    def __init__(self) -> None:
        super().__init__("This is the last administrator. Make somebody else one before you change this.")


def check_account_version(account: StaffAccount, version: int) -> None:
    """Refuse when the account is not the one that a person was looking at; raises `ChangeNotAllowed`."""
    if account.version != version:
        raise ChangeNotAllowed("This account changed while you looked at it. Reload the page and look again.")


def lock_account(db: Session, account_id: int) -> StaffAccount | None:
    """An account with its row held until the transaction ends, as it stands now."""
    held = select(StaffAccount).where(StaffAccount.id == account_id).with_for_update()
    return db.scalar(held.execution_options(populate_existing=True))


def change_role(db: Session, account: StaffAccount, role: Role, *, actor: Actor, now: datetime) -> None:
    """Give an account another role, from its next page on; raises `LastAdministrator`."""
    if account.role is role:
        return
    _keep_an_administrator(db, account)
    account.role = role
    _changed(db, account, "account.role_changed", actor, now, role=role.value)


def rename_account(db: Session, account: StaffAccount, name: str, *, actor: Actor, now: datetime) -> None:
    """Set what colleagues see of a person."""
    cleaned = clean_name(name)
    if account.name == cleaned:
        return
    account.name = cleaned
    _changed(db, account, "account.renamed", actor, now)


def deactivate_account(db: Session, account: StaffAccount, *, actor: Actor, now: datetime) -> None:
    """Close an account, its sessions, links and tokens; what it did stays on record. Raises `LastAdministrator`."""
    if not account.is_active:
        return
    _keep_an_administrator(db, account)
    account.is_active = False
    end_keys(db, account, now=now)
    end_sessions(db, account, actor=actor, now=now)
    for token in list_tokens_of(db, account.id):
        revoke_token(db, token, actor=actor, now=now)
    _changed(db, account, "account.deactivated", actor, now)


def reactivate_account(db: Session, account: StaffAccount, *, actor: Actor, now: datetime) -> None:
    """Open a closed account again, with the password and second factors it had; raises `WrongUsage` for one erased."""
    if account.is_active:
        return
    if account.erased_at is not None:
        raise WrongUsage("This person was erased. Invite them anew.")
    account.is_active = True
    _changed(db, account, "account.reactivated", actor, now)


def _keep_an_administrator(db: Session, account: StaffAccount) -> None:
    if account.role is not Role.ADMINISTRATOR or not account.is_active:
        return
    # Held together, so that two administrators who close each other at once do not both succeed.
    administrators = select(StaffAccount.id).where(
        StaffAccount.role == Role.ADMINISTRATOR, StaffAccount.is_active, StaffAccount.password_hash != ""
    )
    if not set(db.scalars(administrators.order_by(StaffAccount.id).with_for_update())) - {account.id}:
        raise LastAdministrator


def _changed(db: Session, account: StaffAccount, name: str, actor: Actor, now: datetime, **facts: str) -> None:
    account.version += 1
    db.flush()
    record_event(db, name, subject_kind="account", subject_id=account.id, actor=actor, now=now, **facts)
