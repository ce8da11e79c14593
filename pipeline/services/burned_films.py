"""Films with subtitles in the picture: asked for by staff, found by what they are made from, offered for download.

They are made from the package, in which whoever wants to be hidden is hidden and nothing is shown that was cut away,
and lie below it: what removes the package removes them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.burning import BurnSize
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.fingerprints import StepInputs
from pipeline.domain.jobs import OPEN_STATES, JobKind
from pipeline.domain.statements import StatementState
from pipeline.records.queries import newest_jobs
from pipeline.records.tables import BurnedFilm, Recording, Track
from pipeline.services.events import Actor, record_event
from pipeline.services.jobs import deadline_of, queue_job
from pipeline.services.results import find_result
from pipeline.services.tracks import current_tracks, shown_webvtt
from pipeline.storage.keys import under

BURN_STEP = "burn"
BURNED_VERSION = 1
"""Grows whenever the same package and subtitles could give another film."""


class BurnedState(StrEnum):
    """How a film stands."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class BurnedLine:
    """One film that was asked for; `key` is its object's where it is there.

    `missing` are letters for which it shows empty boxes, since the machine that made it has no font with them.
    """

    track: Track
    size: BurnSize
    state: BurnedState
    key: str | None = None
    missing: tuple[str, ...] = ()


def burned_inputs(track: Track, size: BurnSize) -> StepInputs:
    """What a film is made from; `sha256` says of which recording, so that erasing that finds it."""
    recording = track.recording
    values = {"sha256": recording.sha256, "package": recording.package_prefix, "words": shown_webvtt(track)}
    return StepInputs(BURN_STEP, BURNED_VERSION, {**values, "language": track.language, "size": size.value})


def burned_uri(track: Track, size: BurnSize) -> str:
    """Where a film lies below the package; its name says what it was made from."""
    return f"burned-{size}-{burned_inputs(track, size).fingerprint[:32]}.mp4"


def ask_for_film(db: Session, track: Track, size: BurnSize, *, actor: Actor, now: datetime) -> None:
    """Have a film made of the subtitles that count, unless it is there or on its way. Raises `ChangeNotAllowed`."""
    recording = track.recording
    if not can_be_burned(recording) or current_tracks(recording).get(track.language) is not track:
        raise ChangeNotAllowed("These subtitles were replaced, or there is no film to write them into. Look again.")
    if size not in _sizes_asked(db, track):
        db.add(BurnedFilm(track_id=track.id, size=size, asked_at=now))
        db.flush()
        record_event(
            db,
            "track.film_asked_for",
            subject_kind="recording",
            subject_id=recording.id,
            actor=actor,
            now=now,
            track_id=track.id,
            language=track.language,
            size=size.value,
        )
    if find_film(db, track, size) is None:
        queue_job(db, JobKind.BURN, recording.id, now=now, deadline=deadline_of(recording.statement.speaker.country))


def can_be_burned(recording: Recording) -> bool:
    """Whether there is a package to write words into, which may still be shown."""
    is_withdrawn = recording.statement.state is StatementState.WITHDRAWN or recording.withdrawn_at is not None
    return recording.package_prefix is not None and recording.erased_at is None and not is_withdrawn


def find_film(db: Session, track: Track, size: BurnSize) -> str | None:
    """The key of the film of these subtitles as they are shown now; None where it is not there."""
    recording = track.recording
    if recording.package_prefix is None or not can_be_burned(recording):
        return None
    if current_tracks(recording).get(track.language) is not track:
        return None
    is_made = find_result(db, burned_inputs(track, size)) is not None
    return under(recording.package_prefix, burned_uri(track, size)) if is_made else None


def find_missing_letters(db: Session, track: Track, size: BurnSize) -> tuple[str, ...]:
    """Letters that the film of these subtitles does not show; none where there is no film."""
    result = find_result(db, burned_inputs(track, size))
    return tuple(result.facts.get("missing", ())) if result is not None else ()


def list_films(db: Session, recording: Recording) -> list[BurnedLine]:
    """What was asked for of the subtitles that count, by language and size."""
    if not can_be_burned(recording):
        return []
    job = newest_jobs(db, {JobKind.BURN: [recording.id]}).get((JobKind.BURN, recording.id))
    waiting = BurnedState.MAKING if job is not None and job.state in OPEN_STATES else BurnedState.FAILED
    return [
        BurnedLine(track, size, BurnedState.READY if key else waiting, key, find_missing_letters(db, track, size))
        for track in current_tracks(recording).values()
        for size in _sizes_asked(db, track)
        for key in [find_film(db, track, size)]
    ]


def forget_films(db: Session, recording: Recording) -> None:
    """Take what was asked for off the records; the files go with the package."""
    for film in db.scalars(select(BurnedFilm).where(BurnedFilm.track_id.in_([track.id for track in recording.tracks]))):
        db.delete(film)


def _sizes_asked(db: Session, track: Track) -> list[BurnSize]:
    asked = set(db.scalars(select(BurnedFilm.size).where(BurnedFilm.track_id == track.id)))
    return [size for size in BurnSize if size in asked]
