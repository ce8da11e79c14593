"""Reminders that staff send with one button: each asks for what is missing, in the speaker's language, once a day.

Reminders of the last day that nobody presses a button for are in `mail_requests`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.domain.mails import REMINDERS, MailKind, MailState, reminder_for
from pipeline.records.tables import Mail, Statement
from pipeline.services.attempts import may_hand_in
from pipeline.services.consents import has_open_questions
from pipeline.services.deadlines import last_day_of
from pipeline.services.events import Actor
from pipeline.services.links import is_invited
from pipeline.services.mails import queue_mail
from pipeline.services.recordings import lock_statement

_LATELY = timedelta(days=1)
_UNDER_WAY = frozenset({MailState.HELD, MailState.WAITING, MailState.SENT})


class Reminded(StrEnum):
    """What became of a wish to remind a speaker."""

    QUEUED = "queued"
    LATELY = "lately"
    CHANGED = "changed"
    NOTHING_MISSING = "nothing_missing"
    TOO_LATE = "too_late"
    NOT_INVITED = "not_invited"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True)
class LastReminder:
    """The newest reminder of a statement that nobody dropped; `is_lately` says that it is less than a day ago."""

    mail_id: int
    kind: MailKind
    state: MailState
    at: datetime
    is_lately: bool


def find_last_reminders(db: Session, statement_ids: Iterable[int], *, now: datetime) -> dict[int, LastReminder]:
    """When speakers were reminded last, by statement."""
    is_one = (Mail.statement_id.in_(list(statement_ids)), Mail.kind.in_(REMINDERS), Mail.state != MailState.DROPPED)
    newest = select(func.max(Mail.id)).where(*is_one).group_by(Mail.statement_id)
    rows = db.execute(
        select(Mail.statement_id, Mail.id, Mail.kind, Mail.state, func.coalesce(Mail.sent_at, Mail.created_at)).where(
            Mail.id.in_(newest)
        )
    )
    return {
        statement_id: LastReminder(mail_id, kind, state, at, state in _UNDER_WAY and now - at < _LATELY)
        for statement_id, mail_id, kind, state, at in rows
    }


def remind_speaker(
    db: Session, statement_id: int, *, seen: int, is_asked_again: bool, actor: Actor, now: datetime
) -> Reminded:
    """Have a reminder mailed of what is missing.

    `seen` is the id of the last reminder that the person saw, 0 for none: the second of two people who press at once
    sends nothing. Within a day of the last one nothing is sent either unless it `is_asked_again` on purpose.
    """
    statement = lock_statement(db, statement_id)
    last = find_last_reminders(db, [statement_id], now=now).get(statement_id)
    if (last.mail_id if last is not None else 0) != seen:
        return Reminded.CHANGED
    kind = reminder_for(statement.state, has_questions=has_open_questions(statement))
    if kind is None:
        return Reminded.NOTHING_MISSING
    if kind is MailKind.REMINDER and not may_hand_in(statement, now=now):
        return Reminded.TOO_LATE
    if last is not None and last.is_lately and not is_asked_again:
        return Reminded.LATELY
    return _remind(db, statement, kind, actor=actor, now=now)


def _remind(db: Session, statement: Statement, kind: MailKind, *, actor: Actor, now: datetime) -> Reminded:
    if not is_invited(db, statement):
        return Reminded.NOT_INVITED
    if not statement.speaker.email:
        return Reminded.NO_ADDRESS
    day = last_day_of(statement)
    facts = {"until": day.isoformat() if day else "", "asked_at": now.isoformat()}
    queued = queue_mail(db, statement, kind, now=now, facts=facts, actor=actor)
    return Reminded.QUEUED if queued is not None else Reminded.LATELY
