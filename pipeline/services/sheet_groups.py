"""Changes of several cues of a sheet at once: splitting, merging, shifting, finding and replacing."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.errors import WrongUsage
from pipeline.records.tables import Sheet, SheetCue
from pipeline.services.events import Actor
from pipeline.services.sheet_changes import begin_change, check_seen
from pipeline.services.sheet_times import count_changed


def split_cue(
    db: Session,
    sheet: Sheet,
    key: str,
    seen_version: int,
    *,
    at_sign: int,
    at_ms: int,
    new_key: str = "",
    actor: Actor,
    now: datetime,
) -> tuple[SheetCue, SheetCue]:
    """Split a cue before the sign of its text with this number, and at this time; the second part is a new cue.

    It stands where the first does.
    Raises `CueChanged`, and `WrongUsage` for a place that is not inside.
    """
    change = begin_change(db, sheet, actor=actor, now=now)
    (cue,) = check_seen(sheet, {key: seen_version})
    if not 0 <= at_sign <= len(cue.text) or not cue.start_ms < at_ms < cue.end_ms:
        raise WrongUsage("Choose a place inside of the subtitle, and a time between its start and its end.")
    before, after, end_ms = cue.text[:at_sign], cue.text[at_sign:], cue.end_ms
    change.write(cue, text=before, end_ms=at_ms)
    rest = {"start_ms": at_ms, "end_ms": end_ms, "text": after, "place": cue.place}
    second = change.add(key=new_key, source_key=cue.source_key, **rest)
    count_changed(db, sheet, change.account_id, now=now)
    db.flush()
    return cue, second


def merge_cues(db: Session, sheet: Sheet, seen: Mapping[str, int], *, actor: Actor, now: datetime) -> SheetCue:
    """Make one cue of several that follow each other (`seen`: version by key): the first, with all their words.

    It stays in its place. Raises `CueChanged`, and `WrongUsage` for cues with another between them.
    """
    change = begin_change(db, sheet, actor=actor, now=now)
    cues = sorted(check_seen(sheet, seen), key=_place)
    shown = sorted((cue for cue in sheet.cues if not cue.is_deleted), key=_place)
    if len(cues) < 2 or shown[shown.index(cues[0]) :][: len(cues)] != cues:
        raise WrongUsage("Choose two or more subtitles that follow each other.")
    text = "\n".join(cue.text for cue in cues if cue.text)
    first, end_ms = cues[0], max(cue.end_ms for cue in cues)
    for cue in cues[1:]:
        change.write(cue, is_deleted=True)
    change.write(first, text=text, end_ms=end_ms)
    count_changed(db, sheet, change.account_id, now=now)
    db.flush()
    return first


def shift_cues(
    db: Session, sheet: Sheet, seen: Mapping[str, int] | None, by_ms: int, *, actor: Actor, now: datetime
) -> list[SheetCue]:
    """Move cues in time, all of them or those `seen` (version by key), keeping their words. Raises `CueChanged`."""
    change = begin_change(db, sheet, actor=actor, now=now)
    cues = [cue for cue in sheet.cues if not cue.is_deleted] if seen is None else check_seen(sheet, seen)
    for cue in cues:
        change.write(cue, start_ms=cue.start_ms + by_ms, end_ms=cue.end_ms + by_ms)
    db.flush()
    return cues


def replace_text(
    db: Session, sheet: Sheet, seen: Mapping[str, int], wanted: str, instead: str, *, actor: Actor, now: datetime
) -> list[SheetCue]:
    """Replace words wherever they stand in these cues (version by key), minding case; those that changed.

    Raises `CueChanged`; then nothing is replaced.
    """
    if not wanted:
        raise WrongUsage("Write what is to be replaced.")
    change = begin_change(db, sheet, actor=actor, now=now)
    found = [cue for cue in check_seen(sheet, seen) if wanted in cue.text]
    for cue in found:
        change.write(cue, text=cue.text.replace(wanted, instead))
    count_changed(db, sheet, change.account_id, now=now, cues=len(found))
    db.flush()
    return found


def _place(cue: SheetCue) -> tuple[int, int, int]:
    return cue.start_ms, cue.end_ms, cue.id
