"""What is known of a recording, added step by step: received, checked, encoded into a package or refused after all."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.domain.findings import FindingCode, Severity, Verdict
from pipeline.domain.jobs import OF_RECORDINGS, JobKind
from pipeline.domain.mails import MailKind
from pipeline.domain.packages import Package
from pipeline.domain.statements import StatementAction, StatementState, is_allowed, next_state
from pipeline.records.tables import Recording, Statement
from pipeline.services.draft_jobs import stop_drafts
from pipeline.services.events import SYSTEM, Actor, record_event
from pipeline.services.jobs import cancel_open_jobs, deadline_of, queue_job
from pipeline.services.mails import queue_mail
from pipeline.services.voice_jobs import stop_mixing

if TYPE_CHECKING:  # the web process receives recordings and never loads what decodes them
    from pipeline.media.report import IntakeReport


MADE_FROM = "made_from"
"""Where a recording's report has the digests of what intake made it from."""


def receive_recording(
    db: Session,
    *,
    statement: Statement,
    original_key: str,
    size_bytes: int,
    sha256: str,
    now: datetime,
    actor: Actor | None = None,
    sealed_key: str = "",
) -> Recording:
    """Make an uploaded original the statement's current attempt and have it checked.

    `actor` is who of the organiser sent it for the speaker, None for the speaker.

    Work on attempts before it is cancelled. An earlier approval stays on record, for the recording it was given to.
    Raises `ChangeNotAllowed` when the statement takes no recording now.
    """
    sender = actor or Actor("speaker", statement.speaker_id)
    _stop_work_on_earlier(db, statement, actor=sender, now=now)
    move_statement(statement, StatementAction.RECEIVE, now=now)
    recording = Recording(
        statement_id=statement.id,
        attempt=_last_attempt(db, statement) + 1,
        received_at=now,
        original_key=original_key,
        size_bytes=size_bytes,
        sha256=sha256,
        wrapped_key=sealed_key,
    )
    db.add(recording)
    db.flush()
    statement.current_recording_id = recording.id
    statement.sent_back_reason = ""
    _queue(db, JobKind.INTAKE, recording, statement, now)
    _record(db, "recording.received", recording, sender, now, attempt=recording.attempt, size_bytes=size_bytes)
    _tell(db, statement, MailKind.RECEIVED, recording, now)
    return recording


def record_intake(
    db: Session,
    recording: Recording,
    report: "IntakeReport",
    *,
    now: datetime,
    inputs: Mapping[str, str] | None = None,
) -> None:
    """Keep what intake found; accepted so far leads to review and encoding, refused sends the statement back.

    `inputs` has digests of what the report was made from. Of a recording that is no longer wanted (a newer attempt,
    a withdrawal) only the facts are kept.
    """
    statement = lock_statement(db, recording.statement_id)
    _keep_report(recording, report, made_from=inputs)
    name = "recording.accepted" if report.is_accepted else "recording.refused"
    _record(db, name, recording, SYSTEM, now, findings=_codes(report))
    action = StatementAction.ACCEPT if report.is_accepted else StatementAction.REFUSE
    if _is_waited_for(statement, recording, action):
        move_statement(statement, action, now=now)
        if not report.is_accepted:
            _tell(db, statement, MailKind.REFUSED, recording, now)
    if report.is_accepted and _is_in_review(statement, recording):
        _queue(db, JobKind.ENCODE, recording, statement, now)
    elif _refusing(report) == {FindingCode.TOO_LONG} and statement.state is StatementState.SENT_BACK:
        _queue(db, JobKind.PROXY, recording, statement, now)  # the speaker will choose what is shown


def record_completion(db: Session, recording: Recording, report: "IntakeReport", *, now: datetime) -> None:
    """Keep the final report, judged by every picture; refused sends the statement back if nobody decided meanwhile.

    What is accepted gets its package with `record_package`, in the same transaction. An approval stands: a recording
    that people approved is not refused when it is judged once more.
    """
    statement = lock_statement(db, recording.statement_id)
    if not report.is_accepted and _is_approved(statement, recording):
        return
    _keep_report(recording, report, made_from=(recording.report or {}).get(MADE_FROM))
    if report.is_accepted:
        return
    _record(db, "recording.refused", recording, SYSTEM, now, findings=_codes(report))
    if _is_waited_for(statement, recording, StatementAction.REFUSE):
        move_statement(statement, StatementAction.REFUSE, now=now)
        _tell(db, statement, MailKind.REFUSED, recording, now)


def record_package(db: Session, recording: Recording, package: Package, prefix: str, *, now: datetime) -> None:
    """Keep where an accepted recording's package lies and what is in it."""
    recording.package = package.to_json()
    recording.package_prefix = prefix
    _record(db, "recording.packaged", recording, SYSTEM, now, segments=len(package.audio.segments))
    statement = recording.statement
    if _is_in_review(statement, recording):
        _tell(db, statement, MailKind.ACCEPTED, recording, now)


