"""What a script's token is good for; its account's role may allow less, never more."""

from enum import StrEnum


class Scope(StrEnum):
    """One kind of thing that a script may do. Each endpoint of the interface asks for one."""

    READ = "read"
    SESSIONS = "sessions"
    SPEAKERS = "speakers"
    REVIEW = "review"
    UPLOAD = "upload"
    PUBLISH = "publish"
    AUDIT = "audit"


LONGEST_TOKEN_DAYS = 366
DEFAULT_TOKEN_DAYS = 90
MAX_TOKEN_NAME = 80
