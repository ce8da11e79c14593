"""Words of the staff's desk: whose work something is, who reads a comment, how a message to another system stands."""

from enum import StrEnum


class AssignmentKind(StrEnum):
    """What somebody was asked to do with a statement."""

    REVIEW = "review"
    INTERPRET = "interpret"


class CommentReader(StrEnum):
    """Who reads a comment beside staff."""

    STAFF = "staff"
    SPEAKER = "speaker"


class DeliveryState(StrEnum):
    """How a message to another system stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
