"""Panels by script: countries and speakers added, changed and removed one by one, and their order."""

from datetime import UTC, datetime

from flask import abort

from pipeline.domain.scopes import Scope
from pipeline.records.tables import Speaker as SpeakerRow
from pipeline.services import session_edits, speaker_edits
from pipeline.services.panels import order_panel
from pipeline.services.plan_versions import version_of_panel, version_of_speaker
from webapp.access import current_staff
from webapp.api.door import ID, Answer, blueprint, endpoint, etag, seen_tag
from webapp.api.panels import find_country, find_session
from webapp.api.problems import VersionPassed
from webapp.api.sessions import session_shown
from webapp.api.shapes_people import CountriesSent, OrderSent, Panel, Person
from webapp.api.shapes_sessions import Session, SpeakerSent
from webapp.database import current_db

_TAG = "panels"
_COUNTRY = "/sessions/<slug>/countries/<code>"
_SPEAKER = f"/speakers/<{ID}:speaker_id>"


@blueprint.post("/sessions/<slug>/countries")
@endpoint(Scope.SESSIONS, Session, tag=_TAG, status=201)
def add_countries(slug: str, json: CountriesSent) -> Answer:
    """Add States under Review to a session; those that it has already stay as they are."""
    db, now = current_db(), datetime.now(UTC)
    session_edits.add_countries(db, find_session(slug).id, json.codes, actor=current_staff().actor, now=now)
    db.expire_all()
    return session_shown(slug), 201


@blueprint.delete(_COUNTRY)
@endpoint(Scope.SESSIONS, None, tag=_TAG, status=204)
def remove_country(slug: str, code: str) -> Answer:
    """Take a country out of a session, as long as it has no speakers and nothing of it was published."""
    country = find_country(slug, code)
    actor, now = current_staff().actor, datetime.now(UTC)
    session_edits.remove_country(current_db(), country.pre_session_id, code, actor=actor, now=now)
    return "", 204


@blueprint.get(f"{_COUNTRY}/speakers")
@endpoint(Scope.SPEAKERS, Panel, tag=_TAG)
def list_speakers(slug: str, code: str) -> Answer:
    """A panel in order with addresses; its ETag is what another order names."""
    panel = Panel.of(find_country(slug, code))
    return panel, 200, etag(panel.version)


@blueprint.post(f"{_COUNTRY}/speakers")
@endpoint(Scope.SPEAKERS, Person, tag=_TAG, status=201)
def add_speaker(slug: str, code: str, json: SpeakerSent) -> Answer:
    """Add a speaker at the end of a panel; nothing is mailed."""
    country = find_country(slug, code)
    actor, now = current_staff().actor, datetime.now(UTC)
    added = speaker_edits.add_speaker(current_db(), country.id, json.plan(), actor=actor, now=now)
    return _shown(added, 201)


@blueprint.put(f"{_COUNTRY}/order")
@endpoint(Scope.SPEAKERS, Panel, tag=_TAG, changes=True)
def order_speakers(slug: str, code: str, json: OrderSent) -> Answer:
    """Put a panel in another order."""
    country, seen = find_country(slug, code), seen_tag()
    if version_of_panel(country) != seen:
        raise VersionPassed
    actor, now = current_staff().actor, datetime.now(UTC)
    panel = Panel.of(order_panel(current_db(), country.id, json.order, seen=seen, actor=actor, now=now))
    return panel, 200, etag(panel.version)


@blueprint.get(_SPEAKER)
@endpoint(Scope.SPEAKERS, Person, tag=_TAG)
def read_speaker(speaker_id: int) -> Answer:
    """One speaker with address; the ETag is what a change names."""
    return _shown(_speaker(speaker_id))


@blueprint.put(_SPEAKER)
@endpoint(Scope.SPEAKERS, Person, tag=_TAG, changes=True)
def change_speaker(speaker_id: int, json: SpeakerSent) -> Answer:
    """Change what is said of a speaker."""
    seen = _seen(speaker_id)
    actor, now = current_staff().actor, datetime.now(UTC)
    speaker_edits.edit_speaker(current_db(), speaker_id, json.plan(), seen=seen, actor=actor, now=now)
    return _shown(_speaker(speaker_id))


@blueprint.delete(_SPEAKER)
@endpoint(Scope.SPEAKERS, None, tag=_TAG, status=204, changes=True)
def remove_speaker(speaker_id: int) -> Answer:
    """Take a speaker off the panel who was not let in and handed nothing in."""
    seen = _seen(speaker_id)
    actor, now = current_staff().actor, datetime.now(UTC)
    speaker_edits.remove_speaker(current_db(), speaker_id, seen=seen, actor=actor, now=now)
    return "", 204


def _speaker(speaker_id: int) -> SpeakerRow:
    found = current_db().get(SpeakerRow, speaker_id)
    return found if found is not None and found.erased_at is None else abort(404)


def _seen(speaker_id: int) -> str:
    """The version that the script saw, if it still is."""
    seen = seen_tag()
    if version_of_speaker(_speaker(speaker_id)) != seen:
        raise VersionPassed
    return seen


def _shown(speaker: SpeakerRow, status: int = 200) -> Answer:
    person = Person.of(speaker)
    return person, status, etag(person.version)
