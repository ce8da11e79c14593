"""Undoing the last import of speakers: everybody as they were before, as long as nothing followed from it.

What was said of people before is kept with their session until the next import; it goes as soon as one of them is
removed or erased, and with it the way back.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.pre_sessions import SpeakerKind, SpeakerPlan
from pipeline.records.tables import Country, PreSession, Speaker, SpeakerImport
from pipeline.services.events import Actor, record_event
from pipeline.services.plan_rows import (
    SPEAKER_FACTS,
    find_same,
    is_touched,
    remove_untouched,
    set_changed,
)
from pipeline.services.plan_versions import hold_panel, hold_session, version_of_speaker
from pipeline.services.sessions import DESK
from pipeline.services.sheet_kinds import follow_language

Facts = Mapping[str, Any]


def keep_import(db: Session, pre_session: PreSession, before: Mapping[int, Facts | None], *, now: datetime) -> None:
    """Keep what was said of those whom an import changes, None for those whom it added; the one before is forgotten."""
    db.execute(delete(SpeakerImport).where(SpeakerImport.pre_session_id == pre_session.id))
    after = {str(one): version_of_speaker(db.get_one(Speaker, one)) for one in before}
    rows = {str(one): dict(facts) if facts is not None else None for one, facts in before.items()}
    db.add(SpeakerImport(pre_session_id=pre_session.id, before=rows, after=after, imported_at=now))
    db.flush()


def find_undoable_import(db: Session, pre_session_id: int) -> SpeakerImport | None:
    """The last import of a session, where everybody is still as it left them."""
    found = db.scalar(select(SpeakerImport).where(SpeakerImport.pre_session_id == pre_session_id))
    if found is None or not all(_is_as_imported(db, found, int(one)) for one in found.after):
        return None
    return found


def undo_import(db: Session, pre_session_id: int, import_id: int, *, actor: Actor, now: datetime) -> None:
    """Undo the import that a person saw as the last one; raises `ChangeNotAllowed`, and nothing is changed."""
    pre_session = hold_session(db, pre_session_id)
    panels = [hold_panel(db, one.id) for one in sorted(pre_session.countries, key=lambda country: country.id)]
    found = find_undoable_import(db, pre_session_id)
    if found is None or found.id != import_id:
        raise ChangeNotAllowed("Something followed from this import meanwhile. It cannot be undone any more.")
    people = [(db.get_one(Speaker, int(one)), before) for one, before in found.before.items()]
    db.delete(found)
    for speaker, before in people:
        _undo_one(db, speaker, before, actor=actor, now=now)
    for country in panels:
        _close_ranks(db, country)
    name = "session.import_undone"
    record_event(db, name, subject_kind="session", subject_id=pre_session_id, actor=actor, now=now, **DESK)
    db.flush()


def _is_as_imported(db: Session, found: SpeakerImport, speaker_id: int) -> bool:
    speaker = db.get(Speaker, speaker_id)
    if speaker is None or version_of_speaker(speaker) != found.after[str(speaker_id)]:
        return False
    before = found.before[str(speaker_id)]
    if before is None:
        return not is_touched(db, speaker.statement)
    others = [other for other in speaker.country.speakers if other is not speaker]
    there = find_same(others, SpeakerPlan(**_typed(before)))
    return there is None or str(there.id) in found.after


def _undo_one(db: Session, speaker: Speaker, before: Facts | None, *, actor: Actor, now: datetime) -> None:
    facts: dict[str, Any] = {**DESK}
    if before is not None:
        facts["changed"] = set_changed(speaker, _typed(before))
    else:
        facts["country_id"] = speaker.country_id
    name = "speaker.removed" if before is None else "speaker.updated"
    record_event(db, name, subject_kind="speaker", subject_id=speaker.id, actor=actor, now=now, **facts)
    db.flush()
    if before is None:
        remove_untouched(db, speaker)
    elif "language" in facts["changed"]:
        follow_language(db, speaker.statement, now=now)


def _typed(before: Facts) -> dict[str, Any]:
    facts = {name: before[name] for name in SPEAKER_FACTS}
    return {**facts, "kind": SpeakerKind(facts["kind"])}


def _close_ranks(db: Session, country: Country) -> None:
    db.expire(country, ["speakers"])
    for position, speaker in enumerate(country.speakers, start=1):
        speaker.position = position
    db.flush()
