"""Taking subtitles over from one attempt of a statement to the next, where the same words are said again.

The transcript is aligned with the new recording; interpretations follow it cue by cue, with the words that people
chose. What is taken over is stale until a person has looked at it.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.sheets import SheetKind
from pipeline.records.tables import CueNote, Recording, Sheet, SheetCue
from pipeline.services.cue_notes import list_notes
from pipeline.services.events import Actor
from pipeline.services.sheet_bounds import RECORDING, TRIM, whole_ms
from pipeline.services.sheets import NewCue, find_sheet, open_sheet, read_cues


def find_earlier_transcript(db: Session, recording: Recording) -> Sheet | None:
    """The transcript with words of the newest attempt before this one that has any."""
    before = (
        select(Sheet)
        .join(Recording, Recording.id == Sheet.recording_id)
        .where(
            Recording.statement_id == recording.statement_id,
            Recording.attempt < recording.attempt,
            Recording.erased_at.is_(None),
            Recording.withdrawn_at.is_(None),
            Sheet.kind == SheetKind.TRANSCRIPT,
        )
        .order_by(Recording.attempt.desc())
    )
    return next((sheet for sheet in db.scalars(before) if any(cue.text for cue in read_cues(db, sheet))), None)


def take_over_bounds(sheet: Sheet, earlier: Sheet) -> None:
    """Let a sheet be of the earlier recording still: it is stale until a person says that it fits this one."""
    kept = {name: earlier.bound[name] for name in (RECORDING, TRIM) if name in earlier.bound}
    sheet.bound = {**sheet.bound, **kept}


def carry_marks(db: Session, earlier: Sheet, sheet: Sheet) -> None:
    """Take over what was still to be done about the same cues: notes that nobody dealt with, words of a machine."""
    drafted = {cue.key for cue in read_cues(db, earlier) if cue.is_machine}
    there = {cue.key for cue in read_cues(db, sheet)}
    for cue in sheet.cues:
        cue.is_machine = cue.is_machine or cue.key in drafted
    sheet.is_machine = sheet.is_machine or earlier.is_machine
    for note in list_notes(db, earlier):
        if note.resolved_at is None and note.cue_key in there:
            kept = {"cue_key": note.cue_key, "account_id": note.account_id, "text": note.text}
            db.add(CueNote(sheet_id=sheet.id, created_at=note.created_at, **kept))
    db.flush()


def carry_interpretations(db: Session, earlier: Sheet, transcript: Sheet, *, actor: Actor, now: datetime) -> None:
    """Open what was made from an earlier transcript for the new one, where that language has no sheet yet."""
    made_from_it = select(Sheet).where(Sheet.source_id == earlier.id).order_by(Sheet.id)
    for old in db.scalars(made_from_it).all():
        if find_sheet(db, transcript.recording_id, old.language) is None:
            _carry(db, old, earlier, transcript, actor=actor, now=now)


def _carry(db: Session, old: Sheet, earlier: Sheet, transcript: Sheet, *, actor: Actor, now: datetime) -> Sheet:
    moves = _moves(read_cues(db, earlier), read_cues(db, transcript))
    last = whole_ms(transcript.recording)
    cues = [new for cue in read_cues(db, old) if (new := _moved(cue, moves, last)) is not None]
    sheet = open_sheet(
        db, transcript.recording, old.language, old.origin, cues=cues, source=transcript, actor=actor, now=now
    )
    sheet.due_at = old.due_at
    sheet.bound = dict(old.bound)
    carry_marks(db, old, sheet)
    return sheet


def _moves(before: Sequence[SheetCue], after: Sequence[SheetCue]) -> list[tuple[int, int]]:
    """By how much each moment of the earlier recording is later in the new one, in order."""
    now_at = {cue.key: cue for cue in after}
    starts = [(cue.start_ms, now_at[cue.key].start_ms) for cue in before if cue.key in now_at]
    return [(was, is_now - was) for was, is_now in starts]


def _moved(cue: SheetCue, moves: Sequence[tuple[int, int]], last: int | None) -> NewCue | None:
    """The cue where its words are said now; None where that is outside of the recording."""
    nearest = bisect_right([was for was, _by in moves], cue.start_ms) - 1
    by_ms = moves[max(nearest, 0)][1] if moves else 0
    start, end = max(0, cue.start_ms + by_ms), cue.end_ms + by_ms
    end = end if last is None else min(end, last)
    if start >= end:
        return None
    moved = NewCue(start, end, cue.text, source_key=cue.source_key, is_machine=cue.is_machine, key=cue.key)
    return replace(moved, place=cue.place)
