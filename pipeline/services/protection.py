"""What a speaker wants hidden in the recording: kept, and made so before anybody sees another package of it.

A change takes every package of the statement away at once, also from staff, and any approval with it: what was
approved is not what will be shown. What is out comes down.
"""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from pipeline.domain.findings import Verdict
from pipeline.domain.jobs import JobKind
from pipeline.domain.protection import Hidden, Protection
from pipeline.domain.statements import StatementAction, StatementState
from pipeline.records.tables import Recording, Statement, StepResult
from pipeline.services.events import Actor, record_event
from pipeline.services.jobs import cancel_open_jobs, deadline_of, queue_job
from pipeline.services.recordings import lock_statement, move_statement
from pipeline.services.releases import lock_country, take_down_statement, take_out

HIDDEN = "hidden"
"""Where a recording's report has what was hidden in its package."""

_REOPENED = frozenset({StatementState.APPROVED, StatementState.TAKEN_DOWN})
_NEVER_ENCODED = frozenset({StatementState.RECEIVED, StatementState.WITHDRAWN})
"""A check that is under way asks for the encode itself; of what was withdrawn nothing is made."""


def protection_of(statement: Statement) -> Protection:
    """What the speaker wants hidden."""
    return Protection(
        blurs_faces=statement.blurs_faces,
        blurs_picture=statement.blurs_picture,
        alters_voice=statement.alters_voice,
    )


def hidden_of(recording: Recording | None) -> Hidden | None:
    """What was measured when faces were blurred in a recording's package; None where nothing was."""
    facts = (recording.report or {}).get(HIDDEN) if recording is not None and recording.package else None
    return Hidden(**facts) if facts else None


def note_hidden(recording: Recording, hidden: Hidden | None) -> None:
    """Keep what was hidden beside the report."""
    rest = {name: value for name, value in (recording.report or {}).items() if name != HIDDEN}
    recording.report = {**rest, HIDDEN: hidden.to_json()} if hidden else rest


def choose_protection(
    db: Session, *, statement: Statement, protection: Protection, actor: Actor, now: datetime
) -> bool:
    """Keep a speaker's choice; whether it is another one than before.

    The recording is prepared anew, and waits for staff again where they had approved it.
    """
    lock_country(db, statement.speaker.country_id)
    statement = lock_statement(db, statement.id)
    if protection == protection_of(statement):
        return False
    _take_back_approval(db, statement, actor=actor, now=now)
    statement.blurs_faces = protection.blurs_faces
    statement.blurs_picture = protection.blurs_picture
    statement.alters_voice = protection.alters_voice
    for recording in statement.recordings:
        cancel_open_jobs(db, JobKind.ENCODE, recording.id, actor=actor, now=now)
        _drop_package(db, recording)
    _prepare_anew(db, statement, now=now)
    facts = protection.to_json()
    record_event(
        db,
        "statement.protection_changed",
        subject_kind="statement",
        subject_id=statement.id,
        actor=actor,
        now=now,
        **facts,
    )
    db.flush()
    return True


def _take_back_approval(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> None:
    was_approved = statement.approved_recording_id is not None
    if statement.state is StatementState.PUBLISHED:
        statement.approved_recording_id = None
        take_down_statement(db, statement, actor=actor, now=now)
        move_statement(statement, StatementAction.REOPEN, now=now)
        return
    statement.approved_recording_id = None
    if statement.state is StatementState.APPROVED:
        move_statement(statement, StatementAction.REOPEN, now=now)
    if was_approved:
        take_out(db, statement, actor=actor, now=now)


def _drop_package(db: Session, recording: Recording) -> None:
    """Nothing points at the package any more, so that it goes from the store unless it belongs to others as well."""
    prefix, recording.package, recording.package_prefix = recording.package_prefix, None, None
    note_hidden(recording, None)
    if prefix:
        db.flush()
        shared = db.query(Recording.id).filter(Recording.package_prefix == prefix).first()
        if shared is None:
            db.execute(delete(StepResult).where(StepResult.prefix == prefix))


def _prepare_anew(db: Session, statement: Statement, *, now: datetime) -> None:
    recording = statement.current_recording
    if recording is None or recording.verdict is not Verdict.ACCEPTED or statement.state in _NEVER_ENCODED:
        return
    queue_job(db, JobKind.ENCODE, recording.id, now=now, deadline=deadline_of(statement.speaker.country))
