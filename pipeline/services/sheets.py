"""Sheets: opening, finding and reading the subtitles of a recording in a language while people work on them.

Changing cues is in `sheet_cues`, `sheet_groups` and `sheet_undo`, deciding in `sheet_states`. All is in times of the
whole recording.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.captions.places import Place
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.languages import is_language
from pipeline.domain.sheets import SheetKind, SheetOrigin
from pipeline.records.tables import CueRevision, Recording, Sheet, SheetCue
from pipeline.services.events import Actor, record_event
from pipeline.services.recordings import lock_statement
from pipeline.services.sheet_bounds import bound_now, kind_in
from pipeline.services.sheet_changes import begin_change


@dataclass(frozen=True)
class NewCue:
    """A cue to begin with, in milliseconds of the whole recording. An empty text is still to be written.

    `key` is the name that it has elsewhere; without one it gets a new one. `place` is one of `captions.places`.
    """

    start_ms: int
    end_ms: int
    text: str
    source_key: str = ""
    doubt: float | None = None
    is_machine: bool = False
    key: str = ""
    place: int = Place.BOTTOM


@dataclass(frozen=True)
class MadeHow:
    """What is told of how a sheet was made: what aligning said of the whole, and facts without anybody's words."""

    score: float | None = None
    verdict: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)


def open_sheet(
    db: Session,
    recording: Recording,
    language: str,
    origin: SheetOrigin,
    *,
    cues: Sequence[NewCue] = (),
    source: Sheet | None = None,
    made: MadeHow = MadeHow(),
    actor: Actor,
    now: datetime,
) -> Sheet:
    """Begin the subtitles of a recording in a language.

    An interpretation takes `source`, or else the recording's transcript, for its source, and without cues of its own
    begins with the source's times and places and no words. Raises `ChangeNotAllowed` where there is a sheet already,
    `WrongUsage` for an unknown language.
    """
    if not is_language(language):
        raise WrongUsage(f"“{language}” is not the code of a language.")
    lock_statement(db, recording.statement_id)
    if find_sheet(db, recording.id, language) is not None:
        raise ChangeNotAllowed("There are subtitles in this language already. Reload the page to see them.")
    kind = kind_in(recording, language)
    of = (source or find_transcript(db, recording)) if kind is SheetKind.INTERPRETATION else None
    sheet = Sheet(
        recording=recording,
        language=language,
        kind=kind,
        origin=origin,
        is_machine=any(cue.is_machine for cue in cues),
        source_id=of.id if of else None,
        bound=bound_now(recording, kind, of),
        score=made.score,
        verdict=made.verdict,
        report=dict(made.report),
        version=_last_version(db, recording, language),
        created_at=now,
        changed_at=now,
    )
    db.add(sheet)
    db.flush()
    if kind is SheetKind.TRANSCRIPT:
        _become_source(db, sheet)
    change = begin_change(db, sheet, actor=actor, now=now)
    for cue in cues or (_empty_cues(of) if of else ()):
        change.add(**vars(cue))
    db.flush()
    record_sheet(db, "sheet.opened", sheet, actor, now, origin=origin.value, cues=len(sheet.cues))
    return sheet


def find_sheet(db: Session, recording_id: int, language: str) -> Sheet | None:
    """The sheet of a recording in a language."""
    return db.scalar(select(Sheet).where(Sheet.recording_id == recording_id, Sheet.language == language))


def find_transcript(db: Session, recording: Recording) -> Sheet | None:
    """The sheet in the language spoken."""
    wanted = select(Sheet).where(Sheet.recording_id == recording.id, Sheet.kind == SheetKind.TRANSCRIPT)
    return db.scalars(wanted.order_by(Sheet.id)).first()


def find_source(db: Session, sheet: Sheet) -> Sheet | None:
    """The sheet that an interpretation is made from."""
    return db.get(Sheet, sheet.source_id) if sheet.source_id is not None else None


def list_sheets(db: Session, recording_id: int) -> Sequence[Sheet]:
    """Every sheet of a recording: the transcript first, then by language."""
    wanted = select(Sheet).where(Sheet.recording_id == recording_id)
    return sorted(db.scalars(wanted), key=lambda sheet: (sheet.kind is not SheetKind.TRANSCRIPT, sheet.language))


def read_cues(db: Session, sheet: Sheet) -> Sequence[SheetCue]:
    """The cues of a sheet in reading order, without deleted ones."""
    return db.scalars(_cues_of(sheet).where(SheetCue.is_deleted.is_(False))).all()


def cues_since(db: Session, sheet: Sheet, version: int) -> Sequence[SheetCue]:
    """The cues that changed after this version of the sheet, deleted ones marked: what an open editor lacks."""
    return db.scalars(_cues_of(sheet).where(SheetCue.version > version)).all()


def list_revisions(db: Session, sheet: Sheet, key: str) -> Sequence[CueRevision]:
    """Everything that a cue ever was, newest first."""
    wanted = select(CueRevision).where(CueRevision.sheet_id == sheet.id, CueRevision.key == key)
    return db.scalars(wanted.order_by(CueRevision.version.desc())).all()


def count_cues(db: Session, sheet_ids: Sequence[int]) -> dict[int, int]:
    """How many cues these sheets have that are not deleted, by sheet."""
    wanted = select(SheetCue.sheet_id, func.count()).where(
        SheetCue.sheet_id.in_(list(sheet_ids)), SheetCue.is_deleted.is_(False)
    )
    return {sheet_id: count for sheet_id, count in db.execute(wanted.group_by(SheetCue.sheet_id))}


def record_sheet(db: Session, name: str, sheet: Sheet, actor: Actor, now: datetime, **facts: Any) -> None:
    """An event of a sheet, told of its recording."""
    record_event(
        db,
        name,
        subject_kind="recording",
        subject_id=sheet.recording_id,
        actor=actor,
        now=now,
        sheet_id=sheet.id,
        language=sheet.language,
        **facts,
    )


def _become_source(db: Session, transcript: Sheet) -> None:
    """What was interpreted before there was a transcript is compared with it from now on."""
    others = (Sheet.recording_id == transcript.recording_id, Sheet.id != transcript.id, Sheet.source_id.is_(None))
    for sheet in db.scalars(select(Sheet).where(*others)).all():
        sheet.source_id = transcript.id


def _last_version(db: Session, recording: Recording, language: str) -> int:
    """Where versions go on from earlier attempts: who still has one of those open never has a version of this one."""
    others = select(func.max(Sheet.version)).join(Recording, Recording.id == Sheet.recording_id)
    of_same = (Recording.statement_id == recording.statement_id, Sheet.language == language)
    return db.scalar(others.where(*of_same)) or 0


def _cues_of(sheet: Sheet) -> Any:
    in_order = (SheetCue.start_ms, SheetCue.end_ms, SheetCue.id)
    return select(SheetCue).where(SheetCue.sheet_id == sheet.id).order_by(*in_order)


def _empty_cues(source: Sheet) -> list[NewCue]:
    shown = [cue for cue in source.cues if not cue.is_deleted]
    return [NewCue(cue.start_ms, cue.end_ms, "", source_key=cue.key, place=cue.place) for cue in shown]
