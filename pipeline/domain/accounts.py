"""Words and rules of staff accounts: ways to sign in, links that set a password, how long things last."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class SignInWay(StrEnum):
    """What somebody showed last when they signed in."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    TOTP = "totp"
    PASSKEY = "passkey"
    RECOVERY_CODE = "recovery_code"
    OPENID = "openid"


class KeyPurpose(StrEnum):
    """What a link to an account is for."""

    INVITATION = "invitation"
    RESET = "reset"


SESSION_HOURS = 12
"""Staff sign in again after this long."""

SESSION_LIFE = timedelta(hours=SESSION_HOURS)

SESSIONS_KEPT = timedelta(days=90)
"""What is over longer than this is no longer listed and not kept."""

SECOND_STEP_TIME = timedelta(minutes=10)
"""Between the password and the second factor."""

KEY_LIFE: Mapping[KeyPurpose, timedelta] = {
    KeyPurpose.INVITATION: timedelta(days=7),
    KeyPurpose.RESET: timedelta(hours=2),
}

MAX_NAME_LENGTH = 120
MAX_PASSKEYS = 10
RECOVERY_CODES = 10

KEYS_KEPT = timedelta(days=90)
"""Links that ended longer ago are forgotten."""

WRONG_PASSWORDS = 10
"""So many wrong passwords within `WRONG_PASSWORDS_TIME`, and the address takes none until that is over."""

WRONG_PASSWORDS_TIME = timedelta(minutes=5)

WRONG_FACTORS = 10
"""So many wrong second factors within `WRONG_FACTORS_TIME`, and the account takes none until that is over."""

WRONG_FACTORS_TIME = timedelta(minutes=15)
