"""Who acts on the organiser's side, and the record of what everybody did."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.domain.roles import Role
from pipeline.records.tables.base import Base


class StaffAccount(Base):
    """A person of the organiser who signs in; the password is an Argon2 hash, empty until somebody invited sets one.

    An operator also sees what machines do: jobs, workers, and what is wrong with them. `name` is what colleagues see,
    where the person gave one. `totp_secret` is what an app makes codes from, sealed; `totp_step` the last half minute
    whose code was used. A new `session_key` ends every session. `version` counts what administrators change.
    Once the person is erased (`erased_at`), `email` is a word that is no address.
    """

    __tablename__ = "staff_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[Role] = mapped_column(default=Role.STAFF)
    password_hash: Mapped[str] = mapped_column(String(200))
    session_key: Mapped[str] = mapped_column(String(32))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_operator: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str] = mapped_column(String(200), default="")
    totp_step: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Event(Base):
    """Something that happened, in the past tense; ids and codes only, so that the record outlives retention."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(48))
    subject_kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[int]
    facts: Mapped[dict[str, Any]]
