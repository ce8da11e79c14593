"""What plans of sessions and speakers are as rows: their facts by column, who is meant, what holds nothing yet."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from pipeline.domain.pre_sessions import PreSessionPlan, SpeakerPlan
from pipeline.domain.statements import StatementState
from pipeline.records.tables import (
    Assignment,
    Comment,
    Consent,
    Country,
    Mail,
    Paper,
    PreSession,
    Recording,
    Release,
    Speaker,
    SpeakerImport,
    SpeakerLink,
    Statement,
    StatementContent,
    Upload,
)

SESSION_FACTS = (
    "title",
    "starts_on",
    "ends_on",
    "is_confirmed",
    "place",
    "applications_until",
    "hand_in_until",
    "min_seconds",
    "max_seconds",
    "tolerance_seconds",
    "subtitle_languages",
    "wants_second_look",
    "is_missions_only",
    "retention_days",
)
"""What a session says of itself, by column."""

SPEAKER_FACTS = ("name", "organisation", "kind", "language", "theme", "email", "gender")
"""What is said of a speaker, by column."""


def copy_facts(plan: PreSessionPlan, pre_session: PreSession, *, but: Collection[str] = ()) -> list[str]:
    """Give a session the facts of a plan; the columns that changed. What the plan says nothing about stays."""
    facts: dict[str, object] = {
        "title": plan.title,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "is_confirmed": plan.is_confirmed,
        "place": plan.place,
        "applications_until": plan.applications_until,
        "hand_in_until": plan.hand_in_until,
        "min_seconds": plan.limit.min_seconds,
        "max_seconds": plan.limit.max_seconds,
        "tolerance_seconds": plan.limit.tolerance_seconds,
        "subtitle_languages": list(plan.subtitle_languages),
    }
    if plan.wants_second_look is not None:
        facts["wants_second_look"] = plan.wants_second_look
    if plan.is_missions_only is not None:
        facts["is_missions_only"] = plan.is_missions_only
    if plan.retention_days is not None:
        facts["retention_days"] = dict(plan.retention_days)
    return set_changed(pre_session, {name: value for name, value in facts.items() if name not in but})


def set_changed(row: object, facts: Mapping[str, object]) -> list[str]:
    """Set the columns whose values differ; their names."""
    changed = {name: value for name, value in facts.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return sorted(changed)


def speaker_facts(plan: SpeakerPlan) -> dict[str, object]:
    """What a plan says of a speaker, by column."""
    return {name: getattr(plan, name) for name in SPEAKER_FACTS}


def plan_of(speaker: Speaker) -> SpeakerPlan:
    """What is said of a speaker, as a plan says it."""
    return SpeakerPlan(**{name: getattr(speaker, name) for name in SPEAKER_FACTS})


def find_same(speakers: Iterable[Speaker], plan: SpeakerPlan) -> Speaker | None:
    """Who of a panel is meant: by the e-mail address, or else by name and organisation together."""
    panel = [speaker for speaker in speakers if speaker.erased_at is None]
    by_address = (speaker for speaker in panel if plan.email and speaker.email.casefold() == plan.email.casefold())
    by_name = (speaker for speaker in panel if (speaker.name, speaker.organisation) == (plan.name, plan.organisation))
    return next(by_address, None) or next(by_name, None)


def is_touched(db: Session, statement: Statement) -> bool:
    """Whether a speaker holds anything, or anybody did anything with what they hand in."""
    kinds = (Recording, SpeakerLink, Upload, Consent, StatementContent, Paper, Mail, Assignment, Comment)
    return any(db.scalar(select(exists().where(kind.statement_id == statement.id))) for kind in kinds)


def remove_untouched(db: Session, speaker: Speaker) -> None:
    """Delete a speaker who holds nothing, and the empty statement."""
    forget_imports(db, speaker)
    db.delete(speaker.statement)
    db.flush()
    db.delete(speaker)
    db.flush()


def forget_imports(db: Session, speaker: Speaker) -> None:
    """Keep nothing of what was said of a speaker before an import: it cannot be undone any more."""
    kept = select(SpeakerImport).where(SpeakerImport.pre_session_id == speaker.country.pre_session_id)
    for found in db.scalars(kept).all():
        if str(speaker.id) in found.before:
            db.delete(found)
    db.flush()


def is_used(db: Session, country: Country) -> bool:
    """Whether a country has speakers or was ever published."""
    return any(db.scalar(select(exists().where(kind.country_id == country.id))) for kind in (Speaker, Release))


def place_speaker(db: Session, country: Country, plan: SpeakerPlan, position: int, *, now: datetime) -> Speaker:
    """Put a new speaker at a place of a panel, with a statement that waits for them."""
    speaker = Speaker(country_id=country.id, position=position, **speaker_facts(plan))
    db.add(speaker)
    db.flush()
    db.add(Statement(speaker_id=speaker.id, state=StatementState.INVITED, state_since=now))
    db.flush()
    return speaker
