"""The private copy of a recording in which its speaker chooses what is shown: asked for, found, removed.

It shows all of a recording as it was sent. Where its speaker hides or cuts away nothing, staff watch it, too, until
the package is there; else it is served to the speaker's own visit alone.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from pipeline.domain.fingerprints import StepInputs
from pipeline.domain.jobs import OPEN_STATES, JobKind
from pipeline.domain.statements import StatementState
from pipeline.records.queries import newest_jobs
from pipeline.records.tables import Recording, Statement
from pipeline.services.jobs import deadline_of, queue_job
from pipeline.services.results import find_result

PROXY_VERSION = 1
"""Grows whenever the same recording could give another copy."""


class ProxyState(StrEnum):
    """How the copy stands."""

    NONE = "none"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


def proxy_inputs(sha256: str) -> StepInputs:
    """What it is made from."""
    return StepInputs("proxy", PROXY_VERSION, {"sha256": sha256})


def find_proxy(db: Session, recording: Recording) -> str | None:
    """The prefix under which it lies; None as long as there is none."""
    kept = find_result(db, proxy_inputs(recording.sha256))
    return kept.prefix if kept else None


def may_staff_watch_proxy(statement: Statement) -> bool:
    """Whether the copy of the recording that counts shows staff nothing that its speaker wants nobody to see."""
    recording = statement.current_recording
    is_protected = statement.blurs_faces or statement.blurs_picture or statement.alters_voice
    if recording is None or recording.report is None or recording.erased_at or recording.withdrawn_at or is_protected:
        return False
    return statement.state is not StatementState.WITHDRAWN and recording.trim is None


def proxy_state(db: Session, recording: Recording) -> ProxyState:
    """Whether it can be watched, or will be."""
    if find_proxy(db, recording):
        return ProxyState.READY
    job = newest_jobs(db, {JobKind.PROXY: [recording.id]}).get((JobKind.PROXY, recording.id))
    if job is None:
        return ProxyState.NONE
    return ProxyState.MAKING if job.state in OPEN_STATES else ProxyState.FAILED


def ask_for_proxy(db: Session, recording: Recording, *, now: datetime) -> None:
    """Have it made, unless it is there or on its way."""
    if find_proxy(db, recording) is None:
        queue_job(db, JobKind.PROXY, recording.id, now=now, deadline=deadline_of(recording.statement.speaker.country))
