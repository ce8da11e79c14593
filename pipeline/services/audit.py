"""The record of who did what, searched: by person, kind of thing, place and time, newest first, a page at a time."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.jobs import OF_RECORDINGS, JobKind
from pipeline.records.tables import (
    Country,
    Event,
    Job,
    PreSession,
    Recording,
    Release,
    Sheet,
    Speaker,
    StaffAccount,
    Statement,
    Voice,
)

PAGE_LENGTH = 100
_BATCH = 1000

ACTOR_KINDS = ("staff", "speaker", "system")


@dataclass(frozen=True)
class AuditFilter:
    """What is looked for; what is None or empty matches everything.

    `subject` is a kind and an id and means that thing alone, `statement_id` everything about one statement with its
    recordings and work, `slug` (with `country_code`) everything about a session (a country of it). `about` is the
    first part of an event's name, as `statement`, or the whole name. `until` is left out, `since` is in.
    """

    actor_kind: str | None = None
    account_id: int | None = None
    about: str = ""
    subject: tuple[str, int] | None = None
    statement_id: int | None = None
    slug: str = ""
    country_code: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AuditPlace:
    """Where something that happened belongs: a session, a country of it, a speaker's place and statement in that."""

    slug: str
    country_code: str | None = None
    position: int | None = None
    statement_id: int | None = None


@dataclass(frozen=True)
class AuditLine:
    """One event; `staff_email` is who did it where an account did, `place` is where it belongs, if anywhere."""

    event: Event
    staff_email: str | None
    place: AuditPlace | None

    def to_json(self) -> dict[str, Any]:
        """The line as plain values, the same in every export."""
        event, place = self.event, self.place
        return {
            "id": event.id,
            "at": event.at.isoformat(),
            "actor": event.actor_kind,
            "actor_id": event.actor_id,
            "account": self.staff_email,
            "event": event.name,
            "subject": event.subject_kind,
            "subject_id": event.subject_id,
            "session": place.slug if place else None,
            "country": place.country_code if place else None,
            "position": place.position if place else None,
            "statement_id": place.statement_id if place else None,
            "facts": dict(event.facts),
        }


