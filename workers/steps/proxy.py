"""The private copy of a recording in which its speaker chooses what is shown."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from pipeline.domain.errors import FinalError
from pipeline.media.proxy import PROXY_FILES, make_proxy
from pipeline.media.report import IntakeReport
from pipeline.records.tables import Recording
from pipeline.services.originals import StoredOriginal, original_of
from pipeline.services.proxies import proxy_inputs
from pipeline.services.results import KeptResult, find_result, keep_result
from pipeline.services.reviews import report_of
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import package_prefix, under
from workers.steps.originals import fetch_original
from workers.steps.run import JobRun, Record

_FETCHED, _MADE = 0.05, 0.95
"""Shares of the work after which the original is here, and the copy is made."""


@dataclass(frozen=True)
class _Inputs:
    original: StoredOriginal
    sha256: str
    report: IntakeReport


def run_proxy(run: JobRun) -> Record:
    """Make the copy, or find the one that the same bytes have."""
    with run.context.database.read() as db:
        inputs = _load(db, run.claim.subject_id)
        kept = find_result(db, proxy_inputs(inputs.sha256))
    prefix = kept.prefix if kept and _is_there(run, kept.prefix) else _make(run, inputs)

    def record(db: Session, now: datetime) -> None:
        keep_result(db, proxy_inputs(inputs.sha256), KeptResult({}, prefix), now=now)

    return record


def _load(db: Session, recording_id: int) -> _Inputs:
    recording = db.get_one(Recording, recording_id)
    report = report_of(recording)
    if report is None:
        raise FinalError("This recording was not checked yet, so there is nothing to choose from.")
    return _Inputs(original_of(recording), recording.sha256, report)


def _is_there(run: JobRun, prefix: str) -> bool:
    present = set(run.context.store.list_keys(prefix))
    return {under(prefix, name) for name in PROXY_FILES} <= present


def _make(run: JobRun, inputs: _Inputs) -> str:
    run.progress("fetching")
    source = fetch_original(run, inputs.original)
    folder = run.folder / "proxy"
    make_proxy(
        source,
        inputs.report,
        out_dir=folder,
        programs=run.context.programs,
        on_progress=run.progress("copying", _FETCHED, _MADE),
    )
    return _store(run, folder)


def _store(run: JobRun, folder: Path) -> str:
    store, prefix = run.context.store, package_prefix(run.claim.token)
    run.undo.callback(store.delete_prefix, prefix)
    run.progress("storing", _MADE)
    for name in PROXY_FILES:
        store.put_file(under(prefix, name), folder / name, content_type=content_type_of(name), is_final=True)
    return prefix
