"""Mails to speakers: an outbox that staff can read and hold."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.domain.mails import MailKind, MailState
from pipeline.records.tables.base import Base


class Mail(Base):
    """One mail to a statement's speaker. Its words are made when it is read or sent; tokens are never in here.

    `facts` are ids and codes of what it tells. It is sent to the speaker's address of that moment; once sent,
    `language` is the one it was sent in. `is_released` says that staff let it go although all mails are held.
    `attempts` counts how often it was given to the mail server. `told` says in a word why it was not sent.
    """

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    kind: Mapped[MailKind]
    language: Mapped[str] = mapped_column(String(16))
    state: Mapped[MailState] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    is_released: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    told: Mapped[str] = mapped_column(String(24), default="")
