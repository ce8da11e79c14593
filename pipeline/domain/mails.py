"""Mails: what each is for, and where one stands."""

from enum import StrEnum


class MailKind(StrEnum):
    """What a mail tells its reader."""

    INVITATION = "invitation"
    NEW_LINK = "new_link"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    PUBLISHED = "published"
    REMINDER = "reminder"
    WITHDRAWN = "withdrawn"


class MailState(StrEnum):
    """Where a mail stands: staff hold and release it, a worker sends it."""

    HELD = "held"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
