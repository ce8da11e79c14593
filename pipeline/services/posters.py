"""The still that stands for a recording until it is played: staff choose its moment, or leave it to the machine.

A chosen still is made from the package, in which whoever wants to be hidden is hidden already.
"""

from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from pipeline.domain.consents import RELEASE_AUDIENCES
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind
from pipeline.domain.packages import Package
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Recording, Statement
from pipeline.services.events import Actor, record_event
from pipeline.services.jobs import cancel_open_jobs, deadline_of, queue_job
from pipeline.services.releases import is_under_way, lock_country, newest_release

_OPEN = frozenset({StatementState.IN_REVIEW, StatementState.APPROVED})


def can_choose_poster(statement: Statement) -> bool:
    """Whether the still can be chosen now: there is a package, and it is not published."""
    recording = statement.current_recording
    return statement.state in _OPEN and recording is not None and recording.package_prefix is not None


def choose_poster(
    db: Session, statement: Statement, recording_id: int, at_seconds: float | None, *, actor: Actor, now: datetime
) -> None:
    """Take the picture at this moment of what is shown as the still; None leaves the choice to the machine.

    Raises `ChangeNotAllowed` for another recording than the one that was looked at, or where it cannot be chosen: what
    is being published goes out with the still that was approved.
    """
    country = lock_country(db, statement.speaker.country_id)
    newest = (newest_release(db, country.id, audience) for audience in RELEASE_AUDIENCES)
    if any(release and release.published_at is None and is_under_way(db, release) for release in newest):
        raise ChangeNotAllowed("This country is being published. Stop that first, or wait until it is out.")
    recording = statement.current_recording
    if recording is None or recording.id != recording_id or not can_choose_poster(statement):
        raise ChangeNotAllowed("The still cannot be chosen now. Reload the page to see what changed.")
    before, recording.poster_seconds = recording.poster_seconds, _within(recording, at_seconds)
    if recording.poster_seconds == before:
        return
    flag_modified(statement, "state_since")
    cancel_open_jobs(db, JobKind.ENCODE, recording.id, actor=actor, now=now)
    # The package is there: it is seconds of work that a person waits for, and goes before encodes that take minutes.
    queue_job(db, JobKind.ENCODE, recording.id, now=now, deadline=min(now, deadline_of(statement.speaker.country)))
    db.flush()
    record_event(
        db,
        "recording.poster_chosen",
        subject_kind="recording",
        subject_id=recording.id,
        actor=actor,
        now=now,
        at_seconds=recording.poster_seconds,
        before=before,
    )


def move_poster(recording: Recording, by_seconds: float) -> None:
    """Keep the chosen picture when another part is shown; where it is not shown any more, the choice is forgotten."""
    if recording.poster_seconds is not None:
        moved = round(recording.poster_seconds + by_seconds, 3)
        recording.poster_seconds = moved if 0 <= moved < (recording.duration_seconds or 0.0) else None


def record_poster(recording: Recording, package: Package) -> None:
    """Keep the package's other still; everything else of it is as it was."""
    recording.package = package.to_json()


def _within(recording: Recording, at_seconds: float | None) -> float | None:
    if at_seconds is None:
        return None
    return round(min(max(at_seconds, 0.0), recording.duration_seconds or 0.0), 1)
