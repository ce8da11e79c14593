"""What staff see of the outbox: mails with whose they are, how many stand where, and which need somebody."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from pipeline.domain.jobs import OPEN_STATES, JobKind
from pipeline.domain.mails import MailAction, MailState, is_allowed
from pipeline.records.tables import Country, Job, Mail, Speaker, Statement
from pipeline.services.mails import is_still_true

PAGE_LENGTH = 50


@dataclass(frozen=True)
class MailLine:
    """One mail with its statement; `has_stopped` says that it waits although nobody tries to send it any more."""

    mail: Mail
    statement: Statement
    has_stopped: bool

    @property
    def state(self) -> MailState:
        """Where it stands for people: what nobody tries any more has failed."""
        return MailState.FAILED if self.has_stopped else self.mail.state

    @property
    def actions(self) -> tuple[MailAction, ...]:
        """What staff can do with it now."""
        offered = (MailAction.RELEASE, MailAction.HOLD, MailAction.SEND_AGAIN, MailAction.DROP)
        return tuple(action for action in offered if self._can(action))

    def _can(self, action: MailAction) -> bool:
        if action is MailAction.SEND_AGAIN:
            is_wanted = self.mail.state is not MailState.WAITING or self.has_stopped
            return is_wanted and is_still_true(self.mail, self.statement) and is_allowed(self.mail.state, action)
        return is_allowed(self.mail.state, action) and not (action is MailAction.HOLD and self.has_stopped)


def list_mails(
    db: Session, *, state: MailState | None = None, before_id: int | None = None, limit: int = PAGE_LENGTH
) -> list[MailLine]:
    """A page of mails, the newest first; `before_id` asks for those before the last of a page."""
    wanted = _select_mails().order_by(Mail.id.desc()).limit(limit)
    if before_id is not None:
        wanted = wanted.where(Mail.id < before_id)
    if state is MailState.FAILED:
        wanted = wanted.where((Mail.state == state) | _has_stopped())
    elif state is not None:
        wanted = wanted.where(Mail.state == state, ~_has_stopped())
    return [MailLine(mail, statement, has_stopped) for mail, statement, has_stopped in db.execute(wanted)]


def find_mail(db: Session, mail_id: int) -> MailLine | None:
    """One mail; None when there is none with this number."""
    row = db.execute(_select_mails().where(Mail.id == mail_id)).first()
    return MailLine(row[0], row[1], row[2]) if row is not None else None


def count_mails(db: Session) -> Mapping[MailState, int]:
    """How many mails stand where."""
    stopped = _has_stopped()
    rows = db.execute(select(Mail.state, stopped, func.count()).group_by(Mail.state, stopped))
    counts = dict.fromkeys(MailState, 0)
    for state, has_stopped, count in rows:
        counts[MailState.FAILED if has_stopped else state] += count
    return counts


def count_mails_to_look_at(db: Session) -> int:
    """How many mails wait for somebody's decision: held, or not sent."""
    wanted = Mail.state.in_([MailState.HELD, MailState.FAILED]) | _has_stopped()
    return db.scalar(select(func.count()).select_from(Mail).where(wanted)) or 0


def _select_mails() -> Select[Mail, Statement, bool]:
    panel = joinedload(Statement.speaker).joinedload(Speaker.country).joinedload(Country.pre_session)
    return select(Mail, Statement, _has_stopped()).join(Statement, Statement.id == Mail.statement_id).options(panel)


def _has_stopped() -> ColumnElement[bool]:
    """Whether a mail waits, and no job is open that would send it."""
    is_tried = exists().where(Job.kind == JobKind.MAIL, Job.subject_id == Mail.id, Job.state.in_(OPEN_STATES))
    return (Mail.state == MailState.WAITING) & ~is_tried
