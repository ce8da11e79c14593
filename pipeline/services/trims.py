"""Which part of a recording is shown is chosen, without a new upload; it is judged and prepared anew.

Speakers choose any part of their recording; what staff may choose is in `pipeline.services.narrowing`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.limits import Limit
from pipeline.domain.statements import StatementAction, is_allowed
from pipeline.domain.trims import Trim, TrimProblem, find_trim_problem
from pipeline.media.rejudging import is_only_length, judge_again
from pipeline.media.report import IntakeReport
from pipeline.records.tables import Recording, Statement
from pipeline.services.comments import move_comments
from pipeline.services.events import Actor, record_event
from pipeline.services.posters import move_poster
from pipeline.services.recordings import lock_statement, renew_recording
from pipeline.services.reviews import report_of
from pipeline.services.sheet_staleness import outdate_sheets


class TrimRefused(WrongUsage):
    """What was chosen cannot be shown; `problem` says why."""

    def __init__(self, problem: TrimProblem) -> None:
        super().__init__(f"This part of the recording cannot be shown: {problem.value}.")
        self.problem = problem


def can_be_trimmed(statement: Statement) -> bool:
    """Whether the recording that counts may be shown in part: its length is all that could be wrong with it."""
    report = report_of(statement.current_recording)
    is_open = is_allowed(statement.state, StatementAction.RECEIVE)
    return is_open and report is not None and report.duration_seconds > 0 and is_only_length(report)


def suggest_trim(report: IntakeReport, limit: Limit) -> Trim:
    """What to begin with: the proposed one without silent ends, cut at its end where that is still too long."""
    start, end = report.trim or (0.0, report.duration_seconds)
    if limit.is_too_long(end - start):
        end = start + limit.max_seconds
    return Trim(round(start, 1), round(end, 1))


def trim_recording(
    db: Session,
    statement: Statement,
    recording_id: int,
    trim: Trim | None,
    *,
    limit: Limit,
    actor: Actor,
    now: datetime,
) -> None:
    """Show this part of the recording that counts; None shows all of it again.

    The verdict is given anew, an approval is out of date, and the package is made again; subtitles are cut when they
    are shown. Raises `TrimRefused`, and `ChangeNotAllowed` for another recording than the one that was looked at.
    """
    lock_statement(db, statement.id)
    recording, report = _trimmable(statement, recording_id)
    chosen = _checked(trim, report.duration_seconds, limit) if trim else None
    before = recording.trim
    if chosen == before:
        return
    recording.trim_start_seconds = chosen.start_seconds if chosen else None
    recording.trim_end_seconds = chosen.end_seconds if chosen else None
    renew_recording(db, recording, judge_again(report, chosen, limit), actor=actor, now=now)
    by_seconds = (before.start_seconds if before else 0.0) - (recording.trim_start_seconds or 0.0)
    move_comments(db, recording, by_seconds)
    move_poster(recording, by_seconds)
    db.flush()
    outdate_sheets(db, recording, now=now)
    _record(db, recording, before, actor, now)


def _checked(trim: Trim, whole_seconds: float, limit: Limit) -> Trim | None:
    """The trim as it is kept; None where it leaves nothing out."""
    problem = find_trim_problem(trim, whole_seconds, limit)
    if problem is not None:
        raise TrimRefused(problem)
    if trim.leaves_all(whole_seconds):
        return None
    return Trim(trim.start_seconds, min(trim.end_seconds, whole_seconds))


def _trimmable(statement: Statement, recording_id: int) -> tuple[Recording, IntakeReport]:
    recording = statement.current_recording
    if recording is None or recording.id != recording_id:
        raise ChangeNotAllowed("There is a newer recording than the one you looked at. Reload the page.")
    report = report_of(recording)
    if report is None or not can_be_trimmed(statement):
        raise ChangeNotAllowed("This recording cannot be shortened now. Reload the page to see what changed.")
    return recording, report


def _record(db: Session, recording: Recording, before: Trim | None, actor: Actor, now: datetime) -> None:
    """What is shown now and what was shown before, so that it can be shown again."""
    facts: dict[str, Any] = recording.trim.to_json() if recording.trim else {}
    facts["before"] = [before.start_seconds, before.end_seconds] if before else []
    record_event(
        db, "recording.trimmed", subject_kind="recording", subject_id=recording.id, actor=actor, now=now, **facts
    )
