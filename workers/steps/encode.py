"""Encoding of a recording that intake accepted: a package under a fresh prefix, or the one that is there already."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.errors import FinalError
from pipeline.domain.fingerprints import fingerprint
from pipeline.domain.packages import Package
from pipeline.media.encode import ENCODE_VERSION, encode_recording
from pipeline.media.ladder import Ladder
from pipeline.media.report import IntakeReport
from pipeline.records.tables import Recording
from pipeline.services.recordings import record_package
from pipeline.services.results import KeptResult, keep_result
from workers.steps.originals import fetch_original
from workers.steps.packages import find_package, store_package
from workers.steps.run import JobRun, Record

_FETCHED, _ENCODED = 0.02, 0.95
"""Shares of the work after which the original is here, and the package is made."""


@dataclass(frozen=True)
class _Inputs:
    original_key: str
    size_bytes: int
    sha256: str
    report: IntakeReport

    def fingerprint(self, ladder: Ladder) -> str:
        return fingerprint("encode", ENCODE_VERSION, {"sha256": self.sha256, "ladder": ladder.to_json()})


def run_encode(run: JobRun) -> Record:
    """Make a recording's package."""
    with run.context.database.read() as db:
        inputs = _load(db, run.claim.subject_id)
    name = inputs.fingerprint(run.context.ladder)
    kept = find_package(run, name) or _encode(run, inputs)

    def record(db: Session, now: datetime) -> None:
        keep_result(db, "encode", name, kept, now=now)
        recording = db.get_one(Recording, run.claim.subject_id)
        record_package(db, recording, Package.from_json(kept.facts), kept.prefix, now=now)

    return record


def _load(db: Session, recording_id: int) -> _Inputs:
    recording = db.get_one(Recording, recording_id)
    if recording.report is None:
        raise FinalError("This recording was not checked yet, so it cannot be encoded.")
    report = IntakeReport.from_json({**recording.report, "findings": recording.findings})
    return _Inputs(recording.original_key, recording.size_bytes, recording.sha256, report)


def _encode(run: JobRun, inputs: _Inputs) -> KeptResult:
    run.progress("fetching")
    source = fetch_original(run, inputs.original_key, inputs.size_bytes)
    out_dir = run.folder / "package"
    package = encode_recording(
        source,
        inputs.report,
        ladder=run.context.ladder,
        out_dir=out_dir,
        programs=run.context.programs,
        on_progress=run.progress("encoding", _FETCHED, _ENCODED),
    )
    return store_package(run, out_dir, package, run.claim.token, run.progress("storing", _ENCODED))
