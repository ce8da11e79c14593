"""What an open editor is told of subtitles: what changed since it last asked, who else is there, what may be done."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask_babel import get_timezone
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from pipeline.domain.desk import AssignmentKind
from pipeline.domain.sheets import SheetAction
from pipeline.records.tables import CueNote, CueRevision, Sheet, SheetCue
from pipeline.services.assignments import list_assignments
from pipeline.services.cue_notes import list_notes
from pipeline.services.sheet_changes import CueThere
from pipeline.services.sheet_staleness import outdated_cues
from pipeline.services.sheet_times import list_present, own_time
from pipeline.services.sheet_undo import find_undoable_changes
from pipeline.services.sheets import cues_since, find_source
from webapp.access import Rule, current_staff
from webapp.i18n import day_words, moment_words
from webapp.wording.sheets import sheet_decisions, sheet_state_words, stale_reason_words


def cue_json(cue: SheetCue | CueThere) -> dict[str, Any]:
    """One cue, as the page keeps it."""
    return {
        "key": cue.key,
        "sourceKey": cue.source_key,
        "version": cue.version,
        "startMs": cue.start_ms,
        "endMs": cue.end_ms,
        "text": cue.text,
        "place": cue.place,
        "doubt": cue.doubt,
        "isMachine": cue.is_machine,
        "isDeleted": cue.is_deleted,
        "byId": cue.changed_by_id,
    }


def state_since(db: Session, sheet: Sheet, *, version: int, source_version: int, now: datetime) -> dict[str, Any]:
    """Everything that changed after these versions of a sheet and of its source, and how all stands."""
    member, source = current_staff(), find_source(db, sheet)
    undoable = find_undoable_changes(db, sheet, member.actor)
    time = own_time(db, sheet, member.actor)
    return {
        "version": sheet.version,
        "cues": _cues(cues_since(db, sheet, version)),
        "sourceVersion": source.version if source else 0,
        "sourceCues": _cues(cues_since(db, source, source_version)) if source else [],
        "outdated": list(outdated_cues(db, sheet)),
        "state": sheet.state.value,
        "stateWords": sheet_state_words(sheet.state),
        "stale": [stale_reason_words(reason) for reason in sheet.stale_because],
        "due": day_words(day) if (day := due_day(sheet)) else "",
        "dueDay": day.isoformat() if day else "",
        "askedOf": _asked_of(db, sheet),
        "decisions": decisions_of(sheet),
        "people": [
            {"id": one.account_id, "name": one.by, "cue": one.cue_key, "isMe": one.account_id == member.account_id}
            for one in list_present(db, sheet, now=now)
        ],
        "time": {"seconds": time.seconds, "cues": time.cues, "perMinute": time.cues_per_minute},
        "undo": {"done": _last(undoable.done), "undone": _last(undoable.undone)},
        "notes": [_note(note) for note in list_notes(db, sheet)],
        "token": generate_csrf(),
    }


def decisions_of(sheet: Sheet) -> list[tuple[str, str]]:
    """What the person who looks may decide now: interpreters hand in, staff all, readers nothing."""
    member = current_staff()
    found = sheet_decisions(sheet, member.account_id)
    if member.passes(Rule.STAFF):
        return found
    return [] if member.passes(Rule.READER) else [one for one in found if one[0] == SheetAction.SUBMIT.value]


def due_day(sheet: Sheet) -> date | None:
    """The last day for a sheet, where the portal is."""
    return sheet.due_at.astimezone(get_timezone()).date() if sheet.due_at else None


def revision_json(revision: CueRevision, by: str) -> dict[str, Any]:
    """What a cue once was, and `by` whom."""
    return {
        "version": revision.version,
        "by": by,
        "at": moment_words(revision.created_at),
        "startMs": revision.start_ms,
        "endMs": revision.end_ms,
        "text": revision.text,
        "place": revision.place,
        "isDeleted": revision.is_deleted,
    }


def _asked_of(db: Session, sheet: Sheet) -> list[str]:
    asked = list_assignments(db, sheet.recording.statement_id)
    wanted = (AssignmentKind.INTERPRET, sheet.language)
    return [one.account.name or one.account.email for one in asked if (one.kind, one.language) == wanted]


def _cues(cues: Iterable[SheetCue]) -> list[dict[str, Any]]:
    return [cue_json(cue) for cue in cues]


def _last(versions: tuple[int, ...]) -> int | None:
    return versions[-1] if versions else None


def _note(note: CueNote) -> dict[str, Any]:
    by = (note.account.name or note.account.email) if note.account else ""
    return {
        "id": note.id,
        "key": note.cue_key,
        "text": note.text,
        "by": by,
        "at": moment_words(note.created_at),
        "isResolved": note.resolved_at is not None,
    }
