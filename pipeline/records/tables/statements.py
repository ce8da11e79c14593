"""What speakers decide and hand in: statements, consent, personal links."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pipeline.domain.consents import Audience, ConsentItem, NameForm
from pipeline.domain.papers import PaperKind, PaperState
from pipeline.domain.statements import StatementState
from pipeline.records.tables.base import IDS_USED_ONCE, Base

if TYPE_CHECKING:
    from pipeline.records.tables.desk import Approval
    from pipeline.records.tables.recordings import Recording
    from pipeline.records.tables.sessions import Speaker


class Statement(Base):
    """What a speaker hands in, and where it stands for people. One per speaker.

    `version` grows with every change of the row (optimistic locking: the second of two racing people is told).
    `sent_back_reason` is what staff wrote; empty when intake refused (the findings say why). `page_language` is what
    the speaker last read the page in, and mails come in; empty before the first visit. `hand_in_until` is a later last
    day than the country's, where staff gave one.
    """

    __tablename__ = "statement"
    __table_args__ = IDS_USED_ONCE

    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id"), unique=True)
    state: Mapped[StatementState] = mapped_column(default=StatementState.INVITED)
    state_since: Mapped[datetime]
    current_recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", use_alter=True))
    approved_recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id", use_alter=True))
    sent_back_reason: Mapped[str] = mapped_column(Text, default="")
    page_language: Mapped[str] = mapped_column(String(16), default="")
    name_form: Mapped[NameForm] = mapped_column(default=NameForm.FULL)
    alias: Mapped[str] = mapped_column(String(200), default="")
    blurs_faces: Mapped[bool] = mapped_column(default=False)
    blurs_picture: Mapped[bool] = mapped_column(default=False)
    alters_voice: Mapped[bool] = mapped_column(default=False)
    hand_in_until: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    speaker: Mapped["Speaker"] = relationship(back_populates="statement")
    current_recording: Mapped["Recording | None"] = relationship(foreign_keys=[current_recording_id], post_update=True)
    recordings: Mapped[list["Recording"]] = relationship(
        back_populates="statement", foreign_keys="Recording.statement_id", order_by="Recording.attempt"
    )
    consents: Mapped[list["Consent"]] = relationship(order_by="Consent.id")
    contents: Mapped[list["StatementContent"]] = relationship(order_by="StatementContent.revision")
    papers: Mapped[list["Paper"]] = relationship(order_by="Paper.id")
    approvals: Mapped[list["Approval"]] = relationship(order_by="Approval.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declared form


class Consent(Base):
    """One answer of a speaker for one item; the newest answer for an item counts."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    item: Mapped[ConsentItem]
    audience: Mapped[Audience]
    words_version: Mapped[str] = mapped_column(String(24))
    given_at: Mapped[datetime]


class SpeakerLink(Base):
    """A personal link; only the hash of its token is kept."""

    __tablename__ = "speaker_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class StatementContent(Base):
    """One revision of what a speaker wrote beside the recording; the newest counts.

    `text` is the written statement, `recommendations` two or three texts, `language` the language spoken and `theme` a
    few words, where the speaker gave them.
    """

    __tablename__ = "statement_content"
    __table_args__ = (UniqueConstraint("statement_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"))
    revision: Mapped[int]
    language: Mapped[str] = mapped_column(String(16), default="")
    theme: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    recommendations: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]


class Paper(Base):
    """A paper that a speaker added; `name` is its opaque name. Only what lies at `clean_key` is shown to others.

    `says_name` tells whether the speaker's name is written in it, `refused_because` in a word why it was refused.
    `erased_at` is when its bytes were removed from the store.
    """

    __tablename__ = "paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[PaperKind]
    state: Mapped[PaperState]
    original_key: Mapped[str] = mapped_column(String(200))
    clean_key: Mapped[str] = mapped_column(String(200), default="")
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    says_name: Mapped[bool] = mapped_column(default=False)
    refused_because: Mapped[str] = mapped_column(String(24), default="")
    received_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
