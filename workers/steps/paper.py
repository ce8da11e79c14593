"""Cleaning of a paper that a speaker sent: a copy without metadata, proved to be without it; the paper as sent goes.

Each thing is done once, however often the step runs: what was cleaned before is found in the store.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from pipeline.documents.confined import clean_document, text_of
from pipeline.documents.refusals import DocumentFault, DocumentRefused
from pipeline.domain.errors import FinalError
from pipeline.domain.naming import says_name
from pipeline.domain.papers import PaperKind, PaperState
from pipeline.records.tables import Paper, Statement
from pipeline.services.papers import CleanPaper, clean_key_of, record_clean, record_refused
from pipeline.storage.attributes import content_type_of
from pipeline.storage.store import ObjectMissing
from workers.steps.run import JobRun, Record


@dataclass(frozen=True)
class _Inputs:
    kind: PaperKind
    original_key: str
    clean_key: str
    speaker_name: str


def run_paper(run: JobRun) -> Record:
    """Clean a paper, or refuse it."""
    with run.context.database.read() as db:
        inputs = _load(db, run.claim.subject_id)
    try:
        clean = _cleaned_before(run, inputs) or _clean(run, inputs)
    except DocumentRefused as refused:
        fault = refused.fault

        def record_refusal(db: Session, now: datetime) -> None:
            record_refused(db, db.get_one(Paper, run.claim.subject_id), fault.value, now=now)

        return record_refusal

    def record(db: Session, now: datetime) -> None:
        record_clean(db, db.get_one(Paper, run.claim.subject_id), clean, now=now)

    return record


def _load(db: Session, paper_id: int) -> _Inputs:
    paper = db.get_one(Paper, paper_id)
    name = db.get_one(Statement, paper.statement_id).speaker.name
    return _Inputs(paper.kind, paper.original_key, clean_key_of(paper), name)


def _clean(run: JobRun, inputs: _Inputs) -> CleanPaper:
    run.progress("fetching")
    source, target = run.folder / "original", run.folder / f"clean.{inputs.kind.value}"
    _fetch(run, inputs.original_key, source)
    run.progress("checking", 0.2)
    cleaned = clean_document(source, target)
    if cleaned.kind != inputs.kind.value:  # its first bytes announced something else
        raise DocumentRefused(DocumentFault.BROKEN)
    run.progress("storing", 0.9)
    run.undo.callback(_forget_removed, run, inputs.clean_key)
    run.context.store.put_file(inputs.clean_key, target, content_type=content_type_of(target.name), is_final=True)
    return CleanPaper(target.stat().st_size, says_name(cleaned.text, inputs.speaker_name))


def _forget_removed(run: JobRun, clean_key: str) -> None:
    """A paper that was taken back while it was cleaned leaves nothing; another attempt's copy is left to that one."""
    with run.context.database.read() as db:
        is_removed = db.get_one(Paper, run.claim.subject_id).state is PaperState.REMOVED
    if is_removed:
        run.context.store.delete(clean_key)


def _cleaned_before(run: JobRun, inputs: _Inputs) -> CleanPaper | None:
    """What an attempt gave that was cut off before it could say so."""
    if run.context.store.stat(inputs.clean_key) is None:
        return None
    path = run.folder / "before"
    _fetch(run, inputs.clean_key, path)
    try:
        text = text_of(path, language="")
    except DocumentRefused as refused:
        if refused.fault is not DocumentFault.NO_TEXT:
            raise
        text = ""
    return CleanPaper(path.stat().st_size, says_name(text, inputs.speaker_name))


def _fetch(run: JobRun, key: str, path: Path) -> None:
    try:
        run.context.store.fetch_file(key, path)
    except ObjectMissing as error:
        raise FinalError("The paper is gone from the store. The speaker has to send it again.") from error
