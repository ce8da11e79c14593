"""Giving a sheet all its cues at once, from a text or a document; what it held stays among the revisions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.sheets import BEING_WRITTEN, SheetOrigin
from pipeline.records.tables import Sheet
from pipeline.services.events import Actor
from pipeline.services.sheet_bounds import bound_now
from pipeline.services.sheet_changes import begin_change
from pipeline.services.sheet_staleness import outdate_sheets
from pipeline.services.sheets import NewCue, find_source, read_cues, record_sheet


def fill_sheet(
    db: Session,
    sheet: Sheet,
    new: Sequence[NewCue],
    origin: SheetOrigin,
    *,
    replaces: bool = False,
    actor: Actor,
    now: datetime,
) -> Sheet:
    """Put these cues in the place of those that a sheet has.

    Raises `ChangeNotAllowed` where it was handed in, and where it has words unless a person said that they go.
    """
    if sheet.state not in BEING_WRITTEN:
        raise ChangeNotAllowed("These subtitles were handed in. Open them again first.")
    change = begin_change(db, sheet, actor=actor, now=now)
    there = read_cues(db, sheet)
    if not replaces and any(cue.text for cue in there):
        raise ChangeNotAllowed("These subtitles have words already. A document only fills such as have none.")
    for old in there:
        change.write(old, is_deleted=True)
    for cue in new:
        change.add(**vars(cue))
    sheet.origin, sheet.is_machine = origin, False
    sheet.score, sheet.verdict, sheet.report = None, "", {}
    sheet.bound = bound_now(sheet.recording, sheet.kind, find_source(db, sheet))
    db.flush()
    record_sheet(db, "sheet.filled", sheet, actor, now, cues=len(new), origin=origin.value)
    outdate_sheets(db, sheet.recording, now=now)
    return sheet
