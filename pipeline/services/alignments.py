"""Timing words that were read: which lines a recording is to be aligned with, asking for it, keeping what came of it.

Lines are those of an earlier attempt's transcript where that was of the same text, so that corrected words are kept;
else the statement's text, cut into cues. What people work on already is never replaced; they can ask for its times.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.captions.line_breaking import break_lines
from pipeline.captions.timing import fit_times
from pipeline.captions.work_cues import CueLike
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.findings import Verdict
from pipeline.domain.fingerprints import digest
from pipeline.domain.jobs import OPEN_STATES, JobKind
from pipeline.domain.sheets import BEING_WRITTEN, NOT_SPOKEN, SheetKind, SheetOrigin
from pipeline.records.queries import newest_jobs
from pipeline.records.tables import CueNote, CueRevision, Recording, Sheet, Statement
from pipeline.services.events import SYSTEM, Actor
from pipeline.services.jobs import cancel_open_jobs, deadline_of, queue_job
from pipeline.services.sheet_bounds import TEXT, bound_now, statement_text, whole_ms
from pipeline.services.sheet_carrying import (
    carry_interpretations,
    carry_marks,
    find_earlier_transcript,
    take_over_bounds,
)
from pipeline.services.sheet_changes import begin_change, hold_sheet
from pipeline.services.sheet_staleness import outdate_sheets, outdate_statement
from pipeline.services.sheets import MadeHow, NewCue, find_transcript, open_sheet, read_cues, record_sheet
from pipeline.services.statement_contents import spoken_language

REFUSED = "refused"
"""The verdict on words that are not what is said: nothing is made of them."""

_WANTS_TIMES = "wants_times"
_SHORTEST_MS = 700
"""A line that is not heard has no length of its own; a person decides what becomes of it."""


@dataclass(frozen=True)
class LinesToAlign:
    """What to align a recording with: either lines that are there, with the keys of their cues, or a text to be cut.

    `sheet_id` is the sheet that gets new times, and `versions` are those of its cues; `earlier_id` is the transcript of
    an earlier attempt that is taken over.
    """

    language: str
    lines: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    versions: tuple[int, ...] = ()
    text: str = ""
    sheet_id: int | None = None
    earlier_id: int | None = None


@dataclass(frozen=True)
class AlignedLine:
    """One line with its time in milliseconds of the whole recording; `doubt` from 0 to 1."""

    text: str
    start_ms: int
    end_ms: int
    is_spoken: bool
    doubt: float


@dataclass(frozen=True)
class AlignedText:
    """What aligning said. `verdict` and `reason` are codes; `spans` are seconds in which something else is heard."""

    lines: tuple[AlignedLine, ...]
    verdict: str
    reason: str
    score: float
    voice: str = ""
    spans: tuple[tuple[float, float], ...] = ()


def lines_to_align(db: Session, recording: Recording) -> LinesToAlign | None:
    """What a recording is to be aligned with now; None where there is nothing, or people are at work on it."""
    language = spoken_language(recording.statement)
    sheet = find_transcript(db, recording)
    if sheet is not None and is_waiting_for_times(sheet):
        cues = [cue for cue in read_cues(db, sheet) if cue.text]
        lines, keys = tuple(cue.text for cue in cues), tuple(cue.key for cue in cues)
        return LinesToAlign(sheet.language, lines, keys, tuple(cue.version for cue in cues), sheet_id=sheet.id)
    text = statement_text(recording)
    if sheet is not None and (sheet.bound.get(TEXT) == _digest_of(text) or not is_untouched(db, sheet)):
        return None
    earlier = find_earlier_transcript(db, recording) if sheet is None else None
    if earlier is not None and _is_of_same_text(earlier, recording):
        cues = [cue for cue in read_cues(db, earlier) if cue.text]
        lines, keys = tuple(cue.text for cue in cues), tuple(cue.key for cue in cues)
        return LinesToAlign(earlier.language, lines, keys, earlier_id=earlier.id)
    return LinesToAlign(language, text=text) if text else None


def ask_for_alignment(db: Session, recording: Recording, *, now: datetime) -> None:
    """Have a recording that was accepted aligned, where there is something to align it with."""
    is_there = recording.withdrawn_at is None and recording.erased_at is None and recording.original_key
    if not is_there or recording.verdict is not Verdict.ACCEPTED or lines_to_align(db, recording) is None:
        return
    cancel_open_jobs(db, JobKind.ALIGN, recording.id, actor=SYSTEM, now=now)
    country = recording.statement.speaker.country
    queue_job(db, JobKind.ALIGN, recording.id, now=now, deadline=deadline_of(country))


def follow_text(db: Session, statement: Statement, *, now: datetime) -> None:
    """The text changed: what was made of it is out of date, and what nobody worked on yet is made again."""
    outdate_statement(db, statement, now=now)
    if statement.current_recording is not None:
        ask_for_alignment(db, statement.current_recording, now=now)


def ask_for_times(db: Session, sheet: Sheet, *, actor: Actor, now: datetime) -> None:
    """Have the words of a transcript, as people corrected or typed them, aligned with the recording again."""
    begin_change(db, sheet, actor=actor, now=now)
    if sheet.state not in BEING_WRITTEN or not any(cue.text for cue in read_cues(db, sheet)):
        raise ChangeNotAllowed("There are no words to align, or they were handed in already.")
    sheet.report = {**sheet.report, _WANTS_TIMES: True}
    record_sheet(db, "sheet.times_wanted", sheet, actor, now)
    ask_for_alignment(db, sheet.recording, now=now)


def is_waiting_for_times(sheet: Sheet) -> bool:
    """Whether somebody asked for the times of its words, and none came yet."""
    return bool(sheet.report.get(_WANTS_TIMES)) and sheet.state in BEING_WRITTEN


def is_aligning(db: Session, recording_id: int) -> bool:
    """Whether an alignment waits or runs."""
    job = newest_jobs(db, {JobKind.ALIGN: [recording_id]}).get((JobKind.ALIGN, recording_id))
    return job is not None and job.state in OPEN_STATES


def is_untouched(db: Session, sheet: Sheet) -> bool:
    """Whether nobody has worked on a sheet that aligning made."""
    by_people = select(CueRevision.id).where(CueRevision.sheet_id == sheet.id, CueRevision.account_id.is_not(None))
    notes = select(CueNote.id).where(CueNote.sheet_id == sheet.id)
    is_open = sheet.origin is SheetOrigin.ALIGNED and sheet.state in BEING_WRITTEN
    return is_open and db.scalar(by_people.limit(1)) is None and db.scalar(notes.limit(1)) is None


def record_alignment(
    db: Session, recording: Recording, wish: LinesToAlign, aligned: AlignedText, *, now: datetime
) -> Sheet | None:
    """Keep what aligning said as the recording's transcript; None where that is not wanted any more.

    Of words that do not belong to the recording only the verdict is kept.
    """
    sheet = find_transcript(db, recording)
    if sheet is not None:
        hold_sheet(db, sheet)
    if not _is_wanted_still(db, recording, sheet, wish):
        return None
    earlier = db.get(Sheet, wish.earlier_id) if wish.earlier_id is not None else None
    cues = _placed(_new_cues(recording, wish, aligned), earlier) if aligned.verdict != REFUSED else []
    if wish.sheet_id is not None and sheet is not None:
        _retime(db, sheet, wish, aligned, cues, now=now)
    elif sheet is not None:
        _replace(db, sheet, aligned, cues, now=now)
    else:
        made = MadeHow(aligned.score, aligned.verdict, _report(aligned))
        origin = SheetOrigin.ALIGNED
        sheet = open_sheet(db, recording, wish.language, origin, cues=cues, made=made, actor=SYSTEM, now=now)
    if earlier is not None and cues:
        take_over_bounds(sheet, earlier)
        carry_marks(db, earlier, sheet)
        carry_interpretations(db, earlier, sheet, actor=SYSTEM, now=now)
    outdate_sheets(db, recording, now=now)
    return sheet


def _is_wanted_still(db: Session, recording: Recording, sheet: Sheet | None, wish: LinesToAlign) -> bool:
    """People may write while their words are timed; for anything else all has to be as it was."""
    if wish.sheet_id is None:
        return lines_to_align(db, recording) == wish
    return sheet is not None and sheet.id == wish.sheet_id and is_waiting_for_times(sheet)


def _retime(
    db: Session, sheet: Sheet, wish: LinesToAlign, aligned: AlignedText, cues: Sequence[NewCue], *, now: datetime
) -> None:
    """New times for words that stay as they are; cues that a person touched since the question was asked stay too.

    Words that do not belong to the recording keep their times, and each of them waits for a person's word.
    """
    change = begin_change(db, sheet, actor=SYSTEM, now=now)
    timed = {new.key: new for new in cues}
    asked = dict(zip(wish.keys, wish.versions, strict=True))
    for cue in [one for one in sheet.cues if not one.is_deleted and asked.get(one.key) == one.version]:
        new = timed.get(cue.key)
        if new is None:
            change.doubt(cue, NOT_SPOKEN)
        else:
            change.write(cue, start_ms=new.start_ms, end_ms=new.end_ms).doubt = new.doubt
    _note(sheet, aligned)
    record_sheet(db, "sheet.realigned", sheet, SYSTEM, now, verdict=aligned.verdict, reason=aligned.reason)


def _replace(db: Session, sheet: Sheet, aligned: AlignedText, cues: Sequence[NewCue], *, now: datetime) -> None:
    """Other words for a sheet that nobody worked on."""
    change = begin_change(db, sheet, actor=SYSTEM, now=now)
    for old in [cue for cue in sheet.cues if not cue.is_deleted]:
        change.write(old, is_deleted=True)
    for new in cues:
        change.add(**vars(new))
    sheet.bound = bound_now(sheet.recording, sheet.kind)
    _note(sheet, aligned)
    db.flush()
    record_sheet(db, "sheet.realigned", sheet, SYSTEM, now, verdict=aligned.verdict, reason=aligned.reason)


def _note(sheet: Sheet, aligned: AlignedText) -> None:
    sheet.score, sheet.verdict, sheet.report = aligned.score, aligned.verdict, _report(aligned)


def _report(aligned: AlignedText) -> dict[str, object]:
    return {"reason": aligned.reason, "voice": aligned.voice, "unwritten": [list(span) for span in aligned.spans]}


def _new_cues(recording: Recording, wish: LinesToAlign, aligned: AlignedText) -> list[NewCue]:
    """Cues fit for the screen; lines of people stay as they broke them."""
    spoken = iter(_fitted(recording, wish.language, [line for line in aligned.lines if line.is_spoken]))
    keys = wish.keys or ("",) * len(aligned.lines)
    return [
        _new_cue(next(spoken) if line.is_spoken else line, line, key, wish.language)
        for key, line in zip(keys, aligned.lines, strict=True)
    ]


def _placed(cues: Sequence[NewCue], earlier: Sheet | None) -> list[NewCue]:
    """The cues where those of the same names stood before."""
    places = {cue.key: cue.place for cue in earlier.cues} if earlier is not None else {}
    return [replace(cue, place=places.get(cue.key, cue.place)) for cue in cues]


def _fitted(recording: Recording, language: str, spoken: Sequence[AlignedLine]) -> Sequence[CueLike]:
    length = whole_ms(recording)
    if length is None or len(spoken) > length // _SHORTEST_MS:
        return spoken
    return fit_times(spoken, language, SheetKind.TRANSCRIPT, duration_seconds=length / 1000)


def _new_cue(timed: CueLike, line: AlignedLine, key: str, language: str) -> NewCue:
    end_ms = max(timed.end_ms, timed.start_ms + _SHORTEST_MS) if not line.is_spoken else timed.end_ms
    text = line.text if key else break_lines(line.text, language)
    doubt = line.doubt if line.is_spoken else NOT_SPOKEN
    return NewCue(timed.start_ms, end_ms, text, doubt=doubt, key=key)


def _is_of_same_text(earlier: Sheet, recording: Recording) -> bool:
    text = _digest_of(statement_text(recording))
    return text is None or earlier.bound.get(TEXT, text) == text


def _digest_of(text: str) -> str | None:
    return digest(text) if text else None
