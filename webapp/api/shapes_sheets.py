"""Subtitles that people work on, as scripts read and change them. Times are milliseconds of the whole recording."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field

from pipeline.domain.sheets import SheetKind, SheetOrigin, SheetState
from pipeline.records.tables import Sheet as SheetRow
from pipeline.records.tables import SheetCue
from webapp.api.shapes import Language, Sent

Milliseconds = Annotated[int, Field(ge=0, le=86_400_000)]
CueText = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
Version = Annotated[int, Field(ge=1, le=2147483647)]


class Sheet(BaseModel):
    """Subtitles of one recording in one language. `version` counts every change; If-Match names it for a decision.

    `verdict` is what aligning said of the text as a whole, `reason` why it is not plainly good. `track_id` is the
    revision that was handed in last.
    """

    id: int
    recording_id: int
    language: str
    kind: SheetKind
    state: SheetState
    origin: SheetOrigin
    is_machine: bool
    stale_because: list[str]
    verdict: str
    reason: str
    score: float | None
    version: int
    due_at: datetime | None
    track_id: int | None

    @classmethod
    def of(cls, row: SheetRow, **more: Any) -> Self:
        """From the records."""
        names = Sheet.model_fields.keys() - {"reason"}
        values = {name: getattr(row, name) for name in names}
        return cls(**values, reason=str(row.report.get("reason", "")), **more)


class Sheets(BaseModel):
    """Every sheet of a recording, the transcript first."""

    items: list[Sheet]


class Cue(BaseModel):
    """One cue. `version` goes back with a change; `doubt` from 0 to 1 is how doubtful its time is.

    `place` is where it stands on the picture, numbered as on a keypad: 2 is below in the middle, 8 above.
    """

    key: str
    source_key: str
    version: int
    start_ms: int
    end_ms: int
    text: str
    place: int
    doubt: float | None
    is_machine: bool

    @classmethod
    def of(cls, row: SheetCue) -> Self:
        """From the records."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class SheetWithCues(Sheet):
    """One sheet with its cues in reading order."""

    cues: list[Cue]


class SheetSent(Sent):
    """A language in which subtitles are begun; an interpretation takes the times of the transcript."""

    language: Language


class CueSent(Sent):
    """A change of one cue, whose version was seen; what is left out stays."""

    seen_version: Version
    text: CueText | None = None
    start_ms: Milliseconds | None = None
    end_ms: Milliseconds | None = None
    place: Annotated[int, Field(ge=1, le=9)] | None = None
