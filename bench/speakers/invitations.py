"""Speakers with a link each, their visits to the portal, and what became of their recordings."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from bench.speakers.films import Film
from bench.speakers.portals import BenchPortal
from pipeline.domain.limits import Limit
from pipeline.domain.pre_sessions import CountryPlan, PreSessionPlan, SpeakerKind, SpeakerPlan
from pipeline.records.tables import Country, PreSession, Speaker, Statement
from pipeline.services.events import Actor
from pipeline.services.links import issue_link
from pipeline.services.sessions import load_pre_session
from presession.demo.visitor import Visitor

_STAFF = Actor("staff", 1)


@dataclass(frozen=True)
class Invited:
    """A speaker of the bench; `cookie` is that of a browser in which the link's button was pressed."""

    statement_id: int
    token: str
    cookie: str


def invite(portal: BenchPortal, count: int) -> list[Invited]:
    """So many speakers of a country of their own, all past their links."""
    slug = f"u{secrets.token_hex(6)}"
    now = datetime.now(UTC)
    with portal.database.begin() as db:
        load_pre_session(db, _plan(slug, count), actor=_STAFF, now=now)
        of_slug = select(Statement).join(Speaker).join(Country).join(PreSession).where(PreSession.slug == slug)
        links = [
            (one.id, issue_link(db, statement=one, expires_at=now + timedelta(days=9), actor=_STAFF, now=now))
            for one in db.scalars(of_slug.order_by(Speaker.position)).all()
        ]
    return [Invited(statement_id, token, _cookie(portal, token)) for statement_id, token in links]


def came_whole(portal: BenchPortal, speaker: Invited, film: Film) -> bool:
    """Whether records and store have exactly what was sent."""
    with portal.database.read() as db:
        recording = db.get_one(Statement, speaker.statement_id).current_recording
        if recording is None or recording.sha256 != film.sha256:
            return False
        key = recording.original_key
    digest = hashlib.sha256()
    for chunk in portal.store.read_range(key):
        digest.update(chunk)
    return digest.hexdigest() == film.sha256


def _plan(slug: str, count: int) -> PreSessionPlan:
    panel = tuple(
        SpeakerPlan(f"Speaker {number}", f"Organisation {number}", SpeakerKind.CSO, "en") for number in range(count)
    )
    return PreSessionPlan(
        slug=slug,
        title="A session of the bench",
        starts_on=date(2030, 1, 1),
        ends_on=date(2030, 1, 4),
        is_confirmed=True,
        place="Geneva",
        limit=Limit(1, 600, 2),
        subtitle_languages=("en",),
        countries=(CountryPlan("MW", panel),),
    )


def _cookie(portal: BenchPortal, token: str) -> str:
    with Visitor(portal.url) as visitor:
        visitor.send(visitor.open(f"{portal.url}/s/{token}").own_form())
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in visitor.http.cookies.jar)
