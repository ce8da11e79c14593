"""Mails, personal links and the record of events, as scripts read them."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

from pipeline.domain.mails import MailAction, MailKind, MailState
from pipeline.records.tables import Event as EventRow
from pipeline.services.mail_lists import MailLine
from webapp.api.shapes import Code, Page


class Link(BaseModel):
    """A new personal link. It is told once and cannot be had a second time."""

    address: str
    until: datetime


class Mail(BaseModel):
    """One mail of the outbox; its words are made when it is sent."""

    id: int
    statement_id: int
    kind: MailKind
    language: str
    state: MailState
    created_at: datetime
    sent_at: datetime | None
    told: str
    actions: list[MailAction]

    @classmethod
    def of(cls, line: MailLine) -> Self:
        """From the outbox."""
        mail = line.mail
        return cls(
            id=mail.id,
            statement_id=mail.statement_id,
            kind=mail.kind,
            language=mail.language,
            state=line.state,
            created_at=mail.created_at,
            sent_at=mail.sent_at,
            told=mail.told,
            actions=list(line.actions),
        )


class MailPage(Page):
    """Which mails: the newest first, `after` an id, in one state."""

    state: MailState | None = None


class Mails(BaseModel):
    """A page of mails; `next_after` asks for the next one."""

    items: list[Mail]
    next_after: int | None


class Invited(BaseModel):
    """How many mails are on their way."""

    count: int


class EventPage(Page):
    """Which events: the oldest first, `after` an id, of one subject, of one name."""

    subject_kind: Code = ""
    subject_id: Annotated[int, Field(ge=0, le=2147483647)] = 0
    name: Code = ""


class Event(BaseModel):
    """Something that happened: ids and codes."""

    id: int
    at: datetime
    name: str
    actor_kind: str
    actor_id: int | None
    subject_kind: str
    subject_id: int
    facts: dict[str, Any]

    @classmethod
    def of(cls, row: EventRow) -> Self:
        """From the records."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class Events(BaseModel):
    """A page of events; `next_after` asks for the next one."""

    items: list[Event]
    next_after: int | None
