"""Drafting subtitles by machine: a translation of what is said, or what is said where nobody has the text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.captions.alignment.hearing import Streams
from pipeline.captions.drafts.choosing import DraftingParts, open_drafter, open_recogniser
from pipeline.captions.drafts.glossary import read_glossary
from pipeline.captions.drafts.listening import HeardCue, cues_of, sound_of
from pipeline.captions.drafts.sentences import deviations, translate_cues
from pipeline.captions.line_breaking import break_lines
from pipeline.captions.timing import fit_times
from pipeline.domain.sheets import SheetKind
from pipeline.records.tables import Sheet
from pipeline.services.drafts import DraftWish, MadeBy, draft_wish, is_draftable, record_draft, record_recognition
from pipeline.services.originals import StoredOriginal, original_of
from pipeline.services.reviews import report_of
from pipeline.services.sheet_bounds import whole_ms
from pipeline.services.sheets import NewCue, read_cues
from workers.steps.originals import fetch_original
from workers.steps.run import JobRun, Record

_FETCHED, _DONE = 0.1, 0.95
_MOST_DOUBT = 0.99
"""A line that was heard is never one that nobody says."""


@dataclass(frozen=True)
class _ToHear:
    original: StoredOriginal
    language: str
    streams: Streams | None
    length_ms: int | None


def run_draft(run: JobRun) -> Record:
    """Fill what has no words; nothing happens where people were faster, or the sheet is gone."""
    with run.context.database.read() as db:
        wish = _load(db, run.claim.subject_id)
    if wish is None:
        return lambda _db, _now: None
    parts = DraftingParts(**run.context.settings.drafting_values)
    return _translate(run, wish, parts) if isinstance(wish, DraftWish) else _recognise(run, wish, parts)


def _load(db: Session, sheet_id: int) -> DraftWish | _ToHear | None:
    sheet = db.get(Sheet, sheet_id)
    if sheet is None or not is_draftable(sheet):
        return None
    if sheet.kind is SheetKind.INTERPRETATION:
        return draft_wish(db, sheet)
    if read_cues(db, sheet):
        return None
    report = report_of(sheet.recording)
    streams = Streams(report.audio.index, report.video.index) if report and report.audio and report.video else None
    return _ToHear(original_of(sheet.recording), sheet.language, streams, whole_ms(sheet.recording))


def _translate(run: JobRun, wish: DraftWish, parts: DraftingParts) -> Record:
    drafter = open_drafter(parts)
    route = drafter.route(wish.source_language, wish.language)
    tell = run.progress("translating", 0.0, _DONE)
    made = translate_cues(drafter, wish.texts, wish.source_language, wish.language, on_progress=tell)
    glossary = read_glossary(run.context.settings.translation.glossary_file)
    off = deviations(glossary, wish.texts, made, wish.source_language, wish.language)
    by = MadeBy(drafter.engine, route, [wish.keys[place] for place in off if wish.keys[place] in wish.wanted])

    def record(db: Session, now: datetime) -> None:
        sheet = db.get(Sheet, run.claim.subject_id)
        if sheet is not None:
            record_draft(db, sheet, wish, made, by, now=now)

    return record


def _recognise(run: JobRun, wish: _ToHear, parts: DraftingParts) -> Record:
    recogniser = open_recogniser(parts)
    run.progress("fetching")
    path = fetch_original(run, wish.original)
    run.progress("recognising", _FETCHED, _DONE)
    sound = sound_of(path, wish.streams, run.folder, run.context.programs)
    cues = _new_cues(cues_of(recogniser.hear(sound, wish.language), wish.language), wish)

    def record(db: Session, now: datetime) -> None:
        sheet = db.get(Sheet, run.claim.subject_id)
        if sheet is not None:
            record_recognition(db, sheet, cues, MadeBy(recogniser.engine, (wish.language,)), now=now)

    return record


def _new_cues(heard: Sequence[HeardCue], wish: _ToHear) -> list[NewCue]:
    last = max((one.cue.end_ms for one in heard), default=0)
    length = (wish.length_ms or last) / 1000
    fitted = fit_times([one.cue for one in heard], wish.language, SheetKind.TRANSCRIPT, duration_seconds=length)
    return [
        NewCue(
            cue.start_ms,
            cue.end_ms,
            break_lines(cue.text, wish.language),
            doubt=min(one.doubt, _MOST_DOUBT),
            is_machine=True,
        )
        for one, cue in zip(heard, fitted, strict=True)
    ]
