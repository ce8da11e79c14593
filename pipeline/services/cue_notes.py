"""Notes on the cues of a sheet, among those who work on it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.records.tables import CueNote, Sheet
from pipeline.services.events import Actor
from pipeline.services.sheet_changes import account_of, find_cue
from pipeline.services.sheets import record_sheet

MAX_NOTE_LENGTH = 1000


def list_notes(db: Session, sheet: Sheet) -> Sequence[CueNote]:
    """Every note on a sheet with its author at hand: open ones first, in the order of writing."""
    wanted = select(CueNote).where(CueNote.sheet_id == sheet.id).options(joinedload(CueNote.account))
    return db.scalars(wanted.order_by(CueNote.resolved_at.is_not(None), CueNote.id)).all()


def add_note(db: Session, sheet: Sheet, cue_key: str, text: str, *, actor: Actor, now: datetime) -> CueNote:
    """Remark on a cue. Raises `WrongUsage` for words that are missing or too many."""
    words = text.strip()
    if not words or len(words) > MAX_NOTE_LENGTH:
        raise WrongUsage(f"Write the note, in at most {MAX_NOTE_LENGTH} signs.")
    find_cue(sheet, cue_key)
    note = CueNote(sheet_id=sheet.id, cue_key=cue_key, account_id=account_of(db, actor), text=words, created_at=now)
    db.add(note)
    db.flush()
    record_sheet(db, "sheet.noted", sheet, actor, now, note_id=note.id)
    return note


def resolve_note(db: Session, sheet: Sheet, note_id: int, *, actor: Actor, now: datetime) -> CueNote:
    """A note was dealt with. Raises `ChangeNotAllowed` when somebody else said so before."""
    note = _find(db, sheet, note_id, is_open=True)
    note.resolved_at = now
    record_sheet(db, "sheet.note_resolved", sheet, actor, now, note_id=note.id)
    return note


def reopen_note(db: Session, sheet: Sheet, note_id: int, *, actor: Actor, now: datetime) -> CueNote:
    """A note is not dealt with after all."""
    note = _find(db, sheet, note_id, is_open=False)
    note.resolved_at = None
    record_sheet(db, "sheet.note_reopened", sheet, actor, now, note_id=note.id)
    return note


def _find(db: Session, sheet: Sheet, note_id: int, *, is_open: bool) -> CueNote:
    note = db.get(CueNote, note_id, with_for_update=True)
    if note is None or note.sheet_id != sheet.id or (note.resolved_at is None) != is_open:
        raise ChangeNotAllowed("Somebody else changed this note while you looked. Reload the page to see it.")
    return note
