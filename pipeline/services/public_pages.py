"""What is out for everybody at a country's address: for what the portal says of it to other programs."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.records.tables import Country, PreSession
from pipeline.services.releases import live_release
from pipeline.storage.keys import release_uri


@dataclass(frozen=True)
class PublicPage:
    """A country's public page; `folder` is that of its release below the country's published prefix."""

    country_code: str
    session_title: str
    folder: str


def find_public_page(db: Session, slug: str, code: str) -> PublicPage | None:
    """The page of a country by session and code, in small letters or capitals; None where nothing is public."""
    of_address = PreSession.slug == slug, Country.code == code.upper()
    country = db.scalar(select(Country).join(PreSession).where(*of_address))
    live = live_release(db, country, Audience.PUBLIC) if country else None
    if country is None or live is None or live.removed_at is not None:
        return None
    return PublicPage(country.code, country.pre_session.title, release_uri(live.name))
