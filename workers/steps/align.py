"""Timing the words of a statement by its recording; words that do not belong to it leave a verdict and no line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pipeline.captions.alignment import Alignment, Streams, align_texts
from pipeline.captions.cues import milliseconds, plain_text
from pipeline.captions.splitting import split_text
from pipeline.records.tables import Recording
from pipeline.services.alignments import AlignedLine, AlignedText, LinesToAlign, lines_to_align, record_alignment
from pipeline.services.originals import StoredOriginal, original_of
from pipeline.services.results import KeptResult, find_result, keep_result
from pipeline.services.reviews import report_of
from pipeline.services.step_inputs import align_inputs
from workers.steps.originals import fetch_original
from workers.steps.run import JobRun, Record

_FETCHED, _HEARD = 0.1, 0.95
"""Shares of the work after which the original is here, and the words are timed."""


@dataclass(frozen=True)
class _Inputs:
    original: StoredOriginal
    sha256: str
    wish: LinesToAlign
    speech_seconds: float | None
    streams: Streams | None


def run_align(run: JobRun) -> Record:
    """Time a recording's words, or find that the same words were timed by the same bytes before."""
    with run.context.database.read() as db:
        inputs = _load(db, run.claim.subject_id)
    if inputs is None:
        return lambda _db, _now: None
    lines = [plain_text(line) for line in inputs.wish.lines or _cut(inputs)]
    named = align_inputs(inputs.sha256, lines, inputs.wish.language)
    with run.context.database.read() as db:
        kept = find_result(db, named)
    facts = kept.facts if kept else _facts(_align(run, inputs, lines))

    def record(db: Session, now: datetime) -> None:
        keep_result(db, named, KeptResult(facts), now=now)
        recording = db.get_one(Recording, run.claim.subject_id)
        record_alignment(db, recording, inputs.wish, _with_words(lines, facts), now=now)

    return record


def _load(db: Session, recording_id: int) -> _Inputs | None:
    """None where nothing is to be aligned any more: people took it up, or the recording was withdrawn."""
    recording = db.get_one(Recording, recording_id)
    wish = lines_to_align(db, recording)
    if wish is None or recording.withdrawn_at is not None:
        return None
    report = report_of(recording)
    begins, ends = (report.trim or (0.0, report.duration_seconds)) if report else (0.0, 0.0)
    streams = Streams(report.audio.index, report.video.index) if report and report.audio and report.video else None
    return _Inputs(original_of(recording), recording.sha256, wish, ends - begins or None, streams)


def _cut(inputs: _Inputs) -> list[str]:
    return split_text(inputs.wish.text, inputs.wish.language, speech_seconds=inputs.speech_seconds)


def _align(run: JobRun, inputs: _Inputs, lines: Sequence[str]) -> Alignment:
    run.progress("fetching")
    source = fetch_original(run, inputs.original)
    run.progress("aligning", _FETCHED, _HEARD)
    language = inputs.wish.language
    return align_texts(source, lines, language, run.folder, run.context.programs, streams=inputs.streams)


def _facts(found: Alignment) -> dict[str, Any]:
    """What is kept: times and codes, nobody's words."""
    return {
        "lines": [
            [milliseconds(line.start_seconds), milliseconds(line.end_seconds), line.is_spoken, round(line.doubt, 3)]
            for line in found.lines
        ],
        "verdict": found.belongs.verdict.value,
        "reason": found.belongs.reason.value,
        "score": found.belongs.score,
        "voice": found.voice,
        "spans": [list(span) for span in found.unwritten],
    }


def _with_words(lines: Sequence[str], facts: Mapping[str, Any]) -> AlignedText:
    timed = zip(lines, facts["lines"], strict=True)
    return AlignedText(
        lines=tuple(AlignedLine(text, *values) for text, values in timed),
        verdict=facts["verdict"],
        reason=facts["reason"],
        score=facts["score"],
        voice=facts["voice"],
        spans=tuple((begins, ends) for begins, ends in facts["spans"]),
    )
