"""Spoken interpretation of a recording: one voice for a language, mixed with the original by a job, approved by people.

Revisions are added and the newest that could be taken counts. Taking one away is in `voice_removal`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience, ConsentItem
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.fingerprints import digest
from pipeline.domain.languages import is_language
from pipeline.domain.sheets import TrackMark
from pipeline.domain.statements import StatementState
from pipeline.domain.trims import Trim
from pipeline.domain.voices import LARGEST_SHIFT_SECONDS, Under, VoiceFault, VoiceFit, VoiceState, fit_voice
from pipeline.records.tables import Recording, StaffAccount, Statement, Voice
from pipeline.services.consents import audience_of
from pipeline.services.events import SYSTEM, Actor, record_event
from pipeline.services.originals import StoredOriginal
from pipeline.services.recordings import lock_statement
from pipeline.services.shown_parts import withholds_name
from pipeline.services.statement_contents import spoken_language
from pipeline.services.voice_jobs import queue_mixing

_MILLISECONDS = 1000


class VoiceChanged(ChangeNotAllowed):
    """The voice is not the one that a person was listening to."""

    def __init__(self) -> None:
        super().__init__("This voice changed while you listened, or is not ready. Reload the page and listen again.")


class NameNotDenied(WrongUsage):
    """Nobody said that a voice keeps the name of a speaker to itself who is not shown by it."""

    def __init__(self) -> None:
        super().__init__("The speaker is not shown by name. Confirm that this voice does not say it.")


@dataclass(frozen=True)
class MadeVoice:
    """What a job made of a voice: what it measured, the rendition as JSON, where that lies, for which package."""

    version: int
    report: Mapping[str, Any]
    package: Mapping[str, Any]
    prefix: str
    made_for: str


def current_voices(recording: Recording) -> Mapping[str, Voice]:
    """The voice that counts in each language."""
    newest = {voice.language: voice for voice in recording.voices if voice.fault is None}
    return {language: voice for language, voice in sorted(newest.items()) if not voice.is_removed}


def listed_voices(recording: Recording) -> list[Voice]:
    """Those that count, and newer ones that could not be taken, as long as nobody removed them."""
    counts = {voice.id for voice in current_voices(recording).values()}
    newest = {voice.language: voice for voice in recording.voices}
    refused = {voice.id for voice in newest.values() if voice.fault is not None and not voice.is_removed}
    found = [voice for voice in recording.voices if voice.id in counts | refused]
    return sorted(found, key=lambda voice: (voice.language, voice.revision))


def state_of_voice(voice: Voice) -> VoiceState:
    """How a voice stands now."""
    if voice.fault is not None:
        return VoiceState.REFUSED
    if voice.bound != voice_bounds(voice.recording):
        return VoiceState.STALE
    if not is_mixed(voice):
        return VoiceState.WAITING
    return VoiceState.IN_REVIEW if voice.approved_at is None else VoiceState.APPROVED


def is_mixed(voice: Voice) -> bool:
    """Whether it can be heard with the recording's package of now."""
    return voice.package_prefix is not None and voice.made_for == voice.recording.package_prefix


def mark_of_voice(voice: Voice) -> TrackMark | None:
    """What has to be said beside this voice wherever it can be chosen."""
    if voice.bound != voice_bounds(voice.recording):
        return TrackMark.STALE
    return TrackMark.UNREVIEWED if voice.approved_at is None else None


def may_tell_name(voice: Voice, audience: Audience) -> bool:
    """Whether nobody has said that the voice keeps a name to itself that an audience is not to be told."""
    return withholds_name(voice.recording.statement, audience) and not voice.is_nameless


def widest_audience(statement: Statement) -> Audience:
    """Whoever hears the voices of a statement when it is published, of all audiences the one that may know least."""
    is_for_missions = audience_of(statement, ConsentItem.RECORDING) is Audience.MISSIONS
    return Audience.MISSIONS if is_for_missions else Audience.PUBLIC


