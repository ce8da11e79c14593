"""Read models of the staff screens: sessions, a session's board, a country's panel; a constant number of queries."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.domain.consents import ConsentItem
from pipeline.domain.jobs import JobKind
from pipeline.domain.limits import Limit
from pipeline.domain.standings import Standing, standing_of
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Country, PreSession, Speaker, Statement
from pipeline.services import board_rows as rows
from pipeline.services.approvals import find_approvals
from pipeline.services.board_lines import Board, CountryLine, SessionLine, SpeakerLine
from pipeline.services.board_parts import NOTHING_BESIDE, find_beside
from pipeline.services.board_rows import JobRow, SpeakerRow
from pipeline.services.board_waits import Waits
from pipeline.services.panel_contents import INCLUDED_STATES

RECORDING_KINDS = (JobKind.INTAKE, JobKind.ENCODE)


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
        countries=countries,
        speakers=sum(counts.values()),
        to_review=counts.get(StatementState.IN_REVIEW, 0),
        published=counts.get(StatementState.PUBLISHED, 0),
    )


def _load_countries(db: Session, pre_session: PreSession, only: str | None, *, now: datetime) -> list[CountryLine]:
    countries = [row for row in rows.find_countries(db, pre_session.id) if only in (None, row.code)]
    country_ids = [row.id for row in countries]
    newest_releases = rows.find_newest_releases(db, country_ids)
    live_ids = [row.live_release_id for row in countries if row.live_release_id is not None]
    live = rows.find_releases(db, live_ids)
    jobs = rows.find_newest_jobs(db, [JobKind.RELEASE], newest_releases.values())
    live_statements = {item.statement_id for release in live.values() for item in release.items}
    wanted = tuple(pre_session.subtitle_languages)
    waits = Waits(db, now=now)
    panels = _load_panels(db, country_ids, wanted, live_statements, waits, now=now)
    return [
        CountryLine(
            country_id=row.id,
            code=row.code,
            speakers=tuple(panels.get(row.id, ())),
            live_release=live.get(row.live_release_id or 0),
            release_job=job,
            release_wait=waits.of(job),
        )
        for row in countries
        for job in [jobs.get(newest_releases.get(row.id, 0))]
    ]


def _load_panels(
    db: Session,
    country_ids: Sequence[int],
    wanted: tuple[str, ...],
    live_statements: set[int],
    waits: Waits,
    *,
    now: datetime,
) -> dict[int, list[SpeakerLine]]:
    speakers = rows.find_speakers(db, country_ids)
    recording_ids = [row.recording_id for row in speakers if row.recording_id is not None]
    statement_ids = [row.statement_id for row in speakers]
    jobs = rows.find_newest_jobs(db, RECORDING_KINDS, recording_ids)
    tracks = rows.find_track_ids(db, recording_ids)
    consents = rows.find_consents(db, statement_ids)
    beside = find_beside(db, [row.statement_id for row in speakers if row.state in INCLUDED_STATES])
    approvals = find_approvals(db, statement_ids)
    links = rows.find_usable_links(db, statement_ids, now=now)
    panels: dict[int, list[SpeakerLine]] = {}
    for row in speakers:
        job = jobs.get(row.recording_id or 0)
        found = tracks.get(row.recording_id or 0, {})
        line = SpeakerLine(
            row=row,
            standing=_standing(row, job, has_link=row.statement_id in links),
            job=job,
            wait=waits.of(job),
            recording_consent=consents.get((row.statement_id, ConsentItem.RECORDING)),
            name_consent=consents.get((row.statement_id, ConsentItem.NAME)),
            beside=beside.get(row.statement_id, NOTHING_BESIDE),
            tracks=found,
            missing_subtitles=tuple(language for language in wanted if language not in found),
            link_until=links.get(row.statement_id),
            is_live=row.statement_id in live_statements,
            approval=approvals[row.statement_id],
        )
        panels.setdefault(row.country_id, []).append(line)
    return panels


def _standing(row: SpeakerRow, job: JobRow | None, *, has_link: bool) -> Standing:
    return standing_of(
        row.state,
        has_link=has_link,
        verdict=row.verdict,
        is_packaged=row.package_prefix is not None,
        job_state=job.state if job is not None else None,
    )
