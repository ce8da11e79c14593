"""Speakers added, edited and removed at staff's desk; each change names what the person saw."""

from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.plan_checks import check_speaker
from pipeline.domain.pre_sessions import SpeakerPlan
from pipeline.records.tables import Country, Speaker
from pipeline.services.events import Actor, record_event
from pipeline.services.plan_rows import is_touched, place_speaker, remove_untouched, set_changed, speaker_facts
from pipeline.services.plan_versions import check_seen, hold_panel, version_of_speaker
from pipeline.services.sessions import DESK
from pipeline.services.sheet_kinds import follow_language


class SpeakerThere(WrongUsage):
    """A panel has a speaker of this name and organisation, or of this address, already."""


class SpeakerHolds(ChangeNotAllowed):
    """A speaker cannot be removed who holds a link or handed something in."""


def add_speaker(db: Session, country_id: int, plan: SpeakerPlan, *, actor: Actor, now: datetime) -> Speaker:
    """Put a speaker at the end of a panel; raises `SpeakerThere` or `WrongUsage`."""
    country = hold_panel(db, country_id)
    check_speaker(plan)
    _refuse_same(country, plan, None)
    last = max((speaker.position for speaker in country.speakers), default=0)
    speaker = place_speaker(db, country, plan, last + 1, now=now)
    db.expire(country, ["speakers"])
    _record(db, "speaker.added", speaker, actor, now)
    return speaker


def edit_speaker(
    db: Session, speaker_id: int, plan: SpeakerPlan, *, seen: str, actor: Actor, now: datetime
) -> list[str]:
    """Give a speaker these facts; what changed, by column. An approval that says otherwise is asked for again."""
    speaker, country = hold_speaker(db, speaker_id)
    check_seen(version_of_speaker(speaker), seen)
    check_speaker(plan)
    _refuse_same(country, plan, speaker)
    changed = set_changed(speaker, speaker_facts(plan))
    db.flush()
    if changed:
        _record(db, "speaker.updated", speaker, actor, now, changed=changed)
    if "language" in changed:
        follow_language(db, speaker.statement, now=now)
    return changed


def remove_speaker(db: Session, speaker_id: int, *, seen: str, actor: Actor, now: datetime) -> None:
    """Take a speaker off a panel; raises `SpeakerHolds` for one who holds anything: they withdraw, or are erased."""
    speaker, country = hold_speaker(db, speaker_id)
    check_seen(version_of_speaker(speaker), seen)
    if is_touched(db, speaker.statement):
        raise SpeakerHolds("This speaker was invited or handed something in, and stays on the panel.")
    _record(db, "speaker.removed", speaker, actor, now, country_id=country.id)
    remove_untouched(db, speaker)
    db.expire(country, ["speakers"])
    for position, left in enumerate(country.speakers, start=1):
        left.position = position
    db.flush()


def hold_speaker(db: Session, speaker_id: int) -> tuple[Speaker, Country]:
    """A speaker and the country of the panel, held until the end of the transaction; nobody who was erased."""
    found = db.get(Speaker, speaker_id)
    country = hold_panel(db, found.country_id) if found is not None else None
    if found is None or country is None or found not in country.speakers or found.erased_at is not None:
        raise ChangeNotAllowed("This speaker is no longer on the panel. Reload the page to see what changed.")
    return found, country


def _refuse_same(country: Country, plan: SpeakerPlan, oneself: Speaker | None) -> None:
    for other in country.speakers:
        if other is oneself or other.erased_at is not None:
            continue
        if (other.name, other.organisation) == (plan.name, plan.organisation):
            raise SpeakerThere("This person of this organisation is on the panel already.")
        if plan.email and other.email.casefold() == plan.email.casefold():
            raise SpeakerThere("Somebody on the panel has this e-mail address already.")


def _record(db: Session, name: str, speaker: Speaker, actor: Actor, now: datetime, **facts: object) -> None:
    facts = {**DESK, **facts}
    record_event(db, name, subject_kind="speaker", subject_id=speaker.id, actor=actor, now=now, **facts)
