"""Taking spoken interpretation away: by decision, with its recording, or with the person whose voice it is.

A decision takes it off the page at once and destroys the key of what was handed in; the bytes follow within a sweep.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import RELEASE_AUDIENCES
from pipeline.domain.jobs import JobKind
from pipeline.records.database import Database
from pipeline.records.tables import Recording, Release, Voice
from pipeline.services.events import SYSTEM, Actor
from pipeline.services.jobs import cancel_open_jobs
from pipeline.services.release_voices import prefixes_in
from pipeline.services.releases import lock_country, remake_release, shows_voice
from pipeline.services.voices import VoiceChanged, record_voice
from pipeline.storage.store import ObjectStore


def remove_voice(db: Session, voice: Voice, seen_version: int, *, actor: Actor, now: datetime) -> None:
    """Take a voice away for good; where it is out, a release without it is made. Raises `VoiceChanged`."""
    country = voice.recording.statement.speaker.country
    lock_country(db, country.id)
    db.refresh(voice, with_for_update=True)
    if voice.is_removed or voice.version != seen_version:
        raise VoiceChanged
    _remove(db, voice, actor=actor, now=now)
    for audience in RELEASE_AUDIENCES:
        if shows_voice(db, country.id, voice.id, audience):
            remake_release(db, country, audience, actor=actor, now=now)


def remove_voices_of(db: Session, account_id: int, *, actor: Actor, now: datetime) -> None:
    """Take away every voice that is this person's own."""
    own = select(Voice).where(Voice.account_id == account_id, Voice.is_own, Voice.is_removed.is_(False))
    for voice in db.scalars(own).all():
        remove_voice(db, voice, voice.version, actor=actor, now=now)


def end_voices(db: Session, recordings: Iterable[Recording], *, actor: Actor, now: datetime) -> None:
    """Take away the voices of recordings that are taken away themselves; what is out is the caller's business."""
    for recording in recordings:
        for voice in recording.voices:
            if not voice.is_removed:
                _remove(db, voice, actor=actor, now=now)


def erase_voices(database: Database, store: ObjectStore, *, now: datetime) -> int:
    """Remove from the store what was taken away, and note down that it is gone; how many voices."""
    with database.read() as db:
        gone = list(db.scalars(select(Voice.id).where(Voice.is_removed, Voice.erased_at.is_(None))))
    for voice_id in gone:
        with database.read() as db:
            voice = db.get_one(Voice, voice_id)
            key, prefixes = voice.original_key, {*_released(db, voice_id), voice.package_prefix or ""}
        for prefix in sorted(prefixes - {""}):
            store.delete_prefix(prefix)
        if key:
            store.delete(key)
        with database.begin() as db:
            voice = db.get_one(Voice, voice_id)
            voice.original_key, voice.package_prefix, voice.package = "", None, None
            voice.report, voice.erased_at = {}, now
            record_voice(db, "voice.erased", voice, SYSTEM, now)
    return len(gone)


def forget_voice_originals(database: Database, store: ObjectStore, recording_ids: Iterable[int]) -> None:
    """Remove voices as they were handed in, of recordings whose originals are not kept; what was mixed stays."""
    with database.begin() as db:
        kept = Voice.recording_id.in_(list(recording_ids)), Voice.original_key != ""
        found = {voice.id: voice.original_key for voice in db.scalars(select(Voice).where(*kept))}
        for voice_id in found:
            db.get_one(Voice, voice_id).wrapped_key = ""
    for voice_id, key in found.items():
        store.delete(key)
        with database.begin() as db:
            db.get_one(Voice, voice_id).original_key = ""


def _remove(db: Session, voice: Voice, *, actor: Actor, now: datetime) -> None:
    cancel_open_jobs(db, JobKind.VOICE, voice.id, actor=actor, now=now)
    voice.is_removed, voice.wrapped_key = True, ""
    db.flush()
    record_voice(db, "voice.removed", voice, actor, now)


def _released(db: Session, voice_id: int) -> set[str]:
    """Where a voice lies as it was mixed for releases."""
    return {prefix for release in db.scalars(select(Release)) for prefix in prefixes_in(release.facts, voice_id)}
