"""What a person saw of a session, a speaker or a panel, as a short name that a form carries and a change has to give.

The names are digests of the facts: a change of the same things in between makes them differ, and nothing else does.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.fingerprints import digest
from pipeline.records.tables import Country, PreSession, Speaker
from pipeline.services.plan_rows import SESSION_FACTS, SPEAKER_FACTS


def version_of_session(pre_session: PreSession) -> str:
    """Stands for what a session says of itself."""
    return digest([_plain(getattr(pre_session, name)) for name in SESSION_FACTS])


def version_of_countries(pre_session: PreSession) -> str:
    """Stands for which countries there are, and their days."""
    rows = sorted(pre_session.countries, key=lambda country: country.id)
    return digest([[row.code, _plain(row.applications_until), _plain(row.hand_in_until)] for row in rows])


def version_of_speaker(speaker: Speaker) -> str:
    """Stands for what is said of a speaker."""
    return digest([speaker.id, *(getattr(speaker, name) for name in SPEAKER_FACTS)])


def version_of_panel(country: Country) -> str:
    """Stands for who is on a panel, and in which order."""
    return digest([speaker.id for speaker in country.speakers])


def check_seen(version: str, seen: str) -> None:
    """Refuse when things are not as a person saw them; raises `ChangeNotAllowed`."""
    if version != seen:
        raise ChangeNotAllowed("This changed while you looked at it. Reload the page and look again.")


def hold_session(db: Session, pre_session_id: int) -> PreSession:
    """A session held until the end of the transaction, with its countries as they stand now."""
    wanted = select(PreSession).where(PreSession.id == pre_session_id).with_for_update()
    pre_session = db.scalars(wanted.execution_options(populate_existing=True)).one()
    countries = select(Country).where(Country.pre_session_id == pre_session.id)
    db.scalars(countries.execution_options(populate_existing=True)).all()
    db.expire(pre_session, ["countries"])
    return pre_session


def hold_panel(db: Session, country_id: int) -> Country:
    """A country held until the end of the transaction, with its speakers as they stand now."""
    wanted = select(Country).where(Country.id == country_id).with_for_update()
    country = db.scalars(wanted.execution_options(populate_existing=True)).one()
    panel = select(Speaker).where(Speaker.country_id == country.id)
    db.scalars(panel.execution_options(populate_existing=True)).all()
    db.expire(country, ["speakers"])
    return country


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
