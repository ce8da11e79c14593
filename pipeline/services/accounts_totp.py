"""Codes from an app (TOTP, RFC 6238) as a second factor: six digits, thirty seconds, each used once."""

import base64
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy.orm import Session

from pipeline.records.tables import StaffAccount
from pipeline.services.accounts_notices import record_and_tell
from pipeline.services.events import Actor
from pipeline.services.sealing import SecretBox

_SECRET_BYTES = 20
_DIGITS = 6
_STEP_SECONDS = 30
_STEPS_OFF = (0, -1, 1)
"""A telephone's clock may be half a minute off, and people are slow."""


def new_totp_secret() -> str:
    """What an app makes codes from, as people type it: base 32."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def totp_address(secret: str, *, email: str, issuer: str) -> str:
    """What the square picture holds that an app reads."""
    asked = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(email)}?{asked}"


def step_of_code(secret: str, code: str, *, now: datetime) -> int | None:
    """The half minute that a code is of; None where it is of none near `now`. Spaces in the code do not matter."""
    digits = "".join(code.split()).encode()
    totp = TOTP(base64.b32decode(secret), _DIGITS, SHA1(), _STEP_SECONDS)  # noqa: S303 - what all apps know
    this_step = int(now.timestamp()) // _STEP_SECONDS
    steps = [this_step + off for off in _STEPS_OFF]
    return next((step for step in steps if bytes_eq(totp.generate(step * _STEP_SECONDS), digits)), None)


def set_totp(
    db: Session, account: StaffAccount, *, secret: str, code: str, box: SecretBox, actor: Actor, now: datetime
) -> bool:
    """Make an app the account's second factor once it shows a right code; False, and no change, where it does not."""
    step = step_of_code(secret, code, now=now)
    if step is None:
        return False
    account.totp_secret, account.totp_step = box.seal(secret), step
    db.flush()
    record_and_tell(db, "account.totp_set", account.id, actor=actor, now=now)
    return True


def take_totp(db: Session, account: StaffAccount, code: str, *, box: SecretBox, now: datetime) -> bool:
    """Whether a code is right and newer than the last one taken; of two requests with one code, one is let in."""
    db.refresh(account, with_for_update=True)
    secret = box.open(account.totp_secret) if account.totp_secret else None
    step = step_of_code(secret, code, now=now) if secret else None
    if step is None or step <= account.totp_step:
        return False
    account.totp_step = step
    db.flush()
    return True


def remove_totp(db: Session, account: StaffAccount, *, actor: Actor, now: datetime) -> None:
    """Take no more codes from the app; nothing happens when there is none."""
    if not account.totp_secret:
        return
    account.totp_secret = ""
    db.flush()
    record_and_tell(db, "account.totp_removed", account.id, actor=actor, now=now)
