"""Subtitles while people work on them: sheets, their cues, every revision of a cue, notes, and time spent."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from pipeline.domain.sheets import SheetKind, SheetOrigin, SheetState
from pipeline.domain.voices import Under, VoiceFault
from pipeline.records.tables.base import Base
from pipeline.records.tables.record import StaffAccount

if TYPE_CHECKING:
    from pipeline.records.tables.recordings import Recording, Track


class Sheet(Base):
    """Subtitles of one recording in one language as people work on them; times are of the whole recording.

    `bound` names what they were made for (recording, trim, text or source), each by digest: where one is another now
    they are stale, and `stale_because` says which. `score` and `verdict` are what aligning said of the whole, `report`
    what else is to be told of how they were made (no texts of people). `is_machine` stands until a person approves.
    `version` counts every change of the sheet or of one of its cues.
    """

    __tablename__ = "sheet"
    __table_args__ = (UniqueConstraint("recording_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    language: Mapped[str] = mapped_column(String(16))
    kind: Mapped[SheetKind]
    state: Mapped[SheetState] = mapped_column(default=SheetState.DRAFT)
    origin: Mapped[SheetOrigin]
    is_machine: Mapped[bool] = mapped_column(default=False)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("sheet.id"))
    bound: Mapped[dict[str, Any]]
    stale_because: Mapped[list[Any]] = mapped_column(default=list)
    score: Mapped[float | None]
    verdict: Mapped[str] = mapped_column(String(24), default="")
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"))
    submitted_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"))
    approved_at: Mapped[datetime | None]
    track_id: Mapped[int | None] = mapped_column(ForeignKey("track.id"))

    recording: Mapped["Recording"] = relationship(back_populates="sheets")
    track: Mapped["Track | None"] = relationship()
    cues: Mapped[list["SheetCue"]] = relationship(back_populates="sheet", order_by="SheetCue.start_ms")


class SheetCue(Base):
    """One cue as it is now. `key` is its name as long as it lives, in the order of nothing.

    `source_key` names the cue of the transcript that it interprets. `place` is where it stands on the picture, numbered
    as on a keypad. `doubt` is how doubtful its time is, 0 to 1; `is_machine` stands until a person changed or confirmed
    its words. `version` is what an editor saw of it.
    """

    __tablename__ = "sheet_cue"
    __table_args__ = (UniqueConstraint("sheet_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    key: Mapped[str] = mapped_column(String(16))
    source_key: Mapped[str] = mapped_column(String(16), default="")
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    place: Mapped[int] = mapped_column(default=2)
    doubt: Mapped[float | None]
    is_machine: Mapped[bool] = mapped_column(default=False)
    is_deleted: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"))
    changed_at: Mapped[datetime]

    sheet: Mapped[Sheet] = relationship(back_populates="cues")
    changed_by: Mapped[StaffAccount | None] = relationship()


class CueRevision(Base):
    """What a cue was at one version: revisions are only added, so that nobody's words are lost.

    The revisions of one version of a sheet are one change; `undoes` is the version of the change that it took back.
    """

    __tablename__ = "cue_revision"
    __table_args__ = (UniqueConstraint("sheet_id", "key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    key: Mapped[str] = mapped_column(String(16))
    version: Mapped[int]
    start_ms: Mapped[int]
    end_ms: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    place: Mapped[int]
    is_deleted: Mapped[bool]
    undoes: Mapped[int | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"))
    created_at: Mapped[datetime]


class CueNote(Base):
    """What somebody remarked on one cue, for those who work on the sheet."""

    __tablename__ = "cue_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), index=True)
    cue_key: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]

    account: Mapped[StaffAccount | None] = relationship()


class SheetTime(Base):
    """How long one person worked on a sheet and how many cues they changed; shown to that person alone.

    `cue_key` is the cue that they were in when they were last seen.
    """

    __tablename__ = "sheet_time"
    __table_args__ = (UniqueConstraint("sheet_id", "account_id"), Index("ix_sheet_time_account_id", "account_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_account.id"))
    seconds: Mapped[float] = mapped_column(default=0.0)
    cues: Mapped[int] = mapped_column(default=0)
    cue_key: Mapped[str] = mapped_column(String(16), default="")
    last_seen_at: Mapped[datetime]

    account: Mapped[StaffAccount] = relationship()


class Voice(Base):
    """One revision of a spoken interpretation of a recording; the newest of a language counts.

    `original_key`, `size_bytes` and `wrapped_key` are those of what was handed in, sealed like a recording.
    `offset_ms` is where its file begins on the whole recording, `under` how the original stays below it. `report` is
    what was measured, `fault` why it cannot be taken. `package` is its rendition as JSON, which lies below
    `package_prefix` and was made for the recording's package at `made_for`. `bound` is what a person made or approved
    it for, as with a sheet. `is_own` tells that the voice is that of `account_id`, `is_nameless` that a person
    heard no name of the speaker in it. `version` counts what changes how
    it sounds. Removed, it leaves the store soon: at `erased_at`.
    """

    __tablename__ = "voice"
    __table_args__ = (UniqueConstraint("recording_id", "language", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recording.id"))
    language: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]
    original_key: Mapped[str] = mapped_column(String(200))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    wrapped_key: Mapped[str] = mapped_column(Text, default="")
    offset_ms: Mapped[int] = mapped_column(default=0)
    under: Mapped[Under] = mapped_column(default=Under.LOW)
    version: Mapped[int] = mapped_column(default=1)
    bound: Mapped[dict[str, Any]]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fault: Mapped[VoiceFault | None]
    package_prefix: Mapped[str | None] = mapped_column(String(200))
    package: Mapped[dict[str, Any] | None]
    made_for: Mapped[str] = mapped_column(String(200), default="")
    is_own: Mapped[bool] = mapped_column(default=False)
    is_nameless: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"))
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_account.id"))
    is_removed: Mapped[bool] = mapped_column(default=False)
    erased_at: Mapped[datetime | None]

    recording: Mapped["Recording"] = relationship(back_populates="voices")
