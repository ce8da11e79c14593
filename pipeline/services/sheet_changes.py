"""One change of a sheet: who makes it holds the sheet, and every cue that it touches keeps what it was as a revision.

The sheet's version counts changes. A cue's version is that of the change that touched it last, so that one number says
what an editor has seen, and the revisions of one version are one change.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.captions.cues import plain_text
from pipeline.captions.places import Place
from pipeline.captions.refusals import LONGEST_CUE_CHARACTERS
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.sheets import SheetAction, SheetState, next_sheet_state
from pipeline.records.tables import CueRevision, Sheet, SheetCue, StaffAccount
from pipeline.services.events import Actor
from pipeline.services.sheet_bounds import whole_ms

_CONTENTS = ("start_ms", "end_ms", "text", "place", "is_deleted")
"""What can be changed of a cue, and what its revisions keep."""

_BEYOND_MS = 500
"""Recordings are measured to about a frame; a cue may end with the last of them."""


@dataclass(frozen=True)
class CueThere:
    """A cue as it is now, in plain values that outlive the transaction; names are those of `SheetCue`."""

    key: str
    source_key: str
    version: int
    start_ms: int
    end_ms: int
    text: str
    place: int
    doubt: float | None
    is_machine: bool
    is_deleted: bool
    changed_by_id: int | None
    changed_at: datetime

    @classmethod
    def of(cls, cue: SheetCue) -> "CueThere":
        """What a row says."""
        return cls(**{one.name: getattr(cue, one.name) for one in fields(cls)})


class CueChanged(ChangeNotAllowed):
    """Somebody else changed a cue meanwhile; `there` is what is there now (gone cues are marked deleted)."""

    def __init__(self, there: Sequence[SheetCue]) -> None:
        super().__init__("Somebody else changed this subtitle while you looked. Look at what is there now.")
        self.there = tuple(CueThere.of(cue) for cue in there)


class SheetChange:
    """A change that is being made: the sheet is held, and its version is the one that the touched cues get."""

    def __init__(self, db: Session, sheet: Sheet, account_id: int | None, now: datetime, undoes: int | None) -> None:
        self.db, self.sheet, self.account_id, self.now, self.undoes = db, sheet, account_id, now, undoes
        self.version = sheet.version

    def write(self, cue: SheetCue, **contents: Any) -> SheetCue:
        """Change times, text, place or `is_deleted` of a cue; nothing happens where all is so already."""
        wanted = checked_contents(self.sheet, contents_of(cue) | contents)
        if all(getattr(cue, name) == value for name, value in wanted.items()):
            return cue
        if wanted["text"] != cue.text:
            cue.is_machine = False
        if (wanted["start_ms"], wanted["end_ms"]) != (cue.start_ms, cue.end_ms):
            cue.doubt = None
        for name, value in wanted.items():
            setattr(cue, name, value)
        return self._touch(cue)

    def confirm(self, cue: SheetCue) -> SheetCue:
        """Keep a cue as it is, by a person's word."""
        cue.doubt, cue.is_machine = None, False
        return self._touch(cue)

    def doubt(self, cue: SheetCue, doubt: float) -> SheetCue:
        """Say how doubtful a cue is that stays as it is."""
        cue.doubt = doubt
        return self._touch(cue)

    def add(self, *, key: str = "", source_key: str = "", **contents: Any) -> SheetCue:
        """A new cue; `contents` are its times and text, and place, `doubt` and `is_machine` where they are known."""
        known = {name: contents.pop(name) for name in ("doubt", "is_machine") if name in contents}
        wanted = checked_contents(self.sheet, {"place": Place.BOTTOM, "is_deleted": False, **contents})
        cue = SheetCue(key=key or new_key(), source_key=source_key, changed_at=self.now, **wanted, **known)
        self.sheet.cues.append(cue)
        return self._touch(cue)

    def _touch(self, cue: SheetCue) -> SheetCue:
        cue.version, cue.changed_by_id, cue.changed_at = self.version, self.account_id, self.now
        kept = contents_of(cue)
        revision = CueRevision(
            sheet_id=self.sheet.id,
            key=cue.key,
            version=self.version,
            account_id=self.account_id,
            created_at=self.now,
            undoes=self.undoes,
            **kept,
        )
        self.db.add(revision)
        return cue


