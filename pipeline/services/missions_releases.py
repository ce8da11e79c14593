"""What missions go on watching when the public no longer may: in a release of their own, begun from what was public."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Country, Release, Statement
from pipeline.services.events import Actor
from pipeline.services.jobs import deadline_of
from pipeline.services.panel_contents import may_stay
from pipeline.services.release_keeping import copy_what_may_stay
from pipeline.services.release_voices import VOICES
from pipeline.services.releases import (
    begin_release,
    is_under_way,
    live_release,
    newest_that_counts,
    send_release,
)


def keep_for_missions(db: Session, country: Country, *, actor: Actor, now: datetime) -> Release | None:
    """Have missions' own release made of what they watch in public and may go on watching; None where they have one.

    One that was emptied, because its time was over, is none.
    Nothing is added to what they see. The country's row is locked by the caller, and the consents are changed already.
    """
    public = live_release(db, country, Audience.PUBLIC)
    if public is None or country.missions_release_id is not None:
        return None
    newest = newest_that_counts(db, country.id, Audience.MISSIONS)
    if newest is not None and (newest.items or is_under_way(db, newest)):
        return None
    release = begin_release(db, country, Audience.MISSIONS, actor=actor, now=now)
    copy_what_may_stay(db, public, release)
    _name_anew(release)
    return send_release(db, release, min(now, deadline_of(country)), actor=actor, now=now)


def stays_with_missions(db: Session, statement: Statement) -> bool:
    """Whether missions watch this statement in a release of their own, or are about to, and may go on doing so."""
    newest = newest_that_counts(db, statement.speaker.country_id, Audience.MISSIONS)
    items = newest.items if newest else ()
    return any(item.statement_id == statement.id and may_stay(statement, item, Audience.MISSIONS) for item in items)


def _name_anew(release: Release) -> None:
    """The two audiences share no name of a file."""
    for item in release.items:
        item.media_name = new_name()
    voices: dict[str, dict[str, dict[str, Any]]] = release.facts.get(VOICES, {})
    renamed = {
        statement_id: {language: {**one, "name": new_name()} for language, one in by_language.items()}
        for statement_id, by_language in voices.items()
    }
    release.facts = {**release.facts, VOICES: renamed}
