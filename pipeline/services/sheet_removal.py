"""Removing sheets with everything that people wrote in them: cues, every revision, notes, times."""

from collections.abc import Iterable

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from pipeline.records.tables import CueNote, CueRevision, Recording, Sheet, SheetCue, SheetTime


def remove_sheets(db: Session, recordings: Iterable[Recording]) -> None:
    """Remove the sheets of recordings whose words are not kept any more."""
    db.flush()
    recordings = list(recordings)
    _remove(db, select(Sheet.id).where(Sheet.recording_id.in_([recording.id for recording in recordings])))
    for recording in recordings:
        db.expire(recording, ["sheets"])


def remove_sheet(db: Session, sheet: Sheet) -> None:
    """Remove one sheet that nobody worked on."""
    db.flush()
    recording = sheet.recording
    _remove(db, select(Sheet.id).where(Sheet.id == sheet.id))
    db.expunge(sheet)
    db.expire(recording, ["sheets"])


def _remove(db: Session, of_these: Select[int]) -> None:
    for table in (CueNote, SheetTime, CueRevision, SheetCue):
        db.execute(delete(table).where(table.sheet_id.in_(of_these)))
    db.execute(update(Sheet).where(Sheet.source_id.in_(of_these)).values(source_id=None))
    db.execute(delete(Sheet).where(Sheet.id.in_(of_these)))
