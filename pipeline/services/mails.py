"""The outbox: mails to speakers are asked for in the transaction of what they tell, and sent by a worker after it.

Staff may hold a mail, let it go, drop it, or have it sent again. What a worker does with one is in `mail_sending`.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import OPEN_STATES, JobKind, JobState
from pipeline.domain.languages import SPEAKER_LANGUAGES
from pipeline.domain.mails import ONCE, TRUE_IN, MailAction, MailKind, MailState, next_state
from pipeline.records.tables import Job, Mail, Statement
from pipeline.services.consents import has_open_questions
from pipeline.services.events import SYSTEM, Actor, record_event
from pipeline.services.jobs import cancel_open_jobs, queue_job

Facts = Mapping[str, int | str]

_RECORDING = "recording_id"


def queue_mail(
    db: Session,
    statement: Statement,
    kind: MailKind,
    *,
    now: datetime,
    facts: Facts | None = None,
    actor: Actor = SYSTEM,
) -> Mail | None:
    """Put a mail to a statement's speaker into the outbox and have it sent after the commit.

    `facts` are ids and codes of what it tells. None where the speaker has no address, or was told the same already.
    """
    told = dict(facts or {})
    if not statement.speaker.email or (kind in ONCE and _was_told(db, statement, kind, told)):
        return None
    mail = Mail(
        statement_id=statement.id,
        kind=kind,
        language=reader_language_of(statement),
        state=MailState.WAITING,
        facts=told,
        created_at=now,
    )
    db.add(mail)
    db.flush()
    _have_sent(db, mail, now=now)
    record_mail(db, "mail.queued", mail, actor=actor, now=now)
    return mail


def reader_language_of(statement: Statement) -> str:
    """The language that a speaker's mails come in: the page's as they last read it, or else the one they speak."""
    return reader_language(statement.page_language, statement.speaker.language)


def reader_language(*wishes: str) -> str:
    """The first of some languages that mails are written in; English where none is."""
    return next((wish for wish in wishes if wish in SPEAKER_LANGUAGES), SPEAKER_LANGUAGES[0])


def keep_page_language(db: Session, statement_id: int, language: str) -> None:
    """Note in which language a speaker reads the page; what staff look at is not out of date by it."""
    kept = update(Statement).where(Statement.id == statement_id, Statement.page_language != language)
    db.execute(kept.values(page_language=language))


def is_still_true(mail: Mail, statement: Statement) -> bool:
    """Whether a mail says what is so: things may have moved on while it waited."""
    recording_id = mail.facts.get(_RECORDING)
    is_of_current = recording_id is None or recording_id == statement.current_recording_id
    is_asked = mail.kind is not MailKind.QUESTIONS or has_open_questions(statement)
    return is_of_current and is_asked and statement.state in TRUE_IN[mail.kind]


def hold_mail(db: Session, mail: Mail, *, actor: Actor, now: datetime) -> None:
    """Keep a mail from being sent until it is released; raises `ChangeNotAllowed` where it is being sent."""
    _change(db, mail, MailAction.HOLD, "mail.held", actor=actor, now=now)
    _stop_sending(db, mail, actor=actor, now=now)


def release_mail(db: Session, mail: Mail, *, actor: Actor, now: datetime) -> None:
    """Let a held mail go."""
    _change(db, mail, MailAction.RELEASE, "mail.released", actor=actor, now=now)
    mail.is_released = True
    _have_sent(db, mail, now=now)


def drop_mail(db: Session, mail: Mail, *, actor: Actor, now: datetime) -> None:
    """Decide that a mail is not sent; raises `ChangeNotAllowed` where it is being sent."""
    _change(db, mail, MailAction.DROP, "mail.dropped", actor=actor, now=now)
    _stop_sending(db, mail, actor=actor, now=now)


def send_mail_again(db: Session, mail: Mail, *, actor: Actor, now: datetime) -> None:
    """Have a mail sent once more, or at last; raises `ChangeNotAllowed` where what it says is no longer so."""
    if not is_still_true(mail, db.get_one(Statement, mail.statement_id)):
        raise ChangeNotAllowed("What this mail says is no longer so.")
    _change(db, mail, MailAction.SEND_AGAIN, "mail.released", actor=actor, now=now)
    mail.is_released = True
    mail.told = ""
    _have_sent(db, mail, now=now)


def record_mail(db: Session, name: str, mail: Mail, *, actor: Actor, now: datetime) -> None:
    """Add an event of a mail to its statement's history."""
    facts = {"mail_id": mail.id, "kind": mail.kind.value}
    record_event(db, name, subject_kind="statement", subject_id=mail.statement_id, actor=actor, now=now, **facts)


def _was_told(db: Session, statement: Statement, kind: MailKind, facts: Facts) -> bool:
    """Whether this was the last that machines had to say of the same thing."""
    earlier = select(Mail.kind, Mail.facts).where(Mail.statement_id == statement.id, Mail.kind.in_(ONCE))
    last = next((told for told, of in db.execute(earlier.order_by(Mail.id.desc())) if of == facts), None)
    return last is kind


def _change(db: Session, mail: Mail, action: MailAction, name: str, *, actor: Actor, now: datetime) -> None:
    held = select(Mail).where(Mail.id == mail.id).with_for_update().execution_options(populate_existing=True)
    db.scalars(held).one()
    mail.state = next_state(mail.state, action)
    record_mail(db, name, mail, actor=actor, now=now)


def _have_sent(db: Session, mail: Mail, *, now: datetime) -> None:
    # Somebody waits for a new link in front of a screen; other mails let the checks of recordings go first.
    queue_job(db, JobKind.MAIL, mail.id, now=now, deadline=now if mail.kind is MailKind.NEW_LINK else None)


def _stop_sending(db: Session, mail: Mail, *, actor: Actor, now: datetime) -> None:
    """Cancel the job of a mail unless a worker has begun: then it may be out already."""
    open_jobs = select(Job.state).where(Job.kind == JobKind.MAIL, Job.subject_id == mail.id, Job.state.in_(OPEN_STATES))
    if JobState.RUNNING in db.scalars(open_jobs.with_for_update()).all():
        raise ChangeNotAllowed("This mail is being sent at this moment. Reload the page to see what became of it.")
    cancel_open_jobs(db, JobKind.MAIL, mail.id, actor=actor, now=now)
