"""What the rules say of a sheet as it is: the same that an editor shows while people type."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from pipeline.captions.complaints import Complaint, Weight
from pipeline.captions.lint import Source, lint_cues
from pipeline.domain.sheets import NOT_SPOKEN
from pipeline.records.tables import Sheet, SheetCue
from pipeline.services.sheet_bounds import whole_ms
from pipeline.services.sheets import find_source, read_cues

MACHINE_DRAFT = "machine_draft"
"""Words that a machine wrote: they go nowhere until a person has changed or confirmed them."""


def lint_sheet(db: Session, sheet: Sheet, cues: Sequence[SheetCue]) -> list[Complaint]:
    """Every rule that the cues of a sheet break; an interpretation is compared with its source."""
    source, length = find_source(db, sheet), whole_ms(sheet.recording)
    return lint_cues(
        cues,
        sheet.language,
        sheet.kind,
        duration_seconds=None if length is None else length / 1000,
        source=Source(read_cues(db, source), source.language) if source is not None else None,
    )


def what_stops(db: Session, sheet: Sheet, cues: Sequence[SheetCue]) -> dict[str, list[str]]:
    """Keys of the cues that keep a sheet from being submitted, by the code of the rule."""
    stops: dict[str, list[str]] = {}
    for complaint in lint_sheet(db, sheet, cues):
        if complaint.weight is Weight.STOP:
            stops.setdefault(complaint.rule.value, []).append(cues[complaint.cue].key)
    not_spoken = [cue.key for cue in cues if cue.doubt is not None and cue.doubt >= NOT_SPOKEN]
    drafted = [cue.key for cue in cues if cue.is_machine]
    of_sheet = {"not_spoken": not_spoken, MACHINE_DRAFT: drafted}
    return {**stops, **{code: keys for code, keys in of_sheet.items() if keys}}
