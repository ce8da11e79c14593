"""Sessions and panels for scripts: what there is, how it stands, and bringing a session up to date as a file would."""

from datetime import UTC, datetime

from flask import abort

from pipeline.domain.plan_checks import check_plan, check_speaker
from pipeline.domain.scopes import Scope
from pipeline.services.boards import list_sessions, load_board
from pipeline.services.mail_requests import invite_speakers
from pipeline.services.sessions import load_pre_session
from webapp.access import current_staff
from webapp.api.door import Answer, blueprint, endpoint
from webapp.api.panels import find_country, find_session
from webapp.api.shapes_record import Invited
from webapp.api.shapes_sessions import (
    Country,
    CountrySummary,
    Session,
    SessionLoaded,
    Sessions,
    SessionSent,
    SessionSummary,
)
from webapp.api.shapes_statements import StatementLine
from webapp.database import current_db

_TAG = "sessions"


@blueprint.get("/sessions")
@endpoint(Scope.READ, Sessions, tag=_TAG)
def list_all_sessions() -> Answer:
    """Every session, the latest first."""
    return Sessions(items=[SessionSummary.of(line) for line in list_sessions(current_db())])


@blueprint.get("/sessions/<slug>")
@endpoint(Scope.READ, Session, tag=_TAG)
def read_session(slug: str) -> Answer:
    """One session with its countries and their counts."""
    return session_shown(slug)


def session_shown(slug: str) -> Session:
    """A session as it stands now, or 404."""
    board = load_board(current_db(), slug, now=datetime.now(UTC)) or abort(404)
    return Session.of(find_session(slug), board)


@blueprint.put("/sessions/<slug>")
@endpoint(Scope.SESSIONS, SessionLoaded, tag=_TAG)
def load_session(slug: str, json: SessionSent) -> Answer:
    """Make a session, or bring it up to date, as a session file does.

    Sending the same again changes nothing. What people did is never undone: speakers who hold something stay.
    """
    plan = json.plan(slug)
    check_plan(plan)
    for country in plan.countries:
        for speaker in country.speakers:
            check_speaker(speaker)
    report = load_pre_session(current_db(), plan, actor=current_staff().actor, now=datetime.now(UTC))
    return SessionLoaded(
        slug=slug, **{name: getattr(report, name) for name in SessionLoaded.model_fields if name != "slug"}
    )


@blueprint.get("/sessions/<slug>/countries/<code>")
@endpoint(Scope.READ, Country, tag=_TAG)
def read_country(slug: str, code: str) -> Answer:
    """One country with its panel in order: who, how it stands, what is missing."""
    board = load_board(current_db(), slug, now=datetime.now(UTC), only_country=code) or abort(404)
    line = board.country(code) or abort(404)
    panel = [StatementLine.of(speaker) for speaker in line.speakers]
    return Country(**CountrySummary.of(line).model_dump(), panel=panel)


@blueprint.post("/sessions/<slug>/countries/<code>/invitations")
@endpoint(Scope.SPEAKERS, Invited, tag=_TAG)
def invite_panel(slug: str, code: str) -> Answer:
    """Mail an invitation to everybody on a panel who has an address and was not let in yet."""
    country = find_country(slug, code)
    return Invited(count=invite_speakers(current_db(), country, actor=current_staff().actor, now=datetime.now(UTC)))
