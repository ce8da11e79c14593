"""What the review screen shows of one statement: its standing, attempts, subtitles, history, neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from pipeline.domain.findings import Finding
from pipeline.media.report import IntakeReport
from pipeline.records.tables import (
    Assignment,
    Comment,
    Country,
    Event,
    Job,
    Recording,
    Sheet,
    Speaker,
    StaffAccount,
    Statement,
    Track,
)
from pipeline.services.alignments import is_aligning
from pipeline.services.assignments import list_assignments
from pipeline.services.board_lines import Board, CountryLine, SpeakerLine
from pipeline.services.board_panels import RECORDING_KINDS
from pipeline.services.boards import load_board
from pipeline.services.comments import list_comments
from pipeline.services.sheets import list_sheets
from pipeline.services.tracks import current_tracks

HISTORY_LENGTH = 200


@dataclass(frozen=True)
class HistoryLine:
    """One event, with the address of the staff account where one acted."""

    event: Event
    staff_email: str | None


@dataclass(frozen=True)
class Review:
    """One statement for staff. `attempts` are its recordings, newest first; `sheets` subtitles that are worked on."""

    statement: Statement
    board: Board
    country: CountryLine
    line: SpeakerLine
    attempts: Sequence[Recording]
    tracks: Sequence[Track]
    sheets: Sequence[Sheet]
    is_aligning: bool
    history: Sequence[HistoryLine]
    comments: Sequence[Comment]
    assignments: Sequence[Assignment]

    @property
    def findings(self) -> list[Finding]:
        """What intake found in the current recording."""
        return findings_of(self.statement.current_recording)

    @property
    def report(self) -> IntakeReport | None:
        """What was measured of the current recording so far."""
        return report_of(self.statement.current_recording)

    @property
    def before(self) -> SpeakerLine | None:
        """The speaker before this one on the panel."""
        index = self.country.speakers.index(self.line)
        return self.country.speakers[index - 1] if index > 0 else None

    @property
    def after(self) -> SpeakerLine | None:
        """The speaker after this one on the panel."""
        index = self.country.speakers.index(self.line) + 1
        return self.country.speakers[index] if index < len(self.country.speakers) else None


def findings_of(recording: Recording | None) -> list[Finding]:
    """A recording's findings as typed values; none as long as intake has not run."""
    return [Finding.from_json(found) for found in recording.findings] if recording is not None else []


def report_of(recording: Recording | None) -> IntakeReport | None:
    """A recording's report as it was kept; None as long as intake has not run."""
    if recording is None or recording.report is None:
        return None
    return IntakeReport.from_json({**recording.report, "findings": recording.findings})


def find_statement(db: Session, statement_id: int) -> Statement | None:
    """A statement with its speaker, country, session and attempts at hand."""
    panel = joinedload(Statement.speaker).joinedload(Speaker.country).joinedload(Country.pre_session)
    attempts = selectinload(Statement.recordings)
    wanted = select(Statement).where(Statement.id == statement_id)
    return db.scalar(
        wanted.options(panel, attempts, attempts.selectinload(Recording.tracks).options(defer(Track.webvtt)))
    )


def load_review(db: Session, statement_id: int, *, now: datetime) -> Review | None:
    """Everything the review screen shows; None when there is no such statement."""
    statement = find_statement(db, statement_id)
    if statement is None:
        return None
    country = statement.speaker.country
    board = load_board(db, country.pre_session.slug, now=now, only_country=country.code)
    country_line = board.country(country.code) if board is not None else None
    if board is None or country_line is None:
        return None
    recording = statement.current_recording
    return Review(
        statement=statement,
        board=board,
        country=country_line,
        line=next(line for line in country_line.speakers if line.row.statement_id == statement_id),
        attempts=list(reversed(statement.recordings)),
        tracks=list(current_tracks(recording).values()) if recording is not None else [],
        sheets=list_sheets(db, recording.id) if recording is not None else [],
        is_aligning=recording is not None and is_aligning(db, recording.id),
        history=_load_history(db, statement),
        comments=list_comments(db, statement_id),
        assignments=list_assignments(db, statement_id),
    )


def _load_history(db: Session, statement: Statement) -> list[HistoryLine]:
    recording_ids = [recording.id for recording in statement.recordings]
    job_ids = select(Job.id).where(Job.kind.in_(RECORDING_KINDS), Job.subject_id.in_(recording_ids))
    wanted = (
        select(Event, StaffAccount.email)
        .outerjoin(StaffAccount, and_(Event.actor_kind == "staff", StaffAccount.id == Event.actor_id))
        .where(
            or_(
                and_(Event.subject_kind == "statement", Event.subject_id == statement.id),
                and_(Event.subject_kind == "recording", Event.subject_id.in_(recording_ids)),
                and_(Event.subject_kind == "job", Event.subject_id.in_(job_ids)),
            )
        )
        .order_by(Event.id.desc())
        .limit(HISTORY_LENGTH)
    )
    return [HistoryLine(event, email) for event, email in db.execute(wanted)]
