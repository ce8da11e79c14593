"""What an open editor asks to have done to subtitles: one deed at a time, each naming the versions that were seen."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.records.tables import Sheet
from pipeline.services.events import Actor
from pipeline.services.sheet_cues import change_cue, confirm_cue, delete_cue, insert_cue, restore_cue
from pipeline.services.sheet_groups import merge_cues, replace_text, shift_cues, split_cue
from pipeline.services.sheet_undo import find_undoable_changes, redo_change, undo_change

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,16}$")]
Moment = Annotated[int, Field(ge=0, le=86_400_000)]
Text = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
Version = Annotated[int, Field(ge=0, le=2147483647)]
Place = Annotated[int, Field(ge=1, le=9)]
Seen = Annotated[dict[Key, Version], Field(min_length=1, max_length=5000)]


class Told(TypedDict):
    """Who does it, and when."""

    actor: Actor
    now: datetime


class _Deed(BaseModel, ABC):
    model_config = ConfigDict(extra="forbid")

    @abstractmethod
    def make(self, db: Session, sheet: Sheet, told: Told) -> object:
        """Do it; raises what the service raises."""


class Change(_Deed):
    """Other words, times or place of one cue."""

    deed: Literal["change"]
    key: Key
    seen: Version
    text: Text | None = None
    start_ms: Moment | None = None
    end_ms: Moment | None = None
    place: Place | None = None

    def make(self, db: Session, sheet: Sheet, told: Told) -> object:
        """The same sent twice is made once."""
        times: dict[str, Any] = {"start_ms": self.start_ms, "end_ms": self.end_ms}
        wanted = {**times, "text": self.text, "place": self.place}
        return change_cue(db, sheet, self.key, self.seen, **wanted, **told)


class Insert(_Deed):
    """A new cue under the editor's own name for it."""

    deed: Literal["insert"]
    key: Key
    start_ms: Moment
    end_ms: Moment
    text: Text = ""
    place: Place = 2

    def make(self, db: Session, sheet: Sheet, told: Told) -> object:
        """The same sent twice is made once."""
        where = {"start_ms": self.start_ms, "end_ms": self.end_ms, "place": self.place}
        return insert_cue(db, sheet, key=self.key, text=self.text, **where, **told)


class Single(_Deed):
    """Take a cue out, or say that it is right as it is."""

    deed: Literal["delete", "confirm"]
    key: Key
    seen: Version

    def make(self, db: Session, sheet: Sheet, told: Told) -> object:
        """Done to what was seen only."""
        return (delete_cue if self.deed == "delete" else confirm_cue)(db, sheet, self.key, self.seen, **told)


class Restore(_Deed):
    """Make a cue what it was at a version."""

    deed: Literal["restore"]
    key: Key
    seen: Version
    version: Version

    def make(self, db: Session, sheet: Sheet, told: Told) -> object:
        """Done to what was seen only."""
        return restore_cue(db, sheet, self.key, self.version, self.seen, **told)


class Split(_Deed):
    """Cut a cue in two."""

    deed: Literal["split"]
    key: Key
    seen: Version
    at_sign: int
    at_ms: Moment
    new_key: Key

    def make(self, db: Session, sheet: Sheet, told: Told) -> object:
        """The second part has the editor's own name; one that is there already was made by the same request."""
        if any(cue.key == self.new_key for cue in sheet.cues):
            return None
        place = {"at_sign": self.at_sign, "at_ms": self.at_ms}
        return split_cue(db, sheet, self.key, self.seen, new_key=self.new_key, **place, **told)


class Merge(_Deed):
    """Make one cue of several."""

    deed: Literal["merge"]
    seen: Seen

    def make(self, db: Session, sheet: Sheet, told: Told) -> object:
        """Done to what was seen only."""
        return merge_cues(db, sheet, self.seen, **told)


class Shift(_Deed):
    """Move cues in time."""

    deed: Literal["shift"]
    seen: Seen
    by_ms: Annotated[int, Field(ge=-86_400_000, le=86_400_000)]

    def make(self, db: Session, sheet: Sheet, told: Told) -> object:
        """Done to what was seen only."""
        return shift_cues(db, sheet, self.seen, self.by_ms, **told)


class Replace(_Deed):
    """Other words wherever they stand."""

    deed: Literal["replace"]
    seen: Seen
    wanted: Annotated[str, Field(min_length=1, max_length=200)]
    instead: Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]

    def make(self, db: Session, sheet: Sheet, told: Told) -> object:
        """Done to what was seen only."""
        return replace_text(db, sheet, self.seen, self.wanted, self.instead, **told)


class TakeBack(_Deed):
    """Undo or redo; `of` is the version of the change that the person saw as theirs to take back."""

    deed: Literal["undo", "redo"]
    of: Version

    def make(self, db: Session, sheet: Sheet, told: Told) -> object:
        """One that was taken back already, as by the same request before, is not taken back again."""
        found = find_undoable_changes(db, sheet, told["actor"])
        versions = found.done if self.deed == "undo" else found.undone
        if versions[-1:] != (self.of,):
            raise ChangeNotAllowed("This was undone already.")
        return (undo_change if self.deed == "undo" else redo_change)(db, sheet, **told)


Deed = Annotated[
    Change | Insert | Single | Restore | Split | Merge | Shift | Replace | TakeBack, Field(discriminator="deed")
]
_DEEDS: TypeAdapter[_Deed] = TypeAdapter(Deed)


def read_deed(body: Mapping[str, Any]) -> _Deed:
    """A deed from what a page sent. Raises pydantic's `ValidationError`."""
    return _DEEDS.validate_python(body)
