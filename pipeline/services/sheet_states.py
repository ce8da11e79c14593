"""What people decide about a sheet: submit, approve, send back, reopen. What it holds becomes a track to be shown.

Every decision names the version of the sheet that the person saw.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pipeline.captions.cues import Cue
from pipeline.captions.places import Place
from pipeline.captions.webvtt import write_webvtt
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.sheets import SheetAction, next_sheet_state
from pipeline.records.tables import Sheet, SheetCue, Track
from pipeline.services.cue_notes import list_notes
from pipeline.services.events import Actor
from pipeline.services.sheet_bounds import bound_now
from pipeline.services.sheet_changes import account_of, hold_sheet
from pipeline.services.sheet_quality import what_stops
from pipeline.services.sheet_staleness import outdate_interpretations
from pipeline.services.sheets import find_source, read_cues, record_sheet
from pipeline.services.tracks import add_sheet_track, current_tracks


class SheetChanged(ChangeNotAllowed):
    """The sheet is not the one that a person was looking at."""

    def __init__(self) -> None:
        super().__init__("Somebody else changed these subtitles while you looked. Reload the page and look again.")


class SheetNotReady(WrongUsage):
    """Subtitles cannot be submitted as they are; `stops` has the cues by the rule that each breaks, none for no cue."""

    def __init__(self, stops: Mapping[str, Sequence[str]]) -> None:
        why = ", ".join(f"{code} ({len(keys)})" for code, keys in stops.items()) or "there are none"
        super().__init__(f"These subtitles cannot be submitted yet: {why}.")
        self.stops = dict(stops)


def submit_sheet(db: Session, sheet: Sheet, seen_version: int, *, actor: Actor, now: datetime) -> Track:
    """Hand subtitles in for review: they become a track that is not reviewed.

    Raises `SheetChanged`, `SheetNotReady` where there is no cue or one breaks a rule that stops, `ChangeNotAllowed`.
    """
    _decide(db, sheet, seen_version, SheetAction.SUBMIT, now=now)
    _renew_bounds(db, sheet)
    sheet.submitted_by_id, sheet.submitted_at = account_of(db, actor), now
    sheet.approved_by_id = sheet.approved_at = None
    track = _make_track(db, sheet, is_reviewed=False, actor=actor, now=now)
    record_sheet(db, "sheet.submitted", sheet, actor, now, version=sheet.version, track_id=track.id)
    return track


def approve_sheet(db: Session, sheet: Sheet, seen_version: int, *, actor: Actor, now: datetime) -> Track:
    """A second person says that subtitles are right: their track is reviewed.

    Raises `SheetChanged`, and `ChangeNotAllowed` for the person who submitted them.
    """
    hold_sheet(db, sheet)
    account_id = account_of(db, actor)
    if sheet.submitted_at is not None and account_id == sheet.submitted_by_id:
        raise ChangeNotAllowed("You submitted these subtitles. Another person has to approve them.")
    _decide(db, sheet, seen_version, SheetAction.APPROVE, now=now)
    sheet.approved_by_id, sheet.approved_at, sheet.is_machine = account_id, now, False
    for cue in read_cues(db, sheet):
        cue.is_machine = False
    track = _make_track(db, sheet, is_reviewed=True, actor=actor, now=now)
    record_sheet(db, "sheet.approved", sheet, actor, now, version=sheet.version, track_id=track.id)
    return track


def send_back_sheet(db: Session, sheet: Sheet, seen_version: int, *, actor: Actor, now: datetime) -> None:
    """Ask for more work on subtitles that were submitted; notes say what."""
    _decide(db, sheet, seen_version, SheetAction.SEND_BACK, now=now)
    sheet.submitted_by_id = sheet.submitted_at = None
    db.flush()
    open_notes = sum(note.resolved_at is None for note in list_notes(db, sheet))
    record_sheet(db, "sheet.sent_back", sheet, actor, now, version=sheet.version, notes=open_notes)


def reopen_sheet(db: Session, sheet: Sheet, seen_version: int, *, actor: Actor, now: datetime) -> None:
    """Go on working on approved subtitles; what was approved stays the track until the next is submitted."""
    _decide(db, sheet, seen_version, SheetAction.REOPEN, now=now)
    sheet.submitted_by_id = sheet.submitted_at = sheet.approved_by_id = sheet.approved_at = None
    record_sheet(db, "sheet.reopened", sheet, actor, now, version=sheet.version)


DECISIONS: Mapping[str, Callable[..., Any]] = {
    "submit": submit_sheet,
    "approve": approve_sheet,
    "send_back": send_back_sheet,
    "reopen": reopen_sheet,
}
"""What people decide by the name that screens send."""


def set_due(db: Session, sheet: Sheet, due_at: datetime | None, *, actor: Actor, now: datetime) -> None:
    """Until when a sheet is wanted; None for no such day."""
    hold_sheet(db, sheet)
    sheet.due_at = due_at
    record_sheet(db, "sheet.due_changed", sheet, actor, now, due_at=int(due_at.timestamp()) if due_at else None)


def _decide(db: Session, sheet: Sheet, seen_version: int, action: SheetAction, *, now: datetime) -> None:
    hold_sheet(db, sheet)
    if sheet.version != seen_version:
        raise SheetChanged
    sheet.state = next_sheet_state(sheet.state, action)
    sheet.version += 1
    sheet.changed_at = now


def _renew_bounds(db: Session, sheet: Sheet) -> None:
    """Who submits vouches that the subtitles are of what there is now."""
    sheet.bound = bound_now(sheet.recording, sheet.kind, find_source(db, sheet))
    sheet.stale_because = []


def _make_track(db: Session, sheet: Sheet, *, is_reviewed: bool, actor: Actor, now: datetime) -> Track:
    """What the sheet holds as a track; one that says the same already is taken, so that who approved it is heard."""
    cues = read_cues(db, sheet)
    stops = what_stops(db, sheet, cues)
    if stops or not cues:
        raise SheetNotReady(stops)
    webvtt = write_webvtt(_timed(cue) for cue in cues)
    track = current_tracks(sheet.recording).get(sheet.language)
    if track is None or (track.webvtt, track.bound) != (webvtt, sheet.bound):
        track = add_sheet_track(db, sheet, webvtt, cue_count=len(cues), actor=actor, now=now)
    track.is_reviewed = track.is_reviewed or is_reviewed  # what was approved word for word stays so
    sheet.track_id = track.id
    db.flush()
    outdate_interpretations(db, sheet, now=now)
    return track


def _timed(cue: SheetCue) -> Cue:
    return Cue(cue.start_ms / 1000, cue.end_ms / 1000, cue.text, Place(cue.place))
