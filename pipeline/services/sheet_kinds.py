"""The language on record as spoken was corrected: what was a transcript is an interpretation now, and the reverse."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.jobs import JobKind
from pipeline.domain.sheets import SheetKind
from pipeline.records.tables import Recording, Sheet, Statement
from pipeline.services.alignments import follow_text, is_untouched
from pipeline.services.draft_jobs import stop_drafts
from pipeline.services.events import SYSTEM
from pipeline.services.jobs import cancel_open_jobs
from pipeline.services.sheet_bounds import kind_in
from pipeline.services.sheet_removal import remove_sheet
from pipeline.services.sheets import list_sheets, record_sheet


def follow_language(db: Session, statement: Statement, *, now: datetime) -> None:
    """Let subtitles of the recording that counts be what they are; interpretations are compared with the new words.

    What aligning made of the text by the other language's voice, and nobody touched, goes: the text is timed again.
    """
    recording = statement.current_recording
    if recording is None or not _others(recording, list_sheets(db, recording.id)):
        return
    cancel_open_jobs(db, JobKind.ALIGN, recording.id, actor=SYSTEM, now=now)
    for sheet in _others(recording, list_sheets(db, recording.id)):
        if is_untouched(db, sheet):
            remove_sheet(db, sheet)
    stop_drafts(db, recording.id, actor=SYSTEM, now=now)
    _turn(db, recording, now=now)
    follow_text(db, statement, now=now)


def _others(recording: Recording, sheets: Sequence[Sheet]) -> list[Sheet]:
    return [sheet for sheet in sheets if sheet.kind is not kind_in(recording, sheet.language)]


def _turn(db: Session, recording: Recording, *, now: datetime) -> None:
    sheets = list_sheets(db, recording.id)
    turned = _others(recording, sheets)
    for track in recording.tracks:
        track.kind = kind_in(recording, track.language)
    for sheet in turned:
        sheet.kind = kind_in(recording, sheet.language)
        sheet.version += 1
        sheet.changed_at = now
    transcript = next((sheet for sheet in sheets if sheet.kind is SheetKind.TRANSCRIPT), None)
    for sheet in sheets:
        sheet.source_id = transcript.id if transcript is not None and sheet is not transcript else None
    db.flush()
    for sheet in turned:
        record_sheet(db, "sheet.turned", sheet, SYSTEM, now, kind=sheet.kind.value)
