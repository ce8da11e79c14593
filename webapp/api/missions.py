"""Missions' links by script: made, listed with their counts, revoked."""

from datetime import UTC, date, datetime
from typing import Annotated, Self

from flask import abort
from pydantic import BaseModel, Field

from pipeline.domain.mission_tables import MOST_MISSIONS, MissionRow
from pipeline.domain.scopes import Scope
from pipeline.services.mission_links import (
    MAX_LABEL,
    LinkLine,
    find_session_link,
    issue_mission_links,
    last_day_for,
    list_mission_links,
    mission_address,
    revoke_mission_link,
    revoke_mission_links,
    session_links,
)
from webapp.access import current_staff
from webapp.api.door import ID, Answer, blueprint, endpoint
from webapp.api.panels import find_session
from webapp.api.shapes import CountryCode, Name, Sent
from webapp.database import current_db
from webapp.portal import portal

_TAG = "missions"
_ALL = "/sessions/<slug>/mission-links"


class MissionUse(BaseModel):
    """How often one country was opened, and begun to play."""

    opened: int
    played: int
    last_on: date


class MissionLinkShape(BaseModel):
    """A link; without a country it opens the whole session. `uses` are by country."""

    id: int
    mission: str
    country: str | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    uses: dict[str, MissionUse]

    @classmethod
    def of(cls, line: LinkLine) -> Self:
        """From what staff see."""
        link = line.link
        return cls(
            id=link.id,
            mission=link.label,
            country=line.country_code,
            created_at=link.created_at,
            expires_at=link.expires_at,
            revoked_at=link.revoked_at,
            uses={
                code: MissionUse(opened=use.opened, played=use.played, last_on=use.last_on)
                for code, use in line.uses.items()
            },
        )


class MissionLinks(BaseModel):
    """A session's links by the names of missions."""

    items: list[MissionLinkShape]


class MissionSent(Sent):
    """Whom a link is for, what it opens, and its last day."""

    mission: Annotated[Name, Field(max_length=MAX_LABEL)]
    country: CountryCode | None = None
    until: date | None = None


class MissionsSent(Sent):
    """Links to make, all or none."""

    links: Annotated[list[MissionSent], Field(min_length=1, max_length=MOST_MISSIONS)]


class MadeMissionLink(BaseModel):
    """A link as it is told once."""

    mission: str
    country: str | None
    until: date
    address: str


class MadeMissionLinks(BaseModel):
    """New links, in the order in which they were asked for."""

    items: list[MadeMissionLink]


@blueprint.get(_ALL)
@endpoint(Scope.READ, MissionLinks, tag=_TAG)
def list_links_of_missions(slug: str) -> Answer:
    """Every link of a session, with how often it was opened; the links themselves are told once, when made."""
    lines = list_mission_links(current_db(), find_session(slug))
    return MissionLinks(items=[MissionLinkShape.of(line) for line in lines])


@blueprint.post(_ALL)
@endpoint(Scope.PUBLISH, MadeMissionLinks, tag=_TAG, status=201)
def issue_links_of_missions(slug: str, json: MissionsSent) -> Answer:
    """Make links. Their addresses are in this answer and nowhere else."""
    pre_session, now = find_session(slug), datetime.now(UTC)
    codes = {country.code for country in pre_session.countries}
    if any(one.country is not None and one.country not in codes for one in json.links):
        abort(404)
    rows = [MissionRow(one.mission, one.country, one.until) for one in json.links]
    until = last_day_for(pre_session, now)
    made = issue_mission_links(current_db(), pre_session, rows, until=until, actor=current_staff().actor, now=now)
    public_url = portal().settings.public_url
    items = [
        MadeMissionLink(
            mission=row.label,
            country=row.country_code,
            until=row.until or until,
            address=mission_address(public_url, token),
        )
        for row, token in made
    ]
    return MadeMissionLinks(items=items), 201


@blueprint.post(f"{_ALL}/<{ID}:link_id>/revoke")
@endpoint(Scope.PUBLISH, MissionLinks, tag=_TAG)
def revoke_link_of_mission(slug: str, link_id: int) -> Answer:
    """Have a link open nothing from now on."""
    pre_session = find_session(slug)
    link = find_session_link(current_db(), pre_session, link_id) or abort(404)
    revoke_mission_link(current_db(), link, actor=current_staff().actor, now=datetime.now(UTC))
    return MissionLinks(items=[MissionLinkShape.of(line) for line in list_mission_links(current_db(), pre_session)])


@blueprint.post(f"{_ALL}/revoke-all")
@endpoint(Scope.PUBLISH, MissionLinks, tag=_TAG)
def revoke_links_of_missions(slug: str) -> Answer:
    """Have every link of a session open nothing from now on."""
    pre_session, now = find_session(slug), datetime.now(UTC)
    links = session_links(current_db(), pre_session)
    revoke_mission_links(current_db(), links, actor=current_staff().actor, now=now)
    return MissionLinks(items=[MissionLinkShape.of(line) for line in list_mission_links(current_db(), pre_session)])
