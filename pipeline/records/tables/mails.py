"""Mails to speakers: an outbox that staff can read and hold."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.domain.mails import MailKind, MailState
from pipeline.records.tables.base import Base


class Mail(Base):
    """One mail to a statement's speaker. Its words are made when it is read or sent; tokens are never in here.

    `facts` are ids and codes that the words need. It is sent to the speaker's address of that moment, not before
    `not_before`. `told` is the sentence of a failure, for staff.
    """

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    kind: Mapped[MailKind]
    language: Mapped[str] = mapped_column(String(16))
    state: Mapped[MailState] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    told: Mapped[str] = mapped_column(Text, default="")
