"""Tokens by which scripts come in: only their hashes are kept, and each ends by itself."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.tokens import hash_token
from pipeline.records.tables import ApiToken, StaffAccount

TOKEN_PURPOSE = "api"  # noqa: S105 - what a hash is bound to, not a secret


def find_token_account(db: Session, token: str, *, scope: str, now: datetime) -> StaffAccount | None:
    """The account in whose name a script comes with this token; None unless the token is good for this scope."""
    found = db.scalar(select(ApiToken).where(ApiToken.token_hash == hash_token(token, TOKEN_PURPOSE)))
    if found is None or found.revoked_at is not None or found.expires_at <= now or scope not in found.scopes:
        return None
    account = db.get(StaffAccount, found.account_id)
    return account if account is not None and account.is_active else None