def voice_bounds(recording: Recording) -> dict[str, str]:
    """Digests of what a voice made now would be made for, by name."""
    trim = recording.trim.to_json() if recording.trim else None
    return {"recording": digest([recording.id, recording.sha256]), "trim": digest(trim)}


def starts_seconds(voice: Voice) -> float:
    """Where its file begins on what is shown; before it where that is negative."""
    trim: Trim | None = voice.recording.trim
    return voice.offset_ms / _MILLISECONDS - (trim.start_seconds if trim else 0.0)


def fit_of_voice(voice: Voice) -> VoiceFit | None:
    """How it lies on what is shown; None as long as nobody measured it."""
    seconds, shown = voice.report.get("seconds"), voice.recording.duration_seconds
    return fit_voice(seconds, shown, starts_seconds(voice)) if seconds and shown else None


def add_voice(
    db: Session,
    recording: Recording,
    *,
    language: str,
    original: StoredOriginal,
    under: Under = Under.LOW,
    is_own: bool = False,
    actor: Actor,
    now: datetime,
) -> Voice:
    """Put a voice on record whose bytes lie in the store, beginning with what is shown, and have it mixed.

    `is_own`: it is the voice of who brings it. Raises `WrongUsage` for the language spoken and for none,
    `ChangeNotAllowed` for a recording that does not count any more.
    """
    check_voice_language(recording, language)
    statement = lock_statement(db, recording.statement_id)
    gone = recording.withdrawn_at is not None or recording.erased_at is not None
    if statement.state is StatementState.WITHDRAWN or gone or statement.current_recording_id != recording.id:
        raise ChangeNotAllowed("There is another recording now, or none. Reload the page to see what changed.")
    voice = Voice(
        language=language,
        revision=_last_revision(db, recording, language) + 1,
        original_key=original.key,
        size_bytes=original.size_bytes,
        wrapped_key=original.sealed_key,
        offset_ms=round((recording.trim.start_seconds if recording.trim else 0.0) * _MILLISECONDS),
        under=under,
        version=1,
        bound=voice_bounds(recording),
        report={},
        is_own=is_own,
        account_id=_account_of(db, actor),
        created_at=now,
    )
    recording.voices.append(voice)
    db.flush()
    queue_mixing(db, voice, actor=actor, now=now)
    record_voice(db, "voice.added", voice, actor, now, size_bytes=voice.size_bytes)
    return voice


def check_voice_language(recording: Recording, language: str) -> None:
    """Raise `WrongUsage` for what is no language, or is the one spoken."""
    if not is_language(language):
        raise WrongUsage(f"“{language}” is not the code of a language.")
    if language == spoken_language(recording.statement):
        raise WrongUsage("This is the language of the original. An interpretation is in another one.")


