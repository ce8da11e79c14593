"""Mails that are asked for: a new link for who lost theirs, invitations to a panel, reminders of the last day."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from pipeline.domain.mails import TRUE_IN, MailKind, MailState
from pipeline.records.tables import Country, Mail, Speaker, SpeakerLink, Statement
from pipeline.services.deadlines import end_of_day, last_day_of
from pipeline.services.events import Actor
from pipeline.services.links import is_invited
from pipeline.services.mails import queue_mail
from pipeline.services.recordings import lock_statement

_PAUSE = timedelta(minutes=10)
"""Whoever asks again within it has the first mail under way."""

_MOST_A_DAY = 5
"""Whoever asks again after so many has them all in the mailbox, and the links in them are good."""


def request_links(db: Session, address: str, *, now: datetime) -> None:
    """Have a new personal link mailed to the invited speakers with this address.

    The caller is not told whether there are any: nobody may learn so who takes part.
    """
    same_address = func.lower(Speaker.email) == address.strip().lower()
    for statement in db.scalars(select(Statement).join(Statement.speaker).where(Speaker.email != "", same_address)):
        if is_invited(db, statement) and not _asked_lately(db, statement, now):
            queue_mail(db, statement, MailKind.NEW_LINK, now=now, actor=Actor("speaker", statement.speaker_id))


def invite_speakers(db: Session, country: Country, *, actor: Actor, now: datetime) -> int:
    """Mail an invitation to everybody on a panel who has an address and was not let in yet; how many they are."""
    return sum(_invite_new(db, speaker.statement, actor=actor, now=now) for speaker in country.speakers)


def find_due_reminders(db: Session, *, days: float, now: datetime) -> list[int]:
    """Statements that may have to be reminded: their last day comes near, nothing good is there, nobody was told."""
    panel = joinedload(Statement.speaker).joinedload(Speaker.country).joinedload(Country.pre_session)
    waiting = select(Statement).join(Statement.speaker).options(panel)
    waiting = waiting.where(Statement.state.in_(TRUE_IN[MailKind.REMINDER]), Speaker.email != "")
    return [one.id for one in db.scalars(waiting) if _is_near(one, days, now) and not _is_reminded(db, one)]


def queue_reminders(db: Session, statement_ids: Iterable[int], *, days: float, now: datetime) -> int:
    """Remind speakers of their last day, each once; how many were. Two schedulers may look at the same moment."""
    return sum(_remind(db, statement_id, days, now) for statement_id in statement_ids)


def _asked_lately(db: Session, statement: Statement, now: datetime) -> bool:
    today = (
        Mail.statement_id == statement.id,
        Mail.kind == MailKind.NEW_LINK,
        Mail.created_at > now - timedelta(days=1),
    )
    asked = db.scalars(select(Mail.created_at).where(*today)).all()
    return len(asked) >= _MOST_A_DAY or any(at > now - _PAUSE for at in asked)


def _invite_new(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> bool:
    if is_invited(db, statement) or _has_invitation(db, statement):
        return False
    return queue_mail(db, statement, MailKind.INVITATION, now=now, actor=actor) is not None


def _has_invitation(db: Session, statement: Statement) -> bool:
    on_its_way = Mail.state.in_([MailState.WAITING, MailState.HELD])
    found = select(Mail.id).where(Mail.statement_id == statement.id, Mail.kind == MailKind.INVITATION, on_its_way)
    return db.scalars(found.limit(1)).first() is not None


def _remind(db: Session, statement_id: int, days: float, now: datetime) -> bool:
    statement = lock_statement(db, statement_id)
    wants = statement.state in TRUE_IN[MailKind.REMINDER] and _is_near(statement, days, now)
    if not wants or not is_invited(db, statement) or _has_fresh_link(db, statement, now):
        return False
    return queue_mail(db, statement, MailKind.REMINDER, now=now, facts=_day(statement)) is not None


def _has_fresh_link(db: Session, statement: Statement, now: datetime) -> bool:
    """Whether a link was issued within a day: nobody needs to be reminded of what came today."""
    fresh = (SpeakerLink.statement_id == statement.id, SpeakerLink.created_at > now - timedelta(days=1))
    return db.scalars(select(SpeakerLink.id).where(*fresh).limit(1)).first() is not None


def _is_near(statement: Statement, days: float, now: datetime) -> bool:
    day = last_day_of(statement)
    return day is not None and end_of_day(day) - timedelta(days=days) <= now < end_of_day(day)


def _is_reminded(db: Session, statement: Statement) -> bool:
    earlier = select(Mail.facts).where(Mail.statement_id == statement.id, Mail.kind == MailKind.REMINDER)
    return any(facts == _day(statement) for facts in db.scalars(earlier))


def _day(statement: Statement) -> dict[str, str]:
    day = last_day_of(statement)
    return {"until": day.isoformat() if day else ""}
