"""Keys of originals looked after: counted, sealed anew with another master key, given to originals that lie plain."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.tokens import new_name
from pipeline.records.database import Database
from pipeline.records.tables import Job, Recording, Sheet, Upload, Voice
from pipeline.services.events import SYSTEM, record_event
from pipeline.services.originals import Originals, fetch_original, original_of, store_original
from pipeline.storage.keys import original_key
from pipeline.storage.sealing import KeyRing

_READERS = (JobKind.INTAKE, JobKind.ENCODE, JobKind.PROXY, JobKind.ALIGN)


@dataclass(frozen=True)
class KeyCount:
    """How many originals are sealed with the first master key, with an older one, with one that is not here, or not."""

    current: int
    older: int
    unknown: int
    plain: int


def count_keys(db: Session, keys: KeyRing) -> KeyCount:
    """How the originals that are kept are sealed."""
    kept = (_kept_originals().with_only_columns(Recording.wrapped_key), select(Voice.wrapped_key))
    sealed = [key for query in kept for key in db.scalars(query) if key]
    current = sum(keys.is_current(key) for key in sealed)
    known = sum(keys.can_open(key) for key in sealed)
    return KeyCount(current, known - current, len(sealed) - known, len(plain_originals(db)))


def plain_originals(db: Session) -> list[int]:
    """Recordings whose originals are not sealed, and that nobody reads at the moment."""
    runs = Job.state == JobState.RUNNING
    reads = exists().where(Job.subject_id == Recording.id, Job.kind.in_(_READERS), runs)
    drafts = exists().where(
        Job.subject_id == Sheet.id, Sheet.recording_id == Recording.id, Job.kind == JobKind.DRAFT, runs
    )
    plain = _kept_originals().where(Recording.wrapped_key == "", ~reads, ~drafts)
    return list(db.scalars(plain.with_only_columns(Recording.id)))


def renew_keys(db: Session, keys: KeyRing) -> int:
    """Seal every key with the first master key; how many were sealed with another. Raises `MasterKeyMissing`."""
    holders: list[Recording | Upload | Voice] = [
        *db.scalars(_kept_originals().where(Recording.wrapped_key != "").with_for_update()),
        *db.scalars(select(Upload).where(Upload.wrapped_key != "").with_for_update()),
        *db.scalars(select(Voice).where(Voice.wrapped_key != "").with_for_update()),
    ]
    older = [holder for holder in holders if not keys.is_current(holder.wrapped_key)]
    for holder in older:
        holder.wrapped_key = keys.renewed(holder.wrapped_key)
    db.flush()
    return len(older)


def seal_original(
    database: Database, originals: Originals, recording_id: int, *, work_dir: Path, now: datetime
) -> bool:
    """Seal an original that lies plain, and remove the plain one; false where somebody reads it now.

    The sealed one gets a name of its own, so that a copy of the store never takes one for the other.
    """
    with database.read() as db:
        plain = original_of(db.get_one(Recording, recording_id))
    work_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    name, sealed_key = new_name(), originals.keys.new_key()
    fetched, key = work_dir / name, original_key(name)
    try:
        fetch_original(originals, plain, fetched)
        place = fetched.with_suffix(".sealed")
        store_original(originals, fetched, key=key, sealed_key=sealed_key, place=place)
    finally:
        fetched.unlink(missing_ok=True)
    with database.begin() as db:
        is_swapped = recording_id in plain_originals(db)
        if is_swapped:
            _swap(db, recording_id, key, sealed_key, now)
    originals.store.delete(plain.key if is_swapped else key)
    return is_swapped


def _kept_originals() -> Select[Recording]:
    return select(Recording).where(Recording.original_key != "", Recording.erased_at.is_(None))


def _swap(db: Session, recording_id: int, key: str, sealed_key: str, now: datetime) -> None:
    recording = db.get_one(Recording, recording_id)
    recording.original_key, recording.wrapped_key = key, sealed_key
    record_event(db, "recording.sealed", subject_kind="recording", subject_id=recording.id, actor=SYSTEM, now=now)
