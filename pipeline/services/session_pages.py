"""What a session's page shows to an audience: its countries, and what of each is out now."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.records.tables import Country, Release
from pipeline.services.releases import live_release
from pipeline.site.session_page import CountryOnPage, SessionPage


def audiences_of_change(db: Session, country_id: int, audience: Audience) -> tuple[Audience, ...]:
    """Whose pages of the session say something else when a release for an audience came or went.

    Missions see what is public too; they have a page of their own as soon as something is for them alone.
    """
    if audience is Audience.PUBLIC and _had_missions_releases(db, db.get_one(Country, country_id).pre_session_id):
        return (Audience.PUBLIC, Audience.MISSIONS)
    return (audience,)


def _had_missions_releases(db: Session, pre_session_id: int) -> bool:
    """Whether missions have a page of the session: it stays, and stays true, after the last release of theirs went."""
    of_session = (Country.pre_session_id == pre_session_id, Release.audience == Audience.MISSIONS)
    found = select(Release.id).join(Country, Country.id == Release.country_id).where(*of_session).limit(1)
    return db.scalar(found) is not None


def read_session_page(db: Session, country_id: int, audience: Audience) -> tuple[str, SessionPage]:
    """The slug and the page of the session that a country belongs to."""
    pre_session = db.get_one(Country, country_id).pre_session
    countries = [_country(db, country, audience) for country in pre_session.countries]
    page = SessionPage(pre_session.title, pre_session.starts_on, pre_session.ends_on, countries, audience)
    return pre_session.slug, page


def _country(db: Session, country: Country, audience: Audience) -> CountryOnPage:
    live = live_release(db, country, audience) or live_release(db, country, Audience.PUBLIC)
    if live is None or live.published_at is None or live.removed_at is not None:
        return CountryOnPage(country.code)
    return CountryOnPage(country.code, len(live.items), live.published_at.date())
