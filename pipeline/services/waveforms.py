"""The outline of a recording's sound for those who write its subtitles: asked for when they begin, found by the bytes.

Kept with the result itself: some ten thousand bytes, so that nothing lies in the store that could be forgotten there.
"""

from base64 import b64decode, b64encode
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.fingerprints import StepInputs
from pipeline.domain.jobs import OPEN_STATES, JobKind
from pipeline.records.queries import newest_jobs
from pipeline.records.tables import Recording
from pipeline.services.jobs import deadline_of, queue_job
from pipeline.services.results import KeptResult, find_result, keep_result

WAVEFORM_VERSION = 1
"""Grows whenever the same recording could give another outline."""


def waveform_inputs(sha256: str) -> StepInputs:
    """What it is made from."""
    return StepInputs("waveform", WAVEFORM_VERSION, {"sha256": sha256})


def find_waveform(db: Session, recording: Recording) -> bytes | None:
    """One byte for every hundredth of a second; None as long as nobody drew it."""
    kept = find_result(db, waveform_inputs(recording.sha256))
    return b64decode(kept.facts["points"]) if kept else None


def keep_waveform(db: Session, sha256: str, points: bytes, *, now: datetime) -> None:
    """Keep what was drawn of these bytes."""
    keep_result(db, waveform_inputs(sha256), KeptResult({"points": b64encode(points).decode()}), now=now)


def ask_for_waveform(db: Session, recording: Recording, *, now: datetime) -> bool:
    """Have it drawn, unless that is under way; whether there is anything to wait for."""
    if recording.report is None or recording.erased_at or recording.withdrawn_at:
        return False
    job = newest_jobs(db, {JobKind.WAVEFORM: [recording.id]}).get((JobKind.WAVEFORM, recording.id))
    if job is not None:
        return job.state in OPEN_STATES
    queue_job(db, JobKind.WAVEFORM, recording.id, now=now, deadline=deadline_of(recording.statement.speaker.country))
    return True
