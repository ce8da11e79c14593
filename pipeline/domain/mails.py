"""Mails to speakers: what each is for, where one stands, and the one table of allowed changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from pipeline.domain.accounts import KeyPurpose
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.statements import StatementState


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
    QUESTIONS = "questions"
    WITHDRAWN = "withdrawn"


class MailState(StrEnum):
    """Where a mail stands: staff hold and release it, a worker sends it."""

    HELD = "held"
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class MailAction(StrEnum):
    """What can happen to a mail: `send` and `fail` are a worker's, the rest is staff's."""

    HOLD = "hold"
    RELEASE = "release"
    DROP = "drop"
    SEND_AGAIN = "send_again"
    SEND = "send"
    FAIL = "fail"


_S, _A = MailState, MailAction

ALLOWED_CHANGES: Mapping[tuple[MailState, MailAction], MailState] = {
    (_S.WAITING, _A.HOLD): _S.HELD,
    (_S.WAITING, _A.DROP): _S.DROPPED,
    (_S.WAITING, _A.SEND): _S.SENT,
    (_S.WAITING, _A.FAIL): _S.FAILED,
    (_S.WAITING, _A.SEND_AGAIN): _S.WAITING,
    (_S.HELD, _A.RELEASE): _S.WAITING,
    (_S.HELD, _A.DROP): _S.DROPPED,
    (_S.FAILED, _A.DROP): _S.DROPPED,
    (_S.FAILED, _A.SEND_AGAIN): _S.WAITING,
    (_S.SENT, _A.SEND_AGAIN): _S.WAITING,
    (_S.DROPPED, _A.SEND_AGAIN): _S.WAITING,
}

WITH_LINK = frozenset(
    {
        MailKind.INVITATION,
        MailKind.NEW_LINK,
        MailKind.REMINDER,
        MailKind.QUESTIONS,
        MailKind.ACCEPTED,
        MailKind.REFUSED,
        MailKind.SENT_BACK,
    }
)
"""Mails after which there is something to do: each is sent with a fresh personal link."""

ONCE = frozenset({MailKind.RECEIVED, MailKind.ACCEPTED, MailKind.REFUSED, MailKind.REMINDER})
"""Mails that machines ask for: said of the same thing, one after another of its kind is no news."""

REMINDERS = frozenset({MailKind.REMINDER, MailKind.QUESTIONS})
"""Mails that ask for what is still missing: the recording, or answers about it."""

_STATES = frozenset(StatementState)
_OVER = frozenset({StatementState.WITHDRAWN, StatementState.TAKEN_DOWN})

TRUE_IN: Mapping[MailKind, frozenset[StatementState]] = {
    MailKind.INVITATION: _STATES - {StatementState.WITHDRAWN},
    MailKind.NEW_LINK: _STATES,
    MailKind.RECEIVED: frozenset({StatementState.RECEIVED, StatementState.IN_REVIEW}),
    MailKind.ACCEPTED: frozenset({StatementState.IN_REVIEW}),
    MailKind.REFUSED: frozenset({StatementState.SENT_BACK}),
    MailKind.SENT_BACK: frozenset({StatementState.SENT_BACK}),
    MailKind.APPROVED: frozenset({StatementState.APPROVED}),
    MailKind.PUBLISHED: frozenset({StatementState.PUBLISHED}),
    MailKind.REMINDER: frozenset({StatementState.INVITED, StatementState.SENT_BACK}),
    MailKind.QUESTIONS: _STATES - _OVER - {StatementState.INVITED, StatementState.SENT_BACK},
    MailKind.WITHDRAWN: frozenset({StatementState.WITHDRAWN}),
}
"""States of a statement in which a mail still says what is so; in any other it is not sent any more."""


def reminder_for(state: StatementState, *, has_questions: bool) -> MailKind | None:
    """What a speaker is to be reminded of: the recording, or questions that are open; None where nothing is missing."""
    if state in TRUE_IN[MailKind.REMINDER]:
        return MailKind.REMINDER
    return MailKind.QUESTIONS if has_questions and state in TRUE_IN[MailKind.QUESTIONS] else None


@dataclass(frozen=True)
class Letter:
    """What the words of one mail are made from. `link` is empty in mails that hold none."""

    kind: MailKind
    language: str
    name: str
    ask_address: str
    link: str = ""
    link_until: date | None = None
    hand_in_until: date | None = None


@dataclass(frozen=True)
class WrittenMail:
    """A mail's words, in its reader's language."""

    subject: str
    text: str


@dataclass(frozen=True)
class KeyLetter:
    """What a mail to somebody of the organiser is made from: a link by which they set the password of their account."""

    purpose: KeyPurpose
    language: str
    name: str
    link: str
    link_until: datetime


@dataclass(frozen=True)
class NoticeLetter:
    """What a mail about an account is made from: the name of the event that its owner is told of, and when it was."""

    event: str
    language: str
    name: str
    at: datetime


class MailWriter(Protocol):
    """Puts a mail into words."""

    def write_notice(self, letter: NoticeLetter) -> WrittenMail:
        """Subject and text of what happened to an account."""

    def write_key(self, letter: KeyLetter) -> WrittenMail:
        """Subject and text of a link to an account."""

    def write(self, letter: Letter) -> WrittenMail:
        """Subject and text in the letter's language; English where there are none in it."""


def is_allowed(state: MailState, action: MailAction) -> bool:
    """Whether the table has a change for this pair."""
    return (state, action) in ALLOWED_CHANGES


def next_state(state: MailState, action: MailAction) -> MailState:
    """The state after an action; raises `ChangeNotAllowed` when the table has no such change."""
    try:
        return ALLOWED_CHANGES[state, action]
    except KeyError:
        raise ChangeNotAllowed("This mail changed meanwhile. Reload the page and look again.") from None
