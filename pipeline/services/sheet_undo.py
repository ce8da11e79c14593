"""Undoing without end: each person takes back their own changes of a sheet, newest first, and makes them again.

Undoing is a change like any other, with revisions of its own. What another person changed since is never touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.records.tables import CueRevision, Sheet, SheetCue
from pipeline.services.events import Actor
from pipeline.services.sheet_changes import CueChanged, SheetChange, account_of, begin_change, contents_of, find_cue


@dataclass(frozen=True)
class Undoable:
    """Versions of one person's changes, oldest first: the last of `done` is undone next, the last of `undone` redone.

    `undone` names the undoing changes.
    """

    done: tuple[int, ...] = ()
    undone: tuple[int, ...] = ()


def find_undoable_changes(db: Session, sheet: Sheet, actor: Actor) -> Undoable:
    """What a person can undo and do again."""
    account_id = account_of(db, actor)
    mine = select(CueRevision.version, CueRevision.undoes).where(
        CueRevision.sheet_id == sheet.id, CueRevision.account_id == account_id
    )
    done: list[int] = []
    undone: list[int] = []
    for version, undoes in db.execute(mine.distinct().order_by(CueRevision.version)):
        if undoes is None:
            done.append(version)
            undone.clear()
        elif done and done[-1] == undoes:
            done.pop()
            undone.append(version)
        else:  # an undoing was undone
            undone.pop()
            done.append(version)
    return Undoable(tuple(done), tuple(undone))


def undo_change(db: Session, sheet: Sheet, *, actor: Actor, now: datetime) -> Sequence[SheetCue]:
    """Undo the newest change of this person that is not undone yet; the cues that changed.

    Raises `CueChanged` where somebody else changed one of them since, `ChangeNotAllowed` where there is nothing.
    """
    return _take_back(db, sheet, actor=actor, now=now, is_redo=False)


def redo_change(db: Session, sheet: Sheet, *, actor: Actor, now: datetime) -> Sequence[SheetCue]:
    """Make again what this person undid last; raises as `undo_change` does."""
    return _take_back(db, sheet, actor=actor, now=now, is_redo=True)


def _take_back(db: Session, sheet: Sheet, *, actor: Actor, now: datetime, is_redo: bool) -> Sequence[SheetCue]:
    change = begin_change(db, sheet, actor=actor, now=now)
    found = find_undoable_changes(db, sheet, actor)
    versions = found.undone if is_redo else found.done
    if not versions:
        raise ChangeNotAllowed("There is nothing to undo.")
    change.undoes = versions[-1]
    made = db.scalars(
        select(CueRevision).where(CueRevision.sheet_id == sheet.id, CueRevision.version == versions[-1])
    ).all()
    cues = [find_cue(sheet, revision.key) for revision in made]
    if any(not _is_still(cue, revision) for cue, revision in zip(cues, made, strict=True)):
        raise CueChanged(cues)
    for cue, revision in zip(cues, made, strict=True):
        if _go_back(change, cue, revision).version != change.version:
            change.confirm(cue)  # what is undone was no more than a word that it is right
    db.flush()
    return cues


def _is_still(cue: SheetCue, revision: CueRevision) -> bool:
    return contents_of(cue) == contents_of(revision)


def _go_back(change: SheetChange, cue: SheetCue, revision: CueRevision) -> SheetCue:
    before = change.db.scalars(
        select(CueRevision)
        .where(
            CueRevision.sheet_id == revision.sheet_id,
            CueRevision.key == revision.key,
            CueRevision.version < revision.version,
        )
        .order_by(CueRevision.version.desc())
        .limit(1)
    ).first()
    if before is None:
        return change.write(cue, is_deleted=True)
    return change.write(cue, **contents_of(before))