def renew_recording(db: Session, recording: Recording, report: "IntakeReport", *, actor: Actor, now: datetime) -> None:
    """Have another package made of a recording that is there, because other things than its bytes have changed.

    `report` is its report as judged for them, without what the pictures told: they are looked at once more. The package
    there was is out of date, and so is an approval. Raises `ChangeNotAllowed` where no recording would be taken either.
    """
    statement = lock_statement(db, recording.statement_id)
    for kind in (JobKind.INTAKE, JobKind.ENCODE):
        cancel_open_jobs(db, kind, recording.id, actor=actor, now=now)
    move_statement(statement, StatementAction.RECEIVE, now=now)
    statement.approved_recording_id = None
    statement.sent_back_reason = ""
    recording.package, recording.package_prefix = None, None
    _keep_report(recording, report, made_from=(recording.report or {}).get(MADE_FROM))
    move_statement(statement, StatementAction.ACCEPT if report.is_accepted else StatementAction.REFUSE, now=now)
    if report.is_accepted:
        _queue(db, JobKind.ENCODE, recording, statement, now)
    db.flush()


def take_up_recording(db: Session, recording: Recording, *, actor: Actor, now: datetime) -> None:
    """Make a recording that was handed in before the statement's current one; what it lacks is made.

    Raises `ChangeNotAllowed` when the statement takes no recording now.
    """
    statement = lock_statement(db, recording.statement_id)
    _stop_work_on_earlier(db, statement, actor=actor, now=now)
    move_statement(statement, StatementAction.RECEIVE, now=now)
    statement.current_recording_id = recording.id
    statement.approved_recording_id = None
    statement.sent_back_reason = ""
    if recording.verdict is None:
        _queue(db, JobKind.INTAKE, recording, statement, now)
    else:
        is_accepted = recording.verdict is Verdict.ACCEPTED
        move_statement(statement, StatementAction.ACCEPT if is_accepted else StatementAction.REFUSE, now=now)
        if is_accepted and recording.package is None:
            _queue(db, JobKind.ENCODE, recording, statement, now)
    db.flush()
    db.expire(statement, ["current_recording"])


def is_ready_for_approval(recording: Recording) -> bool:
    """Whether people can watch and approve it: accepted by sound and pictures, and its package is there."""
    return recording.verdict is Verdict.ACCEPTED and recording.package is not None


def move_statement(statement: Statement, action: StatementAction, *, now: datetime) -> None:
    """Change a statement as the table allows; raises `ChangeNotAllowed`. The caller records the event."""
    statement.state = next_state(statement.state, action)
    statement.state_since = now


def lock_statement(db: Session, statement_id: int) -> Statement:
    """A statement as it is now, held until the end of the transaction: nobody's decision comes between."""
    held = select(Statement).where(Statement.id == statement_id).with_for_update()
    return db.scalars(held.execution_options(populate_existing=True)).one()


def _keep_report(recording: Recording, report: "IntakeReport", *, made_from: Mapping[str, str] | None) -> None:
    facts = report.to_json()
    recording.verdict = report.verdict
    recording.findings = facts.pop("findings")
    recording.report = {**facts, MADE_FROM: dict(made_from)} if made_from else facts
    recording.duration_seconds = recording.trim.duration_seconds if recording.trim else report.duration_seconds


def _is_approved(statement: Statement, recording: Recording) -> bool:
    has_approval = statement.approved_recording_id == recording.id
    return has_approval and statement.state in {StatementState.APPROVED, StatementState.PUBLISHED}


def _is_in_review(statement: Statement, recording: Recording) -> bool:
    return statement.current_recording_id == recording.id and statement.state is StatementState.IN_REVIEW


def _codes(report: "IntakeReport") -> list[str]:
    return [finding.code.value for finding in report.findings]


def _refusing(report: "IntakeReport") -> set[FindingCode]:
    return {finding.code for finding in report.findings if finding.severity is Severity.REFUSE}


def _is_waited_for(statement: Statement, recording: Recording, action: StatementAction) -> bool:
    return statement.current_recording_id == recording.id and is_allowed(statement.state, action)


def _last_attempt(db: Session, statement: Statement) -> int:
    last = select(func.max(Recording.attempt)).where(Recording.statement_id == statement.id)
    return db.scalar(last) or 0


def _queue(db: Session, kind: JobKind, recording: Recording, statement: Statement, now: datetime) -> None:
    queue_job(db, kind, recording.id, now=now, deadline=deadline_of(statement.speaker.country))


def _stop_work_on_earlier(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> None:
    for recording_id in db.scalars(select(Recording.id).where(Recording.statement_id == statement.id)):
        for kind in OF_RECORDINGS:
            cancel_open_jobs(db, kind, recording_id, actor=actor, now=now)
        stop_drafts(db, recording_id, actor=actor, now=now)
        stop_mixing(db, recording_id, actor=actor, now=now)


def _tell(db: Session, statement: Statement, kind: MailKind, recording: Recording, now: datetime) -> None:
    queue_mail(db, statement, kind, now=now, facts={"recording_id": recording.id})


def _record(db: Session, name: str, recording: Recording, actor: Actor, now: datetime, **facts: Any) -> None:
    record_event(db, name, subject_kind="recording", subject_id=recording.id, actor=actor, now=now, **facts)
