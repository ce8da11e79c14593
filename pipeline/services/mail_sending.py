"""What a worker does with a mail: looks whether it is to be sent, gives it a link, notes what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.mails import WITH_LINK, Letter, MailAction, MailKind, MailState, next_state
from pipeline.records.tables import Mail, SpeakerLink, Statement
from pipeline.services.deadlines import Due, LinkTimes, due_of, last_day_of, link_end
from pipeline.services.events import SYSTEM
from pipeline.services.links import find_link, forget_link, is_shut_out, issue_link, link_address
from pipeline.services.mails import is_still_true, reader_language_of, record_mail

HIDDEN_TOKEN = "…"  # noqa: S105 - stands where a token would
"""Stands for the token of a link where somebody else than its owner reads a mail."""


class NotSent(StrEnum):
    """Why a mail was not sent, in a word."""

    NO_ADDRESS = "no_address"
    REFUSED = "refused"
    OUTDATED = "outdated"
    SHUT_OUT = "shut_out"


@dataclass(frozen=True)
class SendingRules:
    """What an installation says about mails: whether all are held, how long links work, and the portal's address."""

    holds: bool
    times: LinkTimes
    public_url: str


@dataclass(frozen=True)
class OutgoingMail:
    """A mail on its way: to whom, what its words are made from, and the link that was issued for it."""

    address: str
    letter: Letter
    link_id: int | None


def prepare_mail(db: Session, mail_id: int, *, rules: SendingRules, now: datetime) -> OutgoingMail | None:
    """What to send; None where a mail is no longer to be sent, is held, or says what is no longer so.

    Issues the link that it needs, of which only a hash is kept: older links stay good.
    """
    mail = _lock(db, mail_id)
    statement = db.get_one(Statement, mail.statement_id)
    if mail.state is not MailState.WAITING or not _may_go(db, mail, statement, rules, now):
        return None
    mail.attempts += 1
    link = _issue(db, statement, rules, now) if mail.kind in WITH_LINK else None
    letter = letter_of(mail, statement, rules=rules, token=link[0] if link else "", now=now)
    return OutgoingMail(statement.speaker.email, letter, link[1] if link else None)


def letter_of(mail: Mail, statement: Statement, *, rules: SendingRules, token: str, now: datetime) -> Letter:
    """What a mail's words are made from; one that was sent stays in the language it was sent in."""
    language = mail.language if mail.state is MailState.SENT else reader_language_of(statement)
    has_link = mail.kind in WITH_LINK
    return Letter(
        kind=mail.kind,
        language=language,
        name=statement.speaker.name,
        ask_address=f"{rules.public_url}/link/?lang={language}",
        link=link_address(rules.public_url, token, language) if has_link else "",
        link_until=link_end(statement, rules.times, now=mail.sent_at or now).date() if has_link else None,
        hand_in_until=_day_to_tell(mail, statement, now),
    )


def _day_to_tell(mail: Mail, statement: Statement, now: datetime) -> date | None:
    """The last day; none in a reminder to somebody who was asked for a recording after it."""
    day = last_day_of(statement)
    is_past = due_of(day, now=mail.sent_at or now) is Due.PAST
    return None if is_past and mail.kind is MailKind.REMINDER else day


def record_sent(db: Session, mail_id: int, language: str, *, now: datetime) -> None:
    """The mail is on its way; `language` is the one that it was written in."""
    mail = _lock(db, mail_id)
    mail.state = next_state(mail.state, MailAction.SEND)
    mail.language, mail.sent_at, mail.told = language, now, ""
    record_mail(db, "mail.sent", mail, actor=SYSTEM, now=now)


def record_refused(db: Session, mail_id: int, link_id: int | None, *, now: datetime) -> None:
    """Nobody can be reached at the address; a link that nobody got is forgotten."""
    _fail(db, _lock(db, mail_id), NotSent.REFUSED, now)
    close_link(db, link_id, now=now)


def close_link(db: Session, link_id: int | None, *, now: datetime) -> None:
    """Forget the link of a mail that was not sent."""
    link = db.get(SpeakerLink, link_id) if link_id is not None else None
    if link is not None:
        forget_link(db, link, actor=SYSTEM, now=now)


def _may_go(db: Session, mail: Mail, statement: Statement, rules: SendingRules, now: datetime) -> bool:
    """Whether it is to be sent now; where not, the mail says why."""
    if not is_still_true(mail, statement):
        mail.state, mail.told = next_state(mail.state, MailAction.DROP), NotSent.OUTDATED
        record_mail(db, "mail.dropped", mail, actor=SYSTEM, now=now)
    elif rules.holds and not mail.is_released:
        mail.state = next_state(mail.state, MailAction.HOLD)
        record_mail(db, "mail.held", mail, actor=SYSTEM, now=now)
    elif not statement.speaker.email:
        _fail(db, mail, NotSent.NO_ADDRESS, now)
    elif _would_let_in_again(db, mail, statement):
        _fail(db, mail, NotSent.SHUT_OUT, now)
    return mail.state is MailState.WAITING


def _would_let_in_again(db: Session, mail: Mail, statement: Statement) -> bool:
    """Whether its link would open a way that staff have closed: they do that themselves, by an invitation."""
    return mail.kind in WITH_LINK and mail.kind is not MailKind.INVITATION and is_shut_out(db, statement)


def was_tried(db: Session, mail_id: int) -> bool:
    """Whether a mail was on its way before and came back."""
    return db.get_one(Mail, mail_id).attempts > 0


def _issue(db: Session, statement: Statement, rules: SendingRules, now: datetime) -> tuple[str, int]:
    until = link_end(statement, rules.times, now=now)
    token = issue_link(db, statement=statement, expires_at=until, actor=SYSTEM, now=now, revokes_older=False)
    link = find_link(db, token, now=now)
    assert link is not None  # noqa: S101 - it was issued a moment ago
    return token, link.id


def _fail(db: Session, mail: Mail, told: NotSent, now: datetime) -> None:
    mail.state, mail.told = next_state(mail.state, MailAction.FAIL), told
    record_mail(db, "mail.failed", mail, actor=SYSTEM, now=now)


def _lock(db: Session, mail_id: int) -> Mail:
    held = select(Mail).where(Mail.id == mail_id).with_for_update().execution_options(populate_existing=True)
    return db.scalars(held).one()
