"""Intake of a recording, in seconds: size, container, packets and sound. Pictures are judged while it is encoded."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.fingerprints import StepInputs
from pipeline.domain.limits import Limit
from pipeline.media.intake import inspect_recording
from pipeline.media.rejudging import judge_again
from pipeline.media.report import IntakeReport
from pipeline.records.tables import Recording
from pipeline.services.alignments import ask_for_alignment
from pipeline.services.hand_ins import limit_of
from pipeline.services.originals import StoredOriginal, original_of
from pipeline.services.recordings import record_intake
from pipeline.services.results import KeptResult, find_result, keep_result
from pipeline.services.step_inputs import intake_inputs
from workers.steps.originals import fetch_original
from workers.steps.run import JobRun, Record

_FETCHED = 0.1
"""Share of the work after which the original is here."""


@dataclass(frozen=True)
class _Inputs:
    original: StoredOriginal
    sha256: str
    limit: Limit

    @property
    def named(self) -> StepInputs:
        return intake_inputs(self.sha256, self.limit)


def run_intake(run: JobRun) -> Record:
    """Inspect a recording, or find that the same bytes were inspected under the same limit before."""
    with run.context.database.read() as db:
        inputs = _load(db, run.claim.subject_id)
        kept = find_result(db, inputs.named)
    report = IntakeReport.from_json(kept.facts) if kept else _inspect(run, inputs)

    def record(db: Session, now: datetime) -> None:
        keep_result(db, inputs.named, KeptResult(report.to_json()), now=now)
        recording = db.get_one(Recording, run.claim.subject_id)
        judged = judge_again(report, recording.trim, inputs.limit) if recording.trim else report
        record_intake(db, recording, judged, now=now, inputs=inputs.named.digests)
        ask_for_alignment(db, recording, now=now)

    return record


def _load(db: Session, recording_id: int) -> _Inputs:
    recording = db.get_one(Recording, recording_id)
    limit = limit_of(recording.statement.speaker.country.pre_session)
    return _Inputs(original_of(recording), recording.sha256, limit)


def _inspect(run: JobRun, inputs: _Inputs) -> IntakeReport:
    run.progress("fetching")
    source = fetch_original(run, inputs.original)
    return inspect_recording(
        source,
        limit=inputs.limit,
        programs=run.context.programs,
        work_dir=run.folder,
        on_progress=run.progress("checking", _FETCHED),
    )
