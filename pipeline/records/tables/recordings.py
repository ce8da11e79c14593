"""What was uploaded and what belongs to it: uploads, recordings, timed text."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pipeline.domain.burning import BurnSize
from pipeline.domain.findings import Verdict
from pipeline.domain.sheets import SheetKind
from pipeline.domain.trims import Trim
from pipeline.records.tables.base import Base

if TYPE_CHECKING:
    from pipeline.records.tables.sheets import Sheet, Voice
    from pipeline.records.tables.statements import Statement


class Upload(Base):
    """One resumable upload; `name` is its opaque name in the address and in the spool folder.

    `length_bytes` is what was announced; None as long as a recording that is still being made has no end. The offset is
    the spool file's size: the disk is the truth.
    `recording_id` is set in the transaction that turns the bytes into a recording, once; `wrapped_key`, the sealed key
    of its original, is the recording's from then on. `account_id` is who of the organiser sends it for the speaker;
    None for the speaker's own.
    """

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    length_bytes: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("recording.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"))
    wrapped_key: Mapped[str] = mapped_column(Text, default="")


class Recording(Base):
    """One uploaded video: attempt n of a statement. Facts are added as steps finish.

    `report` is intake's report as JSON, without findings and with digests of what it was made from; `package` is
    `Package.to_json()`. A trim is in seconds of the original; without one all of it is shown, and verdict, findings and
    `duration_seconds` are those of what is shown, while the report's facts are of the whole. `preview_answer` is what
    the speaker said of exactly what `preview_mark` tells: "right", "wrong" with `preview_words`, or nothing yet.
    `poster_seconds` is the moment that staff chose for the still, `wrapped_key` the sealed key of the original's bytes:
    without it they cannot be read again by anybody.
    Soon after `withdrawn_at` its bytes, and all that was made of them, are removed from the store: at `erased_at`.
    """

    __tablename__ = "recording"
    __table_args__ = (UniqueConstraint("statement_id", "attempt"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"))
    attempt: Mapped[int]
    received_at: Mapped[datetime]
    original_key: Mapped[str] = mapped_column(String(200))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    verdict: Mapped[Verdict | None]
    findings: Mapped[list[Any]] = mapped_column(default=list)
    report: Mapped[dict[str, Any] | None]
    duration_seconds: Mapped[float | None]
    package: Mapped[dict[str, Any] | None]
    package_prefix: Mapped[str | None] = mapped_column(String(200))
    trim_start_seconds: Mapped[float | None]
    trim_end_seconds: Mapped[float | None]
    preview_answer: Mapped[str] = mapped_column(String(8), default="")
    preview_words: Mapped[str] = mapped_column(Text, default="")
    preview_mark: Mapped[str] = mapped_column(String(16), default="")
    poster_seconds: Mapped[float | None]
    wrapped_key: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    statement: Mapped["Statement"] = relationship(back_populates="recordings", foreign_keys=[statement_id])
    tracks: Mapped[list["Track"]] = relationship(back_populates="recording", order_by="Track.revision")
    sheets: Mapped[list["Sheet"]] = relationship(back_populates="recording", order_by="Sheet.language")
    voices: Mapped[list["Voice"]] = relationship(back_populates="recording", order_by="Voice.revision")

    @property
    def trim(self) -> Trim | None:
        """Which part is shown, where the speaker chose one."""
        if self.trim_start_seconds is None or self.trim_end_seconds is None:
            return None
        return Trim(self.trim_start_seconds, self.trim_end_seconds)


class Track(Base):
    """One revision of timed text for a recording in one language; the newest revision counts.

    `webvtt` is our canonical form, in times of the whole recording whatever part is shown; a transcript is in the
    language spoken, an interpretation in another. `bound` names what it was made for, each by digest; `is_reviewed`
    tells that a person other than a program looked at it and approved.
    """

    __tablename__ = "track"
    __table_args__ = (UniqueConstraint("recording_id", "language", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    language: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]
    webvtt: Mapped[str] = mapped_column(Text)
    cue_count: Mapped[int]
    created_at: Mapped[datetime]
    is_removed: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[SheetKind] = mapped_column(default=SheetKind.INTERPRETATION)
    is_reviewed: Mapped[bool] = mapped_column(default=False)
    bound: Mapped[dict[str, Any]] = mapped_column(default=dict)

    recording: Mapped[Recording] = relationship(back_populates="tracks")


class BurnedFilm(Base):
    """A film with a track's words in the picture that somebody asked for; what was made of it is among the results."""

    __tablename__ = "burned_film"
    __table_args__ = (UniqueConstraint("track_id", "size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    size: Mapped[BurnSize]
    asked_at: Mapped[datetime]