def begin_change(db: Session, sheet: Sheet, *, actor: Actor, now: datetime, undoes: int | None = None) -> SheetChange:
    """Hold a sheet and open a change of it. Raises `ChangeNotAllowed` where it cannot be edited as it stands."""
    hold_sheet(db, sheet)
    sheet.state = next_sheet_state(sheet.state, SheetAction.EDIT)
    if sheet.state is SheetState.STALE:  # what was decided was of other words
        sheet.submitted_at = sheet.submitted_by_id = sheet.approved_at = sheet.approved_by_id = None
    sheet.version += 1
    sheet.changed_at = now
    return SheetChange(db, sheet, account_of(db, actor), now, undoes)


def hold_sheet(db: Session, sheet: Sheet) -> None:
    """Make a sheet and its cues what they are now, held until the end of the transaction."""
    db.flush()
    fresh = {"populate_existing": True}
    db.scalars(select(Sheet).where(Sheet.id == sheet.id).with_for_update().execution_options(**fresh)).one()
    db.scalars(select(SheetCue).where(SheetCue.sheet_id == sheet.id).execution_options(**fresh)).all()
    db.expire(sheet, ["cues"])


def find_cue(sheet: Sheet, key: str) -> SheetCue:
    """A cue by its key, deleted or not. Raises `ChangeNotAllowed` where the sheet has none such."""
    for cue in sheet.cues:
        if cue.key == key:
            return cue
    raise ChangeNotAllowed("There is no such subtitle. Reload the page to see what is there.")


def check_seen(sheet: Sheet, seen: Mapping[str, int]) -> list[SheetCue]:
    """The cues of these keys; raises `CueChanged` where one is not the version that was seen, or is deleted."""
    cues = [find_cue(sheet, key) for key in seen]
    if any(cue.version != seen[cue.key] or cue.is_deleted for cue in cues):
        raise CueChanged(cues)
    return cues


def contents_of(cue: SheetCue | CueRevision) -> dict[str, Any]:
    """What can be changed of a cue, as it is or as a revision kept it."""
    return {name: getattr(cue, name) for name in _CONTENTS}


def checked_contents(sheet: Sheet, contents: Mapping[str, Any]) -> dict[str, Any]:
    """Contents of a cue as they are kept; an empty text is one that is still to be written. Raises `WrongUsage`."""
    start, end, text = int(contents["start_ms"]), int(contents["end_ms"]), plain_text(str(contents["text"]))
    if len(text) > LONGEST_CUE_CHARACTERS:
        raise WrongUsage(f"A subtitle has at most {LONGEST_CUE_CHARACTERS} signs.")
    if not 0 <= start < end:
        raise WrongUsage("A subtitle starts at 0 or later and ends after its start.")
    length = whole_ms(sheet.recording)
    if length is not None and end > length + _BEYOND_MS and not contents["is_deleted"]:
        raise WrongUsage("A subtitle cannot end after the recording.")
    place = int(contents["place"])
    if place not in list(Place):
        raise WrongUsage("The place of a subtitle is a number from 1 to 9, as on a keypad; 2 is below in the middle.")
    return {"start_ms": start, "end_ms": end, "text": text, "place": place, "is_deleted": bool(contents["is_deleted"])}


def account_of(db: Session, actor: Actor) -> int | None:
    """The account of whoever acts; None for a program."""
    account = db.get(StaffAccount, actor.id) if actor.kind == "staff" and actor.id is not None else None
    return account.id if account is not None else None


def new_key() -> str:
    """A name for a new cue."""
    return secrets.token_hex(6)
