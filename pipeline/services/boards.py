"""Read models of the staff screens: sessions, a session's board, a country's panel; a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.domain.jobs import OPEN_STATES, JobKind, JobState
from pipeline.domain.limits import Limit
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Country, PreSession, Speaker, Statement
from pipeline.services import board_rows as rows
from pipeline.services.board_lines import Board, CountryLine
from pipeline.services.board_panels import load_panels
from pipeline.services.board_waits import Waits


@dataclass(frozen=True)
class SessionLine:
    """One session in the list of sessions."""

    slug: str
    title: str
    place: str
    starts_on: date
    ends_on: date
    is_confirmed: bool
    hand_in_until: date | None
    countries: int
    speakers: int
    to_review: int
    published: int


def list_sessions(db: Session) -> list[SessionLine]:
    """Every session with its counts, the latest first."""
    statements = _count_statements(db)
    countries = _count_countries(db)
    return [
        _session_line(pre_session, countries.get(pre_session.id, 0), statements.get(pre_session.id, {}))
        for pre_session in db.scalars(select(PreSession).order_by(PreSession.starts_on.desc(), PreSession.id))
    ]


def load_board(db: Session, slug: str, *, now: datetime, only_country: str | None = None) -> Board | None:
    """A session's board, or of one country of it; None when there is no such session."""
    pre_session = db.scalar(select(PreSession).where(PreSession.slug == slug))
    if pre_session is None:
        return None
    return Board(
        session_id=pre_session.id,
        slug=pre_session.slug,
        title=pre_session.title,
        starts_on=pre_session.starts_on,
        ends_on=pre_session.ends_on,
        is_confirmed=pre_session.is_confirmed,
        place=pre_session.place,
        hand_in_until=pre_session.hand_in_until,
        limit=Limit(pre_session.min_seconds, pre_session.max_seconds, pre_session.tolerance_seconds),
        subtitle_languages=tuple(pre_session.subtitle_languages),
        countries=tuple(_load_countries(db, pre_session, only_country, now=now)),
    )


def _count_countries(db: Session) -> dict[int, int]:
    counted = select(Country.pre_session_id, func.count()).group_by(Country.pre_session_id)
    return {session_id: count for session_id, count in db.execute(counted)}


def _count_statements(db: Session) -> dict[int, dict[StatementState, int]]:
    counted = (
        select(Country.pre_session_id, Statement.state, func.count())
        .join(Speaker, Speaker.country_id == Country.id)
        .join(Statement, Statement.speaker_id == Speaker.id)
        .group_by(Country.pre_session_id, Statement.state)
    )
    counts: dict[int, dict[StatementState, int]] = {}
    for session_id, state, count in db.execute(counted):
        counts.setdefault(session_id, {})[state] = count
    return counts


def _session_line(pre_session: PreSession, countries: int, counts: dict[StatementState, int]) -> SessionLine:
    return SessionLine(
        slug=pre_session.slug,
        title=pre_session.title,
        place=pre_session.place,
        starts_on=pre_session.starts_on,
        ends_on=pre_session.ends_on,
        is_confirmed=pre_session.is_confirmed,
        hand_in_until=pre_session.hand_in_until,
        countries=countries,
        speakers=sum(counts.values()),
        to_review=counts.get(StatementState.IN_REVIEW, 0),
        published=counts.get(StatementState.PUBLISHED, 0),
    )


def _load_countries(db: Session, pre_session: PreSession, only: str | None, *, now: datetime) -> list[CountryLine]:
    countries = [row for row in rows.find_countries(db, pre_session.id) if only in (None, row.code)]
    country_ids = [row.id for row in countries]
    newest_releases = rows.find_newest_releases(db, country_ids)
    live_ids = [one for row in countries for one in (row.live_release_id, row.missions_release_id) if one is not None]
    live = rows.find_releases(db, live_ids)
    newest_ids = [release_id for ids in newest_releases.values() for release_id in ids]
    jobs = rows.find_newest_jobs(db, [JobKind.RELEASE], newest_ids)
    live_statements = {item.statement_id for release in live.values() for item in release.items}
    waits = Waits(db, now=now)
    last_days = {row.id: row.hand_in_until or pre_session.hand_in_until for row in countries}
    wanted = tuple(pre_session.subtitle_languages)
    is_closed = pre_session.is_missions_only
    panels = load_panels(db, last_days, wanted, live_statements, waits, now=now, is_closed=is_closed)
    return [
        CountryLine(
            country_id=row.id,
            code=row.code,
            last_day=last_days[row.id],
            speakers=tuple(panels.get(row.id, ())),
            live_release=live.get(row.live_release_id or 0),
            live_missions=live.get(row.missions_release_id or 0),
            release_job=job,
            release_wait=waits.of(job),
        )
        for row in countries
        for job in [_that_matters([jobs[one] for one in newest_releases.get(row.id, ()) if one in jobs])]
    ]


def _that_matters(jobs: Sequence[rows.JobRow]) -> rows.JobRow | None:
    """Of the jobs that write a country's newest releases one that is under way, or has failed, or else the newest."""
    matters = [{*OPEN_STATES}, {JobState.FAILED}, {*JobState}]
    return next((job for states in matters for job in jobs if job.state in states), None)
