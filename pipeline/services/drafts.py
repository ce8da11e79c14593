"""Drafts of subtitles by machine: asking for one, what it is made from, keeping what came of it.

Only cues without words get any; what a person wrote is never touched. What is kept is marked as a machine's until a
person changed or confirmed it, and cannot be submitted before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.sheets import SheetAction, SheetKind, SheetOrigin, next_sheet_state
from pipeline.records.tables import Recording, Sheet, SheetCue
from pipeline.services.draft_jobs import queue_draft
from pipeline.services.events import SYSTEM, Actor
from pipeline.services.sheet_changes import begin_change, hold_sheet
from pipeline.services.sheets import (
    NewCue,
    find_sheet,
    find_source,
    find_transcript,
    open_sheet,
    read_cues,
    record_sheet,
)
from pipeline.services.statement_contents import spoken_language

_DRAFT = "draft"
"""What a sheet's report calls how its draft was made."""


@dataclass(frozen=True)
class DraftWish:
    """Cues of the words spoken, in reading order, that a draft in another language is wanted of.

    `keys` are those of the source, `wanted` the ones among them whose cue in the draft has no words yet.
    """

    source_language: str
    language: str
    keys: tuple[str, ...]
    texts: tuple[str, ...]
    wanted: frozenset[str]


@dataclass(frozen=True)
class MadeBy:
    """What is told of a draft: the engine, the languages it went through, keys of cues without a settled term."""

    engine: str
    route: tuple[str, ...]
    off_terms: Sequence[str] = field(default_factory=tuple)

    def to_json(self) -> dict[str, Any]:
        """JSON types only."""
        return {"engine": self.engine, "route": list(self.route), "off_terms": list(self.off_terms)}


def draft_sheet(db: Session, source: Sheet, language: str, *, translates: bool, actor: Actor, now: datetime) -> Sheet:
    """Ask for a machine draft of an interpretation from `source`; opens the sheet where there is none.

    `translates` says whether the installation has an engine. Raises `ChangeNotAllowed` where it has none, where the
    source has no words, and where the sheet has no cue that lacks them.
    """
    if not translates:
        raise ChangeNotAllowed("Nothing translates here. The person who runs this service can set it up.")
    if language == source.language or not any(cue.text for cue in read_cues(db, source)):
        raise ChangeNotAllowed("There are no words to translate yet.")
    sheet = find_sheet(db, source.recording_id, language)
    if sheet is None:
        sheet = open_sheet(db, source.recording, language, SheetOrigin.MACHINE, source=source, actor=actor, now=now)
    elif sheet.source_id != source.id or all(cue.text for cue in read_cues(db, sheet)):
        raise ChangeNotAllowed("Every subtitle has words already. A draft only fills those that have none.")
    return _ask(db, sheet, actor, now)


def recognise_sheet(db: Session, recording: Recording, *, recognises: bool, actor: Actor, now: datetime) -> Sheet:
    """Ask for what is said in a recording to be written down by a machine, where nobody has the text.

    `recognises` says whether the installation has a model. Raises `ChangeNotAllowed` where it has none, and where
    there is a transcript with words.
    """
    if not recognises:
        raise ChangeNotAllowed("Nothing recognises speech here. The person who runs this service can set it up.")
    sheet = find_transcript(db, recording)
    if sheet is not None and read_cues(db, sheet):
        raise ChangeNotAllowed("There are subtitles in this language already. Reload the page to see them.")
    if sheet is None:
        language = spoken_language(recording.statement)
        sheet = open_sheet(db, recording, language, SheetOrigin.RECOGNISED, actor=actor, now=now)
    return _ask(db, sheet, actor, now)


def draft_wish(db: Session, sheet: Sheet) -> DraftWish | None:
    """What a draft of an interpretation is to be made from now; None where nothing is wanted of it any more."""
    source = find_source(db, sheet)
    if source is None or not is_draftable(sheet):
        return None
    cues = read_cues(db, source)
    empty = {cue.source_key for cue in read_cues(db, sheet) if not cue.text}
    wanted = frozenset(cue.key for cue in cues if cue.text and cue.key in empty)
    if not wanted:
        return None
    keys, texts = tuple(cue.key for cue in cues), tuple(cue.text for cue in cues)
    return DraftWish(source.language, sheet.language, keys, texts, wanted)


def is_draftable(sheet: Sheet) -> bool:
    """Whether a machine may still write into a sheet."""
    recording = sheet.recording
    if recording.withdrawn_at is not None or recording.erased_at is not None:
        return False
    try:
        next_sheet_state(sheet.state, SheetAction.EDIT)
    except ChangeNotAllowed:
        return False
    return True


def record_draft(db: Session, sheet: Sheet, wish: DraftWish, made: Sequence[str], by: MadeBy, *, now: datetime) -> int:
    """Put a draft into the cues that have no words and whose source still says what was translated; how many."""
    hold_sheet(db, sheet)
    still = draft_wish(db, sheet)
    if still is None:
        return 0
    said = dict(zip(wish.keys, wish.texts, strict=True))
    says_now = dict(zip(still.keys, still.texts, strict=True))
    texts = {
        key: text
        for key, text in zip(wish.keys, made, strict=True)
        if text and key in still.wanted & wish.wanted and said[key] == says_now[key]
    }
    empty = [cue for cue in read_cues(db, sheet) if not cue.text and cue.source_key in texts]
    change = begin_change(db, sheet, actor=SYSTEM, now=now)
    there = {cue.key: cue for cue in sheet.cues}
    for cue in empty:
        _mark(change.write(there[cue.key], text=texts[cue.source_key]))
    _note(sheet, by)
    record_sheet(db, "sheet.drafted", sheet, SYSTEM, now, cues=len(empty), engine=by.engine, route=list(by.route))
    return len(empty)


def record_recognition(db: Session, sheet: Sheet, cues: Sequence[NewCue], by: MadeBy, *, now: datetime) -> int:
    """Keep what was recognised as the transcript's cues, unless somebody wrote some meanwhile; how many."""
    hold_sheet(db, sheet)
    if sheet.kind is not SheetKind.TRANSCRIPT or not is_draftable(sheet) or read_cues(db, sheet):
        return 0
    change = begin_change(db, sheet, actor=SYSTEM, now=now)
    for cue in cues:
        _mark(change.add(**vars(cue)))
    sheet.origin, sheet.score, sheet.verdict, sheet.report = SheetOrigin.RECOGNISED, None, "", {}
    _note(sheet, by)
    record_sheet(db, "sheet.recognised", sheet, SYSTEM, now, cues=len(cues), engine=by.engine)
    return len(cues)


def drafted_by(sheet: Sheet) -> Mapping[str, Any] | None:
    """How a sheet's draft was made, as `MadeBy` tells it; None for one that people wrote from the beginning."""
    told: Mapping[str, Any] | None = sheet.report.get(_DRAFT)
    return told


def _ask(db: Session, sheet: Sheet, actor: Actor, now: datetime) -> Sheet:
    next_sheet_state(sheet.state, SheetAction.EDIT)
    queue_draft(db, sheet, now=now)
    record_sheet(db, "sheet.draft_wanted", sheet, actor, now)
    return sheet


def _mark(cue: SheetCue) -> None:
    cue.is_machine = True


def _note(sheet: Sheet, by: MadeBy) -> None:
    sheet.is_machine = True
    sheet.report = {**sheet.report, _DRAFT: by.to_json()}
