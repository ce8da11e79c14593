"""What may not be out is hidden at once, whatever else waits to be written.

Writing a release anew takes its turn behind others that are being written. So the pointer leads to a page without
anything meanwhile, and the objects go; the new release puts its own page there when it is whole.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.records.tables import Country, Release, ReleaseItem
from pipeline.services.events import SYSTEM, record_event
from pipeline.services.purges import ask_for_purge
from pipeline.services.release_films import film_names_in
from pipeline.services.release_voices import removed_voices, voices_in
from pipeline.services.takedowns import may_show


@dataclass(frozen=True)
class Unwanted:
    """Folders of a country that may not be out: releases, and media that show what they may not.

    `is_seen`: the page that is out leads to them.
    """

    country_id: int
    slug: str
    country_code: str
    audience: Audience
    is_seen: bool
    releases: frozenset[str]
    media: frozenset[str]

    @property
    def paths(self) -> tuple[str, ...]:
        """As they lie below the country's published folder."""
        return (*(f"r/{name}/" for name in self.releases), *(f"media/{name}/" for name in self.media))


def find_unwanted(db: Session, release_id: int) -> Unwanted | None:
    """What is to be taken away until a release is written; None where nothing is wrong, or it is out itself."""
    coming = db.get_one(Release, release_id)
    country = db.get_one(Country, coming.country_id)
    live, out = _live(db, coming), _still_there(db, coming)
    wrong = {release.id: _wrong_items(db, release) for release in out}
    if (live is not None and live.id >= coming.id) or not any(wrong.values()):
        return None
    kept = {name for one in out for item in one.items if item not in wrong[one.id] for name in _media_of(one, item)}
    kept |= {name for one in out if not wrong[one.id] for name in film_names_in(one.facts)}
    media = {name for one in out for item in wrong[one.id] for name in (*_media_of(one, item), item.card_name)}
    # A programme's film shows everybody in it: with one it goes as a whole.
    media |= {name for one in out if wrong[one.id] for name in film_names_in(one.facts)}
    return Unwanted(
        country_id=country.id,
        slug=country.pre_session.slug,
        country_code=country.code,
        audience=coming.audience,
        is_seen=live is not None and bool(wrong.get(live.id)),
        releases=frozenset(release.name for release in out if wrong[release.id]),
        media=frozenset((media - kept - _coming_media(db, coming)) | _removed_media(db, out)),
    )


def record_hidden(db: Session, release_id: int, *, now: datetime) -> None:
    """The pointer leads to the empty page: what was out is hidden until this release is written."""
    coming = db.get_one(Release, release_id)
    facts = {"country_id": coming.country_id, "number": coming.number}
    record_event(db, "release.hidden", subject_kind="release", subject_id=coming.id, actor=SYSTEM, now=now, **facts)


def record_unwanted_removed(db: Session, unwanted: Unwanted, *, now: datetime) -> None:
    """Their objects are gone, with every version."""
    for release in db.scalars(select(Release).where(Release.name.in_(unwanted.releases))):
        release.removed_at = release.removed_at or now
        facts = {"country_id": release.country_id, "number": release.number}
        record_event(
            db, "release.removed", subject_kind="release", subject_id=release.id, actor=SYSTEM, now=now, **facts
        )
    if unwanted.audience is Audience.PUBLIC:
        ask_for_purge(db, db.get_one(Country, unwanted.country_id), unwanted.paths, now=now)


def _live(db: Session, coming: Release) -> Release | None:
    """The release that the pointer leads to: the one that was published last."""
    of_place = (Release.country_id == coming.country_id, Release.audience == coming.audience)
    newest = select(Release).where(*of_place, Release.published_at.is_not(None)).order_by(Release.number.desc())
    return db.scalars(newest.limit(1)).first()


def _still_there(db: Session, coming: Release) -> Collection[Release]:
    of_place = (Release.country_id == coming.country_id, Release.audience == coming.audience)
    earlier = select(Release).where(*of_place, Release.id < coming.id, Release.removed_at.is_(None))
    return db.scalars(earlier).all()


def _coming_media(db: Session, coming: Release) -> set[str]:
    """Media that a release will show, or a later one: they may stay, and are not sent twice."""
    of_place = (Release.country_id == coming.country_id, Release.audience == coming.audience)
    later = db.scalars(select(Release).where(*of_place, Release.id >= coming.id)).all()
    films = {name for release in later for name in film_names_in(release.facts)}
    return films | {name for release in later for item in release.items for name in _media_of(release, item)}


def _removed_media(db: Session, releases: Collection[Release]) -> set[str]:
    """Media of voices that were taken away, whatever else of their statements may stay."""
    pairs = ((release, item) for release in releases for item in release.items)
    return {voice.name for release, item in pairs for voice in removed_voices(db, release, item.statement_id)}


def _media_of(release: Release, item: ReleaseItem) -> list[str]:
    """Names of the media of a statement: its own and its voices'."""
    return [item.media_name, *(voice.name for voice in voices_in(release.facts, item.statement_id))]


def _wrong_items(db: Session, release: Release) -> list[ReleaseItem]:
    return [item for item in release.items if not may_show(db, release, item)]
