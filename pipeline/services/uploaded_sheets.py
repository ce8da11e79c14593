"""A subtitle file becomes a sheet too, so that people can work on what came from elsewhere; removing it reopens it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from pipeline.captions.cues import Cue, milliseconds
from pipeline.domain.sheets import SheetOrigin, SheetState
from pipeline.records.tables import Sheet, SheetCue, Track
from pipeline.services.events import Actor
from pipeline.services.sheet_bounds import bound_now
from pipeline.services.sheet_changes import SheetChange, account_of, begin_change, hold_sheet
from pipeline.services.sheet_staleness import outdate_interpretations
from pipeline.services.sheets import NewCue, find_sheet, find_source, open_sheet, read_cues, record_sheet


def take_up_file(db: Session, track: Track, cues: Sequence[Cue], *, actor: Actor, now: datetime) -> Sheet:
    """Make a sheet hold what a file says, in times of the whole recording; what it held stays among the revisions.

    What the track is, the sheet is too: approved, or waiting for a second person.
    """
    sheet = find_sheet(db, track.recording_id, track.language)
    if sheet is None:
        new = [NewCue(*_times(cue), cue.text, place=cue.place) for cue in cues]
        sheet = open_sheet(db, track.recording, track.language, SheetOrigin.UPLOADED, cues=new, actor=actor, now=now)
    else:
        hold_sheet(db, sheet)
        sheet.state = SheetState.DRAFT  # a file replaces what was decided, as it always did
        change = begin_change(db, sheet, actor=actor, now=now)
        _replace(change, cues)
    _settle(db, sheet, track, account_id=account_of(db, actor), now=now)
    record_sheet(db, "sheet.approved" if track.is_reviewed else "sheet.submitted", sheet, actor, now, track_id=track.id)
    outdate_interpretations(db, sheet, now=now)
    return sheet


def let_go(db: Session, track: Track, *, now: datetime) -> None:
    """A track was taken away: its sheet is open again, and nothing that it holds is shown."""
    sheet = find_sheet(db, track.recording_id, track.language)
    if sheet is None or sheet.track_id != track.id:
        return
    hold_sheet(db, sheet)
    sheet.state, sheet.track_id = SheetState.DRAFT, None
    sheet.submitted_by_id = sheet.submitted_at = sheet.approved_by_id = sheet.approved_at = None
    sheet.version += 1
    sheet.changed_at = now
    db.flush()


def _settle(db: Session, sheet: Sheet, track: Track, *, account_id: int | None, now: datetime) -> None:
    sheet.origin, sheet.is_machine, sheet.stale_because = SheetOrigin.UPLOADED, False, []
    sheet.score, sheet.verdict, sheet.report = None, "", {}
    sheet.bound = bound_now(sheet.recording, sheet.kind, find_source(db, sheet))
    sheet.submitted_by_id, sheet.submitted_at = account_id, now
    sheet.approved_by_id, sheet.approved_at = (account_id, now) if track.is_reviewed else (None, None)
    sheet.state = SheetState.APPROVED if track.is_reviewed else SheetState.IN_REVIEW
    sheet.track_id, track.bound = track.id, dict(sheet.bound)
    db.flush()


def _replace(change: SheetChange, cues: Sequence[Cue]) -> None:
    """Cues at the same start keep their names; what the file has not is deleted."""
    there = defaultdict[int, list[SheetCue]](list)
    for old in read_cues(change.db, change.sheet):
        there[old.start_ms].append(old)
    for cue in cues:
        start_ms, end_ms = _times(cue)
        says: dict[str, Any] = {"start_ms": start_ms, "end_ms": end_ms, "text": cue.text, "place": cue.place}
        if there[start_ms]:
            change.write(there[start_ms].pop(0), **says)
        else:
            change.add(**says)
    for gone in chain.from_iterable(there.values()):
        change.write(gone, is_deleted=True)


def _times(cue: Cue) -> tuple[int, int]:
    return milliseconds(cue.start_seconds), milliseconds(cue.end_seconds)
