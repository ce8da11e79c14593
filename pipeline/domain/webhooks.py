"""Messages to other systems: which events they tell of, how they are signed, how long the next try waits.

The scheme is that of https://www.standardwebhooks.com, so that receivers find libraries for it.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import timedelta

_SECRET_PREFIX = "whsec_"  # noqa: S105 - the scheme's sign of a secret
_SECRET_BYTES = 24

WITHHELD = ("account.", "job.", "token.", "webhook.")
"""What is told to no other system: how people sign in, who else is told, and what becomes of the telling itself."""

_WAITS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)

MAX_TRIES = len(_WAITS) + 1


def new_secret() -> str:
    """What both sides know and nobody else."""
    return _SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature` of a message."""
    key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX))
    signed = b".".join([message_id.encode("ascii"), str(timestamp).encode("ascii"), body])
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")


def is_offered(event_name: str) -> bool:
    """Whether any other system may be told of such an event."""
    return not event_name.startswith(WITHHELD)


def is_wanted(event_name: str, wanted: Collection[str]) -> bool:
    """Whether an address is told of an event; `wanted` has names, or `subject.*` for all of a subject."""
    subject = event_name.partition(".")[0]
    return is_offered(event_name) and (event_name in wanted or f"{subject}.*" in wanted)


def wait_after(tries: int) -> timedelta | None:
    """How long a message waits after so many tries that failed; None when there is no further one."""
    return _WAITS[tries - 1] if tries <= len(_WAITS) else None
