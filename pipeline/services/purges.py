"""Caches of others in front of the published pages: what they are told is gone, and what they answered.

Asked for in the transaction that removes; told by a job of its own. Nothing that is out waits for them: objects say how
long a cache may keep them at most.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.domain.jobs import JobKind
from pipeline.records.tables import CachePurge, Country, Release
from pipeline.services.events import SYSTEM, record_event
from pipeline.services.jobs import queue_job
from pipeline.services.publication import KeptNames
from pipeline.services.release_films import film_names_in
from pipeline.services.release_voices import names_in
from pipeline.services.webhook_sending import Answer

NO_CACHES = "none"
"""The answer where no caches of others are set up."""


@dataclass(frozen=True)
class Gone:
    """What a message to caches says: folders and pages below the session's published folder, by their paths."""

    purge_id: int
    slug: str
    paths: tuple[str, ...]


def ask_for_purge(db: Session, country: Country, paths: Collection[str], *, now: datetime) -> None:
    """Have caches told that folders of a country are gone (`r/NAME/`, `media/NAME/`), and its page another.

    Nothing is asked for where nothing is gone.
    """
    if not paths:
        return
    folder = f"{country.code.lower()}/"
    told = sorted({"", folder, f"{folder}index.html", *(folder + path for path in paths)})
    purge = CachePurge(country_id=country.id, paths=told, asked_at=now)
    db.add(purge)
    db.flush()
    queue_job(db, JobKind.PURGE, purge.id, now=now, deadline=now)


def ask_after_removal(db: Session, release_id: int, kept: KeptNames, *, now: datetime) -> None:
    """Have caches told of what was removed after a release went out; ask before it is recorded as removed."""
    newest = db.get_one(Release, release_id)
    if newest.audience is not Audience.PUBLIC:
        return  # no cache of others ever has what is for missions alone
    of_place = (Release.country_id == newest.country_id, Release.audience == newest.audience)
    seen = (Release.published_at.is_not(None), Release.removed_at.is_(None))
    gone = [one for one in db.scalars(select(Release).where(*of_place, *seen)) if one.name not in kept.releases]
    items = [item for one in gone for item in one.items]
    media = {name for item in items for name in (item.media_name, item.card_name)}
    media |= {name for one in gone for name in (*names_in(one.facts), *film_names_in(one.facts))}
    paths = [*(f"r/{one.name}/" for one in gone), *(f"media/{name}/" for name in media - kept.media)]
    ask_for_purge(db, db.get_one(Country, newest.country_id), paths, now=now)


def load_purge(db: Session, purge_id: int) -> Gone:
    """What to tell."""
    purge = db.get_one(CachePurge, purge_id)
    country = db.get_one(Country, purge.country_id)
    return Gone(purge.id, country.pre_session.slug, tuple(purge.paths))


def record_purge_try(db: Session, purge_id: int, answer: Answer, *, now: datetime) -> None:
    """Keep what came of telling them."""
    purge = db.get_one(CachePurge, purge_id)
    purge.tries += 1
    purge.answer = answer.word
    if answer.is_taken:
        purge.told_at = now
        facts = {"purge_id": purge.id, "answer": answer.word, "tries": purge.tries, "paths": len(purge.paths)}
        record_event(
            db, "caches.told", subject_kind="country", subject_id=purge.country_id, actor=SYSTEM, now=now, **facts
        )