def find_events(
    db: Session, wanted: AuditFilter, *, before_id: int | None = None, limit: int = PAGE_LENGTH
) -> list[AuditLine]:
    """A page of what happened, newest first, in a number of queries that does not grow with it."""
    query = _matching(wanted).order_by(Event.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(Event.id < before_id)
    rows = [(event, email) for event, email in db.execute(query)]
    places = _places(db, [event for event, _email in rows])
    return [AuditLine(event, email, places.get((event.subject_kind, event.subject_id))) for event, email in rows]


def walk_events(db: Session, wanted: AuditFilter) -> Iterator[AuditLine]:
    """Everything that matches, newest first, with flat memory."""
    before_id: int | None = None
    while lines := find_events(db, wanted, before_id=before_id, limit=_BATCH):
        yield from lines
        before_id = lines[-1].event.id
        db.expunge_all()


def list_places(db: Session) -> dict[str, list[str]]:
    """The sessions, newest first, each with the codes of its countries."""
    found = select(PreSession.slug, Country.code).outerjoin(Country).order_by(PreSession.starts_on.desc(), Country.code)
    places: dict[str, list[str]] = {}
    for slug, code in db.execute(found):
        places.setdefault(slug, []).extend([code] if code else [])
    return places


def events_of_session(slug: str, country_code: str = "") -> ColumnElement[bool]:
    """Whether an event is about a session, or a country of it, or anything that belongs there."""
    countries = select(Country.id).join(PreSession).where(PreSession.slug == slug)
    if country_code:
        countries = countries.where(Country.code == country_code)
    statements = select(Statement.id).join(Speaker).where(Speaker.country_id.in_(countries))
    matches = [
        _about("country", countries),
        _about("speaker", select(Speaker.id).where(Speaker.country_id.in_(countries))),
        _about("release", select(Release.id).where(Release.country_id.in_(countries))),
        _about("job", _release_jobs(countries)),
        _of_statements(statements),
    ]
    if not country_code:
        matches.append(_about("session", select(PreSession.id).where(PreSession.slug == slug)))
    return or_(*matches)


def _matching(wanted: AuditFilter) -> Select[Event, str | None]:
    by_account = and_(Event.actor_kind == "staff", StaffAccount.id == Event.actor_id)
    return select(Event, StaffAccount.email).outerjoin(StaffAccount, by_account).where(*_conditions(wanted))


def _conditions(wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.account_id is not None:
        yield and_(Event.actor_kind == "staff", Event.actor_id == wanted.account_id)
    if wanted.actor_kind:
        yield Event.actor_kind == wanted.actor_kind
    if wanted.about:
        yield or_(Event.name == wanted.about, Event.name.startswith(f"{wanted.about}.", autoescape=True))
    if wanted.subject:
        yield and_(Event.subject_kind == wanted.subject[0], Event.subject_id == wanted.subject[1])
    if wanted.statement_id is not None:
        yield _of_statements(select(Statement.id).where(Statement.id == wanted.statement_id))
    if wanted.slug:
        yield events_of_session(wanted.slug, wanted.country_code)
    if wanted.since:
        yield Event.at >= wanted.since
    if wanted.until:
        yield Event.at < wanted.until


def _of_statements(statements: Select[int]) -> ColumnElement[bool]:
    recordings = select(Recording.id).where(Recording.statement_id.in_(statements))
    work = select(Job.id).where(Job.kind.in_(OF_RECORDINGS), Job.subject_id.in_(recordings))
    sheets = select(Sheet.id).where(Sheet.recording_id.in_(recordings))
    drafts = select(Job.id).where(Job.kind == JobKind.DRAFT, Job.subject_id.in_(sheets))
    voices = select(Voice.id).where(Voice.recording_id.in_(recordings))
    mixes = select(Job.id).where(Job.kind == JobKind.VOICE, Job.subject_id.in_(voices))
    about = (_about("statement", statements), _about("recording", recordings))
    return or_(*about, _about("job", work), _about("job", drafts), _about("job", mixes))


def _release_jobs(countries: Select[int]) -> Select[int]:
    releases = select(Release.id).where(Release.country_id.in_(countries))
    return select(Job.id).where(Job.kind == JobKind.RELEASE, Job.subject_id.in_(releases))


def _about(kind: str, ids: Select[int]) -> ColumnElement[bool]:
    return and_(Event.subject_kind == kind, Event.subject_id.in_(ids))


def _places(db: Session, events: Sequence[Event]) -> Mapping[tuple[str, int], AuditPlace]:
    """Where the subjects of some events belong, one query for each kind of subject."""
    places: dict[tuple[str, int], AuditPlace] = {}
    for kind, query in _PLACED.items():
        ids = {event.subject_id for event in events if event.subject_kind == kind}
        if ids:
            for subject_id, *place in db.execute(query(ids)):
                places[kind, subject_id] = AuditPlace(*place)
    return places


def _placed_statements(key: Any, ids: set[int]) -> Select[Any]:
    columns = (key, PreSession.slug, Country.code, Speaker.position, Statement.id)
    joined = select(*columns).select_from(Statement).join(Speaker).join(Country).join(PreSession)
    if key is Recording.id:
        joined = joined.join(Recording, Recording.statement_id == Statement.id)
    return joined.where(key.in_(ids))


def _placed_jobs(ids: set[int]) -> Select[Any]:
    columns: tuple[Any, ...] = (Job.id, PreSession.slug, Country.code, Speaker.position, Statement.id)
    joined: Select[Any] = select(*columns).select_from(Job).join(Recording, Recording.id == Job.subject_id)
    joined = joined.join(Statement, Statement.id == Recording.statement_id).join(Speaker).join(Country).join(PreSession)
    return joined.where(Job.id.in_(ids), Job.kind.in_(OF_RECORDINGS))


def _placed_countries(key: Any, ids: set[int]) -> Select[Any]:
    joined = select(key, PreSession.slug, Country.code).select_from(Country).join(PreSession)
    if key is Release.id:
        joined = joined.join(Release, Release.country_id == Country.id)
    return joined.where(key.in_(ids))


_SESSION_COLUMNS: tuple[Any, ...] = (PreSession.id, PreSession.slug)
_PLACED: Mapping[str, Callable[[set[int]], Select[Any]]] = {
    "statement": lambda ids: _placed_statements(Statement.id, ids),
    "recording": lambda ids: _placed_statements(Recording.id, ids),
    "speaker": lambda ids: _placed_statements(Speaker.id, ids),
    "job": _placed_jobs,
    "country": lambda ids: _placed_countries(Country.id, ids),
    "release": lambda ids: _placed_countries(Release.id, ids),
    "session": lambda ids: select(*_SESSION_COLUMNS).where(PreSession.id.in_(ids)),
}
