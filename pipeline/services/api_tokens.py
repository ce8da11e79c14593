"""Tokens by which scripts come in: only their hashes are kept, and each ends by itself."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.scopes import LONGEST_TOKEN_DAYS, MAX_TOKEN_NAME, Scope
from pipeline.domain.tokens import hash_token, new_token
from pipeline.records.tables import ApiToken, StaffAccount
from pipeline.services.events import Actor, record_event

TOKEN_PURPOSE = "api"  # noqa: S105 - what a hash is bound to, not a secret

_PREFIX = "presession_"
"""So that programs which look for secrets in the wrong places know one."""

_NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class TokenLine:
    """A token and in whose name it works."""

    token: ApiToken
    account: StaffAccount

    def is_good(self, now: datetime) -> bool:
        """Whether it lets a script in."""
        return is_good(self.token, now) and self.account.is_active


def issue_token(
    db: Session,
    account: StaffAccount,
    *,
    name: str,
    scopes: Collection[Scope],
    days: int,
    actor: Actor,
    now: datetime,
) -> str:
    """Make a token in the name of an account and give it; it cannot be had a second time.

    Raises `WrongUsage` without a name or a scope, and for a token that would be good for too long.
    """
    words = name.strip()
    if not words or len(words) > MAX_TOKEN_NAME:
        raise WrongUsage(f"Say what the token is for, in at most {MAX_TOKEN_NAME} signs.")
    if not scopes or not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise WrongUsage(f"A token is good for one thing at least, and for {LONGEST_TOKEN_DAYS} days at most.")
    token = _PREFIX + new_token()
    issued = ApiToken(
        account_id=account.id,
        name=words,
        token_hash=hash_token(token, TOKEN_PURPOSE),
        scopes=sorted(scope.value for scope in scopes),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    db.add(issued)
    db.flush()
    _record(db, "token.issued", issued, actor=actor, now=now, scopes=issued.scopes, days=days)
    return token


def revoke_token(db: Session, token: ApiToken, *, actor: Actor, now: datetime) -> None:
    """Let a token be good for nothing from now on; raises `ChangeNotAllowed` where it is so already."""
    if token.revoked_at is not None:
        raise ChangeNotAllowed("This token was revoked already.")
    token.revoked_at = now
    _record(db, "token.revoked", token, actor=actor, now=now)


def list_tokens(db: Session) -> Sequence[TokenLine]:
    """Every token that was not revoked, the newest first; those that have ended by themselves too."""
    wanted = select(ApiToken, StaffAccount).join(StaffAccount, StaffAccount.id == ApiToken.account_id)
    found = db.execute(wanted.where(ApiToken.revoked_at.is_(None)).order_by(ApiToken.id.desc()))
    return [TokenLine(token, account) for token, account in found]


def list_tokens_of(db: Session, account_id: int) -> Sequence[ApiToken]:
    """The tokens of an account that were not revoked."""
    return db.scalars(select(ApiToken).where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))).all()


def find_token(db: Session, token: str, *, now: datetime) -> TokenLine | None:
    """The token that a script shows, whatever it is good for; None unless it lets anybody in."""
    wanted = select(ApiToken, StaffAccount).join(StaffAccount, StaffAccount.id == ApiToken.account_id)
    row = db.execute(wanted.where(ApiToken.token_hash == hash_token(token, TOKEN_PURPOSE))).first()
    line = TokenLine(row[0], row[1]) if row is not None else None
    return line if line is not None and line.is_good(now) else None


def is_good(token: ApiToken, now: datetime) -> bool:
    """Whether a token was neither revoked nor has ended."""
    return token.revoked_at is None and now < token.expires_at


def is_use_worth_noting(token: ApiToken, now: datetime) -> bool:
    """Whether enough time has passed since its use was noted last."""
    return token.used_at is None or now - token.used_at > _NOTED_EVERY


def note_use(db: Session, token_id: int, *, now: datetime) -> None:
    """Note that a token is in use."""
    db.get_one(ApiToken, token_id).used_at = now


def _record(db: Session, name: str, token: ApiToken, *, actor: Actor, now: datetime, **facts: object) -> None:
    record_event(db, name, subject_kind="token", subject_id=token.id, actor=actor, now=now, **facts)
