"""Browsers in which staff are signed in: begun, found by what their cookie holds, listed, ended."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from pipeline.domain.accounts import SESSION_LIFE, SESSIONS_KEPT, SignInWay
from pipeline.domain.tokens import hash_token, new_name, new_token, same_hash
from pipeline.records.tables import StaffAccount, StaffSession
from pipeline.services.events import Actor, record_event


def begin_session(
    db: Session, account: StaffAccount, *, way: SignInWay, browser: str, now: datetime
) -> tuple[StaffSession, str]:
    """Sign a browser in; the second value is what its cookie holds and nobody keeps. Forgets what is long over."""
    _forget_old(db, account, now)
    key = new_token()
    begun = StaffSession(
        account_id=account.id, key_hash=_hash(account, key), way=way, browser=browser, created_at=now, seen_at=now
    )
    db.add(begun)
    db.flush()
    _record(db, "account.signed_in", account.id, Actor("staff", account.id), now, session_id=begun.id, way=way.value)
    return begun, key


def find_session(db: Session, session_id: int, key: str, *, now: datetime) -> StaffSession | None:
    """The session of a cookie; None when it is over, the account is closed, or its password is another by now."""
    found = db.get(StaffSession, session_id)
    if found is None or found.ended_at is not None or now - found.created_at > SESSION_LIFE:
        return None
    is_its_own = same_hash(found.key_hash, _hash(found.account, key))
    return found if is_its_own and found.account.is_active else None


def note_seen(db: Session, session_id: int, *, now: datetime) -> None:
    """Note that a session is in use."""
    db.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def strengthen_session(db: Session, session_id: int, way: SignInWay) -> None:
    """Note what somebody showed after signing in: a second factor just set up, or that there is none any more."""
    db.execute(update(StaffSession).where(StaffSession.id == session_id).values(way=way))


def list_sessions(db: Session, account_id: int, *, now: datetime) -> Sequence[StaffSession]:
    """The sessions of an account that are not over, the one used last first."""
    going_on = select(StaffSession).where(
        StaffSession.account_id == account_id,
        StaffSession.ended_at.is_(None),
        StaffSession.created_at > now - SESSION_LIFE,
    )
    return db.scalars(going_on.order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())).all()


def end_session(db: Session, ended: StaffSession, *, actor: Actor, now: datetime, is_own_wish: bool = False) -> None:
    """End one session; `is_own_wish` where somebody signs out in that very browser. Nothing happens when it is over."""
    if ended.ended_at is not None:
        return
    ended.ended_at = now
    db.flush()
    name = "account.signed_out" if is_own_wish else "account.session_ended"
    _record(db, name, ended.account_id, actor, now, session_id=ended.id)


def end_sessions(
    db: Session, account: StaffAccount, *, actor: Actor, now: datetime, besides: int | None = None
) -> None:
    """End all sessions of an account but the one named; without one, cookies that were never noted end too."""
    for session in list_sessions(db, account.id, now=now):
        if session.id != besides:
            end_session(db, session, actor=actor, now=now)
    if besides is None:
        account.session_key = new_name()
        db.flush()


def _hash(account: StaffAccount, key: str) -> str:
    return hash_token(key, f"session of {account.session_key}")


def _forget_old(db: Session, account: StaffAccount, now: datetime) -> None:
    long_ago = now - SESSIONS_KEPT
    is_old = or_(StaffSession.ended_at < long_ago, StaffSession.created_at < long_ago)
    db.execute(delete(StaffSession).where(StaffSession.account_id == account.id, is_old))


def _record(db: Session, name: str, account_id: int, actor: Actor, now: datetime, **facts: int | str) -> None:
    record_event(db, name, subject_kind="account", subject_id=account_id, actor=actor, now=now, **facts)
