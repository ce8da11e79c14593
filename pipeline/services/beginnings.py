"""How subtitles in one language begin: what there is to begin with, and beginning with a text that somebody brings.

Words of the language spoken are timed by the recording afterwards; until then, and for other words, times are a guess
from lengths and pauses, and doubtful.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.captions.cues import milliseconds
from pipeline.captions.line_breaking import break_lines
from pipeline.captions.pauses import time_by_pauses
from pipeline.captions.splitting import split_text
from pipeline.captions.timing import fit_times
from pipeline.captions.widths import characters
from pipeline.captions.work_cues import WorkCue
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.jobs import OPEN_STATES, JobKind, JobState
from pipeline.domain.sheets import BEING_WRITTEN, DOUBTFUL, SheetKind, SheetOrigin
from pipeline.records.queries import newest_jobs
from pipeline.records.tables import Recording, Sheet
from pipeline.services.alignments import ask_for_times
from pipeline.services.events import Actor
from pipeline.services.recordings import lock_statement
from pipeline.services.reviews import report_of
from pipeline.services.sheet_bounds import kind_in, statement_text, whole_ms
from pipeline.services.sheet_filling import fill_sheet
from pipeline.services.sheets import NewCue, find_sheet, find_transcript, open_sheet, read_cues

_MOST_CHARACTERS_A_SECOND = 30.0
"""Nobody speaks faster."""


class TextDoesNotFit(WrongUsage):
    """A text cannot be shown within a recording, or has nothing to be shown."""


@dataclass(frozen=True)
class Beginning:
    """What there is of subtitles in a language, and what they can begin with.

    `source` is the transcript where it has words; `has_text` tells of the speaker's own. A machine's work is asked for
    (`is_timing`, `is_drafting`), or the last of it failed. `seen` names all that a person looked at.
    """

    kind: SheetKind
    sheet: Sheet | None
    words: int
    source: Sheet | None
    has_text: bool
    is_timing: bool
    timing_failed: bool
    is_drafting: bool
    drafting_failed: bool
    seen: str

    @property
    def can_be_filled(self) -> bool:
        """Whether a text, a document or a machine may still give it words."""
        return self.sheet is None or self.sheet.state in BEING_WRITTEN


def read_beginning(db: Session, recording: Recording, language: str) -> Beginning:
    """How subtitles of a recording in a language stand before people write them."""
    sheet, transcript = find_sheet(db, recording.id, language), find_transcript(db, recording)
    kind = kind_in(recording, language)
    timing = _job_state(db, JobKind.ALIGN, recording.id)
    drafting = _job_state(db, JobKind.DRAFT, sheet.id) if sheet is not None else None
    has_source = kind is SheetKind.INTERPRETATION and transcript is not None and _words(db, transcript) > 0
    return Beginning(
        kind=kind,
        sheet=sheet,
        words=_words(db, sheet) if sheet is not None else 0,
        source=transcript if has_source else None,
        has_text=bool(statement_text(recording)),
        is_timing=timing in OPEN_STATES,
        timing_failed=timing is JobState.FAILED,
        is_drafting=drafting in OPEN_STATES,
        drafting_failed=drafting is JobState.FAILED,
        seen=_named(recording, sheet),
    )


def hold_beginning(db: Session, recording: Recording, language: str, seen: str) -> Sheet | None:
    """The sheet, held until the end of the transaction; raises `ChangeNotAllowed` unless all is as it was seen."""
    lock_statement(db, recording.statement_id)
    sheet = find_sheet(db, recording.id, language)
    if sheet is not None:
        db.refresh(sheet)
    if _named(recording, sheet) != seen:
        raise ChangeNotAllowed("Somebody else began these subtitles meanwhile. Reload the page to see them.")
    return sheet


def begin_with_text(
    db: Session, recording: Recording, language: str, text: str, *, replaces: bool = False, actor: Actor, now: datetime
) -> Sheet:
    """Cut a text into cues and give them times; the words spoken are then timed by the recording.

    Raises `TextDoesNotFit`, and `ChangeNotAllowed` where there are words already, unless `replaces`.
    """
    cues = guess_cues(recording, language, text)
    sheet = find_sheet(db, recording.id, language)
    if sheet is None:
        sheet = open_sheet(db, recording, language, SheetOrigin.TYPED, cues=cues, actor=actor, now=now)
    else:
        fill_sheet(db, sheet, cues, SheetOrigin.TYPED, replaces=replaces, actor=actor, now=now)
    if sheet.kind is SheetKind.TRANSCRIPT:
        ask_for_times(db, sheet, actor=actor, now=now)
    return sheet


def guess_cues(recording: Recording, language: str, text: str) -> list[NewCue]:
    """Cues of a text with times by their length and by where the speaker pauses. Raises `TextDoesNotFit`."""
    begins, ends = _shown(recording)
    texts = split_text(text, language, speech_seconds=ends - begins)
    length = sum(characters(line, language) for line in texts)
    if not texts or length > (ends - begins) * _MOST_CHARACTERS_A_SECOND:
        raise TextDoesNotFit("This text has no words, or far more than can be said in the recording.")
    pauses = [(start - begins, end - begins) for start, end in _pauses(recording)]
    spans = time_by_pauses(texts, language, duration_seconds=ends - begins, pauses=pauses)
    timed = [
        WorkCue(milliseconds(start), milliseconds(end), line) for (start, end), line in zip(spans, texts, strict=True)
    ]
    fitted = fit_times(timed, language, kind_in(recording, language), duration_seconds=ends - begins)
    later = milliseconds(begins)
    return [
        NewCue(cue.start_ms + later, cue.end_ms + later, break_lines(cue.text, language), doubt=DOUBTFUL)
        for cue in fitted
    ]


def _shown(recording: Recording) -> tuple[float, float]:
    if recording.trim is not None:
        return recording.trim.start_seconds, recording.trim.end_seconds
    length = whole_ms(recording)
    if length is None:
        raise TextDoesNotFit("How long the recording is, is not known yet. Wait until it was checked.")
    return 0.0, length / 1000


def _pauses(recording: Recording) -> Sequence[tuple[float, float]]:
    """As intake heard them; of recordings that an older version checked only the long ones are known."""
    report = report_of(recording)
    return (report.pauses or report.silences) if report is not None else ()


def _job_state(db: Session, kind: JobKind, subject_id: int) -> JobState | None:
    job = newest_jobs(db, {kind: [subject_id]}).get((kind, subject_id))
    return job.state if job is not None else None


def _words(db: Session, sheet: Sheet) -> int:
    return sum(1 for cue in read_cues(db, sheet) if cue.text)


def _named(recording: Recording, sheet: Sheet | None) -> str:
    return f"{recording.id}.{sheet.version if sheet is not None else 0}"
