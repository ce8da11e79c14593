"""What speakers withdrew leaves the store: recordings with all that was made of them, and papers as they were sent.

Decisions are made in transactions that no store takes part in; here the bytes follow, a moment later and until none
are left. What is published is no business of this module: a takedown has removed it from there.
"""

from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy import Select, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from pipeline.domain.fingerprints import digest
from pipeline.domain.papers import PaperState
from pipeline.records.database import Database
from pipeline.records.tables import Paper, Recording, StepResult
from pipeline.services.burned_films import forget_films
from pipeline.services.events import SYSTEM, record_event
from pipeline.services.film_removal import erase_films
from pipeline.services.papers import original_key_of
from pipeline.services.sheet_removal import remove_sheets
from pipeline.services.voice_removal import end_voices, erase_voices, forget_voice_originals
from pipeline.storage.keys import paper_prefix
from pipeline.storage.store import ObjectStore

_SMALL_COPY = "proxy"

_log = structlog.get_logger(__name__)


def erase_withdrawn(database: Database, store: ObjectStore, *, now: datetime) -> int:
    """Remove from the store what is withdrawn, and note down that it is gone; how many things that were.

    Raises `StoreUnavailable`; what is still there is removed in the next round.
    """
    with database.begin() as db:
        recordings = list(db.scalars(_withdrawn_recordings()))
        destroy_keys(db, recordings)
        withdrawn = db.scalars(select(Recording).where(Recording.id.in_(recordings)))
        end_voices(db, withdrawn, actor=SYSTEM, now=now)
        papers = list(db.scalars(_gone_papers()))
        cleaned = list(db.scalars(_cleaned_papers()))
    for recording_id in recordings:
        _erase_recording(database, store, recording_id, now)
    voices = erase_voices(database, store, now=now)
    films = erase_films(database, store)
    for name in papers:
        store.delete_prefix(paper_prefix(name))
    for name in cleaned:
        store.delete(original_key_of(name))
    with database.begin() as db:
        _note_papers(db, papers, cleaned, now)
    return len(recordings) + len(papers) + voices + films


def destroy_keys(db: Session, recordings: Collection[int]) -> None:
    """Make originals unreadable at once, also where the store is away and in every copy of it."""
    if recordings:
        db.execute(update(Recording).where(Recording.id.in_(recordings)).values(wrapped_key=""))


def remove_originals(database: Database, store: ObjectStore, recording_ids: Collection[int], *, now: datetime) -> None:
    """Remove recordings as they were uploaded, and the small copies of all of it; packages stay.

    Keys first: what a store that is away still holds is unreadable from then on. Raises `StoreUnavailable`.
    """
    with database.begin() as db:
        destroy_keys(db, recording_ids)
    forget_voice_originals(database, store, recording_ids)
    for recording_id in recording_ids:
        with database.read() as db:
            recording = db.get_one(Recording, recording_id)
            copies = list(db.scalars(_copies_of(recording).with_only_columns(StepResult.prefix)))
            key = recording.original_key
        for prefix in copies:
            store.delete_prefix(prefix)
        if key:
            store.delete(key)
        with database.begin() as db:
            recording = db.get_one(Recording, recording_id)
            db.execute(delete(StepResult).where(StepResult.prefix.in_(copies)))
            recording.original_key = ""
            record_event(
                db,
                "recording.original_removed",
                subject_kind="recording",
                subject_id=recording_id,
                actor=SYSTEM,
                now=now,
            )


def forget_details(recording: Recording) -> None:
    """Leave counts alone of a recording whose speaker was erased: no digest, measures or words."""
    recording.sha256 = recording.original_key = recording.preview_words = recording.preview_answer = ""
    recording.report, recording.findings = None, []


def _withdrawn_recordings() -> Select[int]:
    return select(Recording.id).where(Recording.withdrawn_at.is_not(None), Recording.erased_at.is_(None))


def _gone_papers() -> Select[str]:
    gone = (PaperState.REMOVED, PaperState.REFUSED)
    return select(Paper.name).where(Paper.erased_at.is_(None), Paper.state.in_(gone))


def _cleaned_papers() -> Select[str]:
    """Papers that were cleaned: as they were sent they are not needed any more."""
    return select(Paper.name).where(and_(Paper.state == PaperState.CLEAN, Paper.original_key != ""))


def _note_papers(db: Session, gone: list[str], cleaned: list[str], now: datetime) -> None:
    for paper in db.scalars(select(Paper).where(or_(Paper.name.in_(gone), Paper.name.in_(cleaned)))):
        paper.original_key = ""
        if paper.name in gone:
            paper.clean_key = ""
            paper.erased_at = now


def _erase_recording(database: Database, store: ObjectStore, recording_id: int, now: datetime) -> None:
    with database.read() as db:
        recording = db.get_one(Recording, recording_id)
        key, prefixes = recording.original_key, _prefixes(db, recording)
    if key:  # its time may have been over before
        store.delete(key)
    for prefix in prefixes:
        store.delete_prefix(prefix)
    with database.begin() as db:
        recording = db.get_one(Recording, recording_id)
        if not _is_shared(db, recording):
            for result in db.scalars(_results_of(recording)):
                db.delete(result)
        _forget(db, recording, now)
    _log.info("recording.erased", recording_id=recording_id)


def _prefixes(db: Session, recording: Recording) -> list[str]:
    """Where all lies that was made of a recording; nothing where the same bytes were handed in elsewhere too."""
    if _is_shared(db, recording):
        return []
    made = {result.prefix for result in db.scalars(_results_of(recording))} | {recording.package_prefix or ""}
    return sorted(made - {""})


def _results_of(recording: Recording) -> Select[StepResult]:
    by_bytes = StepResult.inputs["sha256"].as_string() == digest(recording.sha256)
    return select(StepResult).where(or_(by_bytes, StepResult.prefix == (recording.package_prefix or "-")))


def _copies_of(recording: Recording) -> Select[StepResult]:
    """The small copies in which a speaker chose what is shown."""
    return _results_of(recording).where(StepResult.step == _SMALL_COPY, StepResult.prefix != "")


def _is_shared(db: Session, recording: Recording) -> bool:
    """Whether somebody's recording that is not withdrawn has the same bytes, and so the same results."""
    others = select(Recording.id).where(Recording.sha256 == recording.sha256, Recording.withdrawn_at.is_(None))
    return db.scalars(others).first() is not None


def _forget(db: Session, recording: Recording, now: datetime) -> None:
    recording.package = recording.package_prefix = None
    recording.erased_at = now
    if recording.statement.speaker.erased_at is not None:
        forget_details(recording)
    for track in recording.tracks:
        track.webvtt, track.is_removed = "", True
    forget_films(db, recording)
    remove_sheets(db, [recording])
    facts = {"recording_id": recording.id, "size_bytes": recording.size_bytes}
    record_event(
        db,
        "recording.erased",
        subject_kind="statement",
        subject_id=recording.statement_id,
        actor=SYSTEM,
        now=now,
        **facts,
    )
