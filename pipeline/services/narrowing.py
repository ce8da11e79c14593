"""Staff leave out a part of what is shown of a recording, and show it again.

They see a recording as its package shows it: what its speaker hid or cut away is not theirs to bring back. So staff
only make what is shown shorter, and undo that.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.limits import Limit
from pipeline.domain.trims import Trim, TrimProblem
from pipeline.records.tables import Event, Recording, Statement
from pipeline.services.events import Actor
from pipeline.services.trims import TrimRefused, can_be_trimmed, trim_recording

_ROUNDED_SECONDS = 0.1


@dataclass(frozen=True)
class UndoableTrim:
    """A part left out by staff, which can be shown again: `before` is what was shown, None for all of it."""

    event_id: int
    before: Trim | None


def can_be_narrowed(statement: Statement) -> bool:
    """Whether staff can leave something out now: there is something to watch, and nothing of it is published."""
    recording = statement.current_recording
    return recording is not None and recording.package_prefix is not None and can_be_trimmed(statement)


def narrow_recording(
    db: Session, statement: Statement, recording_id: int, part: Trim, *, limit: Limit, actor: Actor, now: datetime
) -> None:
    """Show only this part, in seconds of what is shown now. Raises `TrimRefused` and `ChangeNotAllowed`."""
    recording = statement.current_recording
    if recording is None or recording.duration_seconds is None or not can_be_narrowed(statement):
        raise ChangeNotAllowed("This recording cannot be shortened now. Reload the page to see what changed.")
    if part.end_seconds > recording.duration_seconds + _ROUNDED_SECONDS:
        raise TrimRefused(TrimProblem.OUTSIDE)
    begins = recording.trim.start_seconds if recording.trim else 0.0
    wanted = Trim(round(begins + part.start_seconds, 1), round(begins + part.end_seconds, 1))
    trim_recording(db, statement, recording_id, wanted, limit=limit, actor=actor, now=now)


def find_undoable_trim(db: Session, statement: Statement) -> UndoableTrim | None:
    """The last choice of what is shown, where staff made it and it can be undone."""
    if statement.current_recording_id is None or not can_be_trimmed(statement):
        return None
    newest = (
        select(Event)
        .where(
            Event.subject_kind == "recording",
            Event.subject_id == statement.current_recording_id,
            Event.name == "recording.trimmed",
        )
        .order_by(Event.id.desc())
        .limit(1)
    )
    event = db.scalar(newest)
    if event is None or event.actor_kind != "staff" or "before" not in event.facts:
        return None
    before = event.facts["before"]
    return UndoableTrim(event.id, Trim(*before) if before else None)


def undo_narrowing(
    db: Session, statement: Statement, event_id: int, *, limit: Limit, actor: Actor, now: datetime
) -> Recording:
    """Show what was shown before the choice that a person saw as the last one."""
    found = find_undoable_trim(db, statement)
    recording = statement.current_recording
    if found is None or recording is None or found.event_id != event_id:
        raise ChangeNotAllowed("Something else was chosen meanwhile. Reload the page and look again.")
    trim_recording(db, statement, recording.id, found.before, limit=limit, actor=actor, now=now)
    return recording
