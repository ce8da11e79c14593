"""Who works on a sheet: how long and on how many cues, told to that person alone; and who is in which cue just now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from pipeline.records.tables import Sheet, SheetTime
from pipeline.services.events import Actor
from pipeline.services.sheet_changes import account_of, hold_sheet

HERE_SECONDS = 30.0
"""Whoever told of themselves longer ago than this is not there any more, and did not work meanwhile."""


@dataclass(frozen=True)
class Present:
    """Somebody who has a sheet open; `cue_key` is the cue they are in, empty for none. `by` is a name or an address."""

    account_id: int
    by: str
    cue_key: str


@dataclass(frozen=True)
class OwnTime:
    """How long one person worked on a sheet, and how many changes of cues they made."""

    seconds: float
    cues: int

    @property
    def cues_per_minute(self) -> float | None:
        """How fast they are; None before there is anything to say."""
        return self.cues * 60 / self.seconds if self.seconds >= 1 else None


def be_present(db: Session, sheet: Sheet, *, cue_key: str = "", actor: Actor, now: datetime) -> None:
    """Somebody has the sheet open and is in this cue; the time since they last said so is counted as work."""
    account_id = account_of(db, actor)
    if account_id is None:
        return
    row = _row_of(db, sheet, account_id, now=now)
    passed = (now - row.last_seen_at).total_seconds()
    if 0 < passed <= HERE_SECONDS:
        row.seconds += passed
    row.last_seen_at, row.cue_key = max(now, row.last_seen_at), cue_key[:16]
    db.flush()


def leave_sheet(db: Session, sheet: Sheet, *, actor: Actor, now: datetime) -> None:
    """Somebody closed the sheet; its cues are free at once."""
    be_present(db, sheet, actor=actor, now=now)
    row = find_own_row(db, sheet, actor)
    if row is not None:
        row.last_seen_at = now - timedelta(seconds=HERE_SECONDS + 1)
    db.flush()


def list_present(db: Session, sheet: Sheet, *, now: datetime) -> Sequence[Present]:
    """Who has the sheet open."""
    since = now - timedelta(seconds=HERE_SECONDS)
    wanted = select(SheetTime).where(SheetTime.sheet_id == sheet.id, SheetTime.last_seen_at >= since)
    rows = db.scalars(wanted.options(joinedload(SheetTime.account)).order_by(SheetTime.account_id))
    return [Present(row.account_id, row.account.name or row.account.email, row.cue_key) for row in rows]


def own_time(db: Session, sheet: Sheet, actor: Actor) -> OwnTime:
    """How long whoever asks worked on a sheet themselves."""
    row = find_own_row(db, sheet, actor)
    return OwnTime(row.seconds, row.cues) if row is not None else OwnTime(0.0, 0)


def find_own_row(db: Session, sheet: Sheet, actor: Actor) -> SheetTime | None:
    """What is kept of a person's work on a sheet."""
    account_id = account_of(db, actor)
    return db.scalar(select(SheetTime).where(SheetTime.sheet_id == sheet.id, SheetTime.account_id == account_id))


def count_changed(db: Session, sheet: Sheet, account_id: int | None, *, now: datetime, cues: int = 1) -> None:
    """Count a person's change of cues."""
    if account_id is not None:
        _row_of(db, sheet, account_id, now=now).cues += cues


def _row_of(db: Session, sheet: Sheet, account_id: int, *, now: datetime) -> SheetTime:
    wanted = select(SheetTime).where(SheetTime.sheet_id == sheet.id, SheetTime.account_id == account_id)
    row = db.scalar(wanted)
    if row is None:
        hold_sheet(db, sheet)  # two windows of one person make one row
        row = db.scalar(wanted)
    if row is None:
        row = SheetTime(sheet_id=sheet.id, account_id=account_id, seconds=0.0, cues=0, cue_key="", last_seen_at=now)
        db.add(row)
        db.flush()
    return row
