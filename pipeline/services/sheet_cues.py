"""Changing one cue of a sheet: words, times, place; adding one, deleting it, bringing it back as it once was.

A change names the version of the cue that the person saw. What another person changed meanwhile stays: where both
changed different things of a cue both count, where both changed the same `CueChanged` says what is there now.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.captions.places import Place
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.records.tables import CueRevision, Sheet, SheetCue
from pipeline.services.events import Actor
from pipeline.services.sheet_changes import CueChanged, begin_change, check_seen, contents_of, find_cue
from pipeline.services.sheet_times import count_changed


def change_cue(
    db: Session,
    sheet: Sheet,
    key: str,
    seen_version: int,
    *,
    text: str | None = None,
    start_ms: int | None = None,
    end_ms: int | None = None,
    place: int | None = None,
    actor: Actor,
    now: datetime,
) -> SheetCue:
    """Change words, times or place (1 to 9 as on a keypad) of a cue; what is None stays.

    The same change sent twice is made once. Raises `CueChanged` where somebody else changed the same meanwhile,
    `WrongUsage` for times or words that cannot be, `ChangeNotAllowed` where the sheet cannot be edited.
    """
    change = begin_change(db, sheet, actor=actor, now=now)
    cue = find_cue(sheet, key)
    asked: dict[str, Any] = {"text": text, "start_ms": start_ms, "end_ms": end_ms, "place": place}
    wanted = {name: value for name, value in asked.items() if value is not None}
    if cue.version != seen_version:
        _check_others(db, cue, seen_version, wanted)
    elif cue.is_deleted:
        raise CueChanged([cue])
    change.write(cue, **wanted)
    count_changed(db, sheet, change.account_id, now=now)
    db.flush()
    return cue


def insert_cue(
    db: Session,
    sheet: Sheet,
    *,
    start_ms: int,
    end_ms: int,
    text: str = "",
    place: int = Place.BOTTOM,
    key: str = "",
    actor: Actor,
    now: datetime,
) -> SheetCue:
    """Add a cue. `key` may be the editor's own name for it, so that the same sent twice is added once."""
    change = begin_change(db, sheet, actor=actor, now=now)
    there = next((cue for cue in sheet.cues if cue.key == key), None)
    if there is not None:
        return there
    cue = change.add(key=key, start_ms=start_ms, end_ms=end_ms, text=text, place=place)
    count_changed(db, sheet, change.account_id, now=now)
    db.flush()
    return cue


def delete_cue(db: Session, sheet: Sheet, key: str, seen_version: int, *, actor: Actor, now: datetime) -> SheetCue:
    """Take a cue out; what it was stays among the revisions. Raises `CueChanged`."""
    change = begin_change(db, sheet, actor=actor, now=now)
    (cue,) = check_seen(sheet, {key: seen_version})
    change.write(cue, is_deleted=True)
    db.flush()
    return cue


def confirm_cue(db: Session, sheet: Sheet, key: str, seen_version: int, *, actor: Actor, now: datetime) -> SheetCue:
    """A person says that a cue is right as it is: nothing of it is doubtful, or a program's, any more."""
    change = begin_change(db, sheet, actor=actor, now=now)
    (cue,) = check_seen(sheet, {key: seen_version})
    change.confirm(cue)
    db.flush()
    return cue


def restore_cue(
    db: Session, sheet: Sheet, key: str, version: int, seen_version: int, *, actor: Actor, now: datetime
) -> SheetCue:
    """Make a cue again what it was at a version. Raises `CueChanged` where it is not what was seen."""
    change = begin_change(db, sheet, actor=actor, now=now)
    cue, was = find_cue(sheet, key), find_revision(db, sheet, key, version)
    if cue.version != seen_version:
        raise CueChanged([cue])
    if was is None:
        raise ChangeNotAllowed("This subtitle had no such version.")
    change.write(cue, **contents_of(was))
    db.flush()
    return cue


def find_revision(db: Session, sheet: Sheet, key: str, version: int) -> CueRevision | None:
    """What a cue was at one version."""
    is_it = (CueRevision.sheet_id == sheet.id, CueRevision.key == key, CueRevision.version == version)
    return db.scalar(select(CueRevision).where(*is_it))


def _check_others(db: Session, cue: SheetCue, seen_version: int, wanted: dict[str, Any]) -> None:
    """Of a cue that is another than was seen only what nobody else changed may be changed."""
    seen = find_revision(db, cue.sheet, cue.key, seen_version)
    if seen is None or cue.is_deleted:
        raise CueChanged([cue])
    for name, value in wanted.items():
        there = getattr(cue, name)
        if there not in (value, getattr(seen, name)):
            raise CueChanged([cue])