def change_voice(
    db: Session,
    voice: Voice,
    seen_version: int,
    *,
    starts: float | None = None,
    under: Under | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Let a voice begin elsewhere (`starts`, in seconds of what is shown), or have another level of the original.

    It is mixed again and waits for a person. Raises `VoiceChanged`, and `WrongUsage` for a beginning far away.
    """
    hold_voice(db, voice, seen_version)
    if starts is not None:
        if abs(starts) > LARGEST_SHIFT_SECONDS:
            raise WrongUsage(f"A voice begins at most {LARGEST_SHIFT_SECONDS:.0f} s before or after the statement.")
        trim = voice.recording.trim
        voice.offset_ms = round((starts + (trim.start_seconds if trim else 0.0)) * _MILLISECONDS)
    voice.under = under or voice.under
    voice.version += 1
    voice.approved_at = voice.approved_by_id = None
    voice.package_prefix, voice.package, voice.made_for = None, None, ""
    voice.bound = voice_bounds(voice.recording)
    db.flush()
    queue_mixing(db, voice, actor=actor, now=now)
    record_voice(db, "voice.changed", voice, actor, now, offset_ms=voice.offset_ms, under=voice.under.value)


def approve_voice(
    db: Session, voice: Voice, seen_version: int, *, is_nameless: bool = False, actor: Actor, now: datetime
) -> None:
    """A second person has listened and says that a voice is right, for the part that is shown now.

    Raises `VoiceChanged`, `ChangeNotAllowed` for who brought it, `NameNotDenied` where the speaker's name is not to be
    told and `is_nameless` does not say that it is not.
    """
    hold_voice(db, voice, seen_version)
    if not is_mixed(voice):
        raise VoiceChanged
    account_id = _account_of(db, actor)
    if account_id is not None and account_id == voice.account_id:
        raise ChangeNotAllowed("You brought this voice. Another person has to listen and approve it.")
    statement = voice.recording.statement
    if withholds_name(statement, widest_audience(statement)) and not is_nameless:
        raise NameNotDenied
    voice.is_nameless = is_nameless
    voice.approved_at, voice.approved_by_id = now, account_id
    voice.bound = voice_bounds(voice.recording)
    db.flush()
    record_voice(db, "voice.approved", voice, actor, now, version=voice.version)


def mix_again(db: Session, recording: Recording, *, now: datetime) -> None:
    """The recording has another package: its voices are mixed with that."""
    for voice in current_voices(recording).values():
        if not is_mixed(voice):
            queue_mixing(db, voice, actor=SYSTEM, now=now)


def record_made(db: Session, voice: Voice, made: MadeVoice, *, now: datetime) -> None:
    """Keep what a job made. Raises `ChangeNotAllowed` where the voice, or the package, is another by now."""
    recording = voice.recording
    is_as_begun = voice.version == made.version and recording.package_prefix == made.made_for
    if voice.is_removed or recording.withdrawn_at is not None or not is_as_begun:
        raise ChangeNotAllowed("The voice, or the recording, changed while it was mixed.")
    voice.report, voice.package = dict(made.report), dict(made.package)
    voice.package_prefix, voice.made_for = made.prefix, made.made_for
    db.flush()
    record_voice(db, "voice.mixed", voice, SYSTEM, now, version=voice.version)


def record_fault(db: Session, voice: Voice, fault: VoiceFault, seconds: float, *, now: datetime) -> None:
    """What was handed in is no voice that can be taken; `seconds` is how long it is, where somebody measured that."""
    voice.fault, voice.report = fault, {"seconds": seconds}
    db.flush()
    record_voice(db, "voice.refused", voice, SYSTEM, now, fault=fault.value)


def original_of_voice(voice: Voice) -> StoredOriginal:
    """What was handed in."""
    return StoredOriginal(voice.original_key, voice.size_bytes, voice.wrapped_key)


def hold_voice(db: Session, voice: Voice, seen_version: int) -> None:
    """Nobody else decides about it until the end of the transaction. Raises `VoiceChanged`."""
    held = select(Voice).where(Voice.id == voice.id).with_for_update()
    db.scalars(held.execution_options(populate_existing=True)).one()
    if voice.version != seen_version or voice.is_removed or voice.fault is not None:
        raise VoiceChanged


def record_voice(db: Session, name: str, voice: Voice, actor: Actor, now: datetime, **facts: Any) -> None:
    """Put on record what happened to a voice, in the transaction of the change."""
    facts = {"voice_id": voice.id, "language": voice.language, "revision": voice.revision, **facts}
    record_event(db, name, subject_kind="recording", subject_id=voice.recording_id, actor=actor, now=now, **facts)


def _last_revision(db: Session, recording: Recording, language: str) -> int:
    last = select(func.max(Voice.revision)).where(Voice.recording_id == recording.id, Voice.language == language)
    return db.scalar(last) or 0


def _account_of(db: Session, actor: Actor) -> int | None:
    known = actor.kind == "staff" and actor.id is not None and db.get(StaffAccount, actor.id) is not None
    return actor.id if known else None
