"""What staff do at their desk: approvals, comments, assignments, legal holds."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pipeline.domain.desk import AssignmentKind, CommentReader
from pipeline.records.tables.base import IDS_USED_ONCE, Base
from pipeline.records.tables.record import StaffAccount

if TYPE_CHECKING:
    from pipeline.records.tables.statements import Statement


class Approval(Base):
    """One person's yes to exactly what `bound` names: recording, trim, package, tracks, consent, words, each by digest.

    It counts as long as `taken_back_at` is empty and `bound` is how things stand; else it is stale and asked again.
    """

    __tablename__ = "approval"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"))
    bound: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]

    account: Mapped[StaffAccount | None] = relationship()


class Comment(Base):
    """What somebody of the organiser wrote about a recording, at a moment of it (`at_seconds` of what is shown) or not.

    `reader` tells whether the speaker reads it too. `resolved_at` is when it was dealt with.
    """

    __tablename__ = "comment"
    __table_args__ = IDS_USED_ONCE

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"))
    reader: Mapped[CommentReader] = mapped_column(default=CommentReader.STAFF)
    at_seconds: Mapped[float | None]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]

    account: Mapped[StaffAccount | None] = relationship()


class Assignment(Base):
    """A statement that somebody was asked to review, or to interpret into `language`; over at `ended_at`."""

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_account_id_ended_at", "account_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"))
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    kind: Mapped[AssignmentKind]
    language: Mapped[str] = mapped_column(String(16), default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    account: Mapped[StaffAccount] = relationship()
    statement: Mapped["Statement"] = relationship()


class LegalHold(Base):
    """As long as it lasts nothing of its subject (a session, country or statement by id) is removed by retention."""

    __tablename__ = "legal_hold"
    __table_args__ = (Index("ix_legal_hold_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"))
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
