"""What a session's page shows to an audience: its countries, and what of each is out now."""

from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.records.tables import Country
from pipeline.services.releases import live_release
from pipeline.site.session_page import CountryOnPage, SessionPage


def audiences_of_change(db: Session, country_id: int, audience: Audience) -> tuple[Audience, ...]:
    """Whose pages of the session say something else when a release for an audience came or went.

    Missions see what is public too; they have a page of their own as soon as something is for them alone.
    """
    countries = db.get_one(Country, country_id).pre_session.countries
    if audience is Audience.PUBLIC and any(country.missions_release_id for country in countries):
        return (Audience.PUBLIC, Audience.MISSIONS)
    return (audience,)


def read_session_page(db: Session, country_id: int, audience: Audience) -> tuple[str, SessionPage]:
    """The slug and the page of the session that a country belongs to."""
    pre_session = db.get_one(Country, country_id).pre_session
    countries = [_country(db, country, audience) for country in pre_session.countries]
    page = SessionPage(pre_session.title, pre_session.starts_on, pre_session.ends_on, countries, audience)
    return pre_session.slug, page


def _country(db: Session, country: Country, audience: Audience) -> CountryOnPage:
    live = live_release(db, country, audience) or live_release(db, country, Audience.PUBLIC)
    if live is None or live.published_at is None:
        return CountryOnPage(country.code)
    return CountryOnPage(country.code, len(live.items), live.published_at.date())
