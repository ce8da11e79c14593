"""Finding what an address of the interface names, or answering that it is not there."""

from flask import abort
from sqlalchemy import select

from pipeline.records.queries import find_pre_session
from pipeline.records.tables import Country, PreSession, Recording, Statement
from pipeline.services.reviews import find_statement
from pipeline.services.statements import hold_statement
from webapp.api.door import seen_version
from webapp.api.problems import VersionPassed
from webapp.database import current_db


def find_session(slug: str) -> PreSession:
    """A session, or 404."""
    return find_pre_session(current_db(), slug) or abort(404)


def find_country(slug: str, code: str) -> Country:
    """A country of a session, or 404."""
    wanted = select(Country).join(Country.pre_session).where(PreSession.slug == slug, Country.code == code)
    return current_db().scalar(wanted) or abort(404)


def statement_there(statement_id: int) -> Statement:
    """A statement with its panel at hand, or 404."""
    return find_statement(current_db(), statement_id) or abort(404)


def statement_as_seen(statement_id: int) -> Statement:
    """A statement, held, if it is still the version that the script saw; 404, 412 or 428 otherwise."""
    version = seen_version()
    statement = statement_there(statement_id)
    if statement.version != version:
        raise VersionPassed
    return hold_statement(current_db(), statement.id, version)


def recording_there(recording_id: int) -> Recording:
    """A recording, or 404."""
    return current_db().get(Recording, recording_id) or abort(404)
