"""The technical state of background work: kinds, queues, and the one table of allowed changes."""

from collections.abc import Mapping
from enum import StrEnum


class JobState(StrEnum):
    """What a job is doing; never a state of a statement."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobKind(StrEnum):
    """The kinds of background work; `QUEUES` says where each is run."""

    INTAKE = "intake"
    ENCODE = "encode"
    RELEASE = "release"
    PROXY = "proxy"
    PAPER = "paper"
    MAIL = "mail"
    ACCOUNT_MAIL = "account_mail"
    ACCOUNT_NOTICE = "account_notice"
    WEBHOOK = "webhook"
    ALIGN = "align"
    DRAFT = "draft"
    BURN = "burn"
    TAKEDOWN = "takedown"
    PURGE = "purge"
    VOICE = "voice"
    WAVEFORM = "waveform"


class Queue(StrEnum):
    """Queues of messages, each with workers of its own: short work that a person waits for never waits for encodes."""

    INTERACTIVE = "interactive"
    PACKAGING = "packaging"
    CAPTIONS = "captions"
    ENCODE = "encode"


QUEUES: Mapping[JobKind, Queue] = {
    JobKind.INTAKE: Queue.INTERACTIVE,
    JobKind.ENCODE: Queue.ENCODE,
    JobKind.RELEASE: Queue.PACKAGING,
    JobKind.PROXY: Queue.INTERACTIVE,
    JobKind.PAPER: Queue.INTERACTIVE,
    JobKind.MAIL: Queue.INTERACTIVE,
    JobKind.ACCOUNT_MAIL: Queue.INTERACTIVE,
    JobKind.ACCOUNT_NOTICE: Queue.INTERACTIVE,
    JobKind.WEBHOOK: Queue.INTERACTIVE,
    JobKind.ALIGN: Queue.CAPTIONS,
    JobKind.DRAFT: Queue.CAPTIONS,
    JobKind.BURN: Queue.CAPTIONS,
    JobKind.TAKEDOWN: Queue.INTERACTIVE,
    JobKind.PURGE: Queue.INTERACTIVE,
    JobKind.VOICE: Queue.CAPTIONS,
    JobKind.WAVEFORM: Queue.INTERACTIVE,
}


OF_RECORDINGS = (
    JobKind.INTAKE,
    JobKind.ENCODE,
    JobKind.PROXY,
    JobKind.ALIGN,
    JobKind.BURN,
    JobKind.WAVEFORM,
)
"""Kinds of work whose subject is a recording."""


class FailureCode(StrEnum):
    """Why a job failed, in a word: whose fault it is and who can act."""

    CRASHED = "crashed"
    AWAY = "away"
    DISK_FULL = "disk_full"
    REFUSED = "refused"
    CHANGED = "changed"
    ERROR = "error"


MAX_ATTEMPTS = 3

LONGEST_RETRY_SECONDS = 600.0
"""No job waits longer for its next attempt. One that seems to is due: somebody's clock was set back."""

_FIRST_WAIT_SECONDS = 5.0
_LONGEST_WAIT_SECONDS = 60.0


def wait_seconds(waits: int) -> float:
    """How long a job waits for what is away, when it has already waited so many times."""
    return min(_FIRST_WAIT_SECONDS * 2.0 ** min(waits, 10), _LONGEST_WAIT_SECONDS)


def waited_seconds(waits: int) -> float:
    """How long so many waits were together, at least."""
    return sum(wait_seconds(earlier) for earlier in range(waits))


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)
"""States of a job that something will still come of."""

ALLOWED_CHANGES: Mapping[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset({JobState.QUEUED, JobState.DONE, JobState.FAILED, JobState.CANCELLED}),
    JobState.FAILED: frozenset({JobState.QUEUED}),
    JobState.DONE: frozenset(),
    JobState.CANCELLED: frozenset({JobState.QUEUED}),
}
