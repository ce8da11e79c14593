"""When subtitles are out of date: something that they were made for is another now; and when all is as it was again.

Times are of the whole recording, so another trim leaves cues as they are: a person looks at them once more and submits.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.sheets import SheetAction, SheetState, next_sheet_state
from pipeline.records.tables import Recording, Sheet, SheetCue, Statement
from pipeline.services.events import SYSTEM
from pipeline.services.sheet_bounds import SOURCE, bound_now, what_is_another
from pipeline.services.sheets import find_source, list_sheets, read_cues, record_sheet

_HANDED_IN = frozenset({SheetState.IN_REVIEW, SheetState.APPROVED})
"""States in which the words of a sheet are those that others may rely on."""


def outdate_sheets(db: Session, recording: Recording, *, now: datetime) -> None:
    """Look at every sheet of a recording after its trim or its text changed: stale now, or not any more."""
    for sheet in list_sheets(db, recording.id):
        _judge(db, sheet, now=now)


def outdate_statement(db: Session, statement: Statement, *, now: datetime) -> None:
    """The same for the recording that counts."""
    if statement.current_recording is not None:
        outdate_sheets(db, statement.current_recording, now=now)


def outdate_interpretations(db: Session, source: Sheet, *, now: datetime) -> None:
    """Look at what was made from a sheet whose words were handed in."""
    for sheet in db.scalars(select(Sheet).where(Sheet.source_id == source.id).order_by(Sheet.id)).all():
        _judge(db, sheet, now=now)


def outdated_cues(db: Session, sheet: Sheet) -> Sequence[str]:
    """Keys of cues whose source has other words since they were written last: what an interpreter looks at first."""
    source = find_source(db, sheet)
    since = {cue.key: cue.changed_at for cue in read_cues(db, source)} if source is not None else {}
    return [cue.key for cue in read_cues(db, sheet) if _is_older(cue, since.get(cue.source_key))]


def _is_older(cue: SheetCue, since: datetime | None) -> bool:
    return since is not None and cue.text != "" and cue.changed_at < since


def _judge(db: Session, sheet: Sheet, *, now: datetime) -> None:
    because = list(_reasons(db, sheet))
    if because == sheet.stale_because:
        return
    action = SheetAction.OUTDATE if because else _way_back(sheet)
    sheet.state = next_sheet_state(sheet.state, action)
    sheet.stale_because = because
    sheet.version += 1
    sheet.changed_at = now
    db.flush()
    name = "sheet.outdated" if because else "sheet.renewed"
    record_sheet(db, name, sheet, SYSTEM, now, because=because)


def _reasons(db: Session, sheet: Sheet) -> Sequence[str]:
    source = find_source(db, sheet)
    found = what_is_another(sheet.bound, bound_now(sheet.recording, sheet.kind, source))
    if source is None or source.state in _HANDED_IN:
        return found
    was = [SOURCE] if SOURCE in sheet.stale_because else []  # what is being written there is nobody's word yet
    return sorted([*(name for name in found if name != SOURCE), *was])


def _way_back(sheet: Sheet) -> SheetAction:
    if sheet.approved_at is not None:
        return SheetAction.RENEW_APPROVED
    return SheetAction.RENEW_REVIEW if sheet.submitted_at is not None else SheetAction.RENEW_DRAFT
