"""Running one job by its id: claim, end the transaction, work, record with the same claim; every outcome ends here."""

from contextlib import ExitStack

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pipeline.domain.errors import RetryableError
from pipeline.domain.jobs import JobState
from pipeline.services.claims import (
    Claim,
    LeaseLost,
    claim_job,
    fail_job,
    finish_job,
    give_back_job,
    was_finished_by,
)
from pipeline.services.jobs import transaction
from workers.clock import utc_now
from workers.context import WorkerContext
from workers.failures import describe_failure, place_of
from workers.folders import work_folder
from workers.heartbeat import Heartbeat, WorkerStopping
from workers.steps import STEPS
from workers.steps.run import JobRun, Record

_log = structlog.get_logger(__name__)


def run_job(context: WorkerContext, job_id: int) -> None:
    """Run a job if it is there to be taken. What goes wrong in it becomes the job's state.

    Raises only when the records are away; the lease then lapses and the sweep takes the job back.
    """
    claim = _claim(context, job_id)
    if claim is None:
        _log.debug("job.not_taken", job_id=job_id)
        return
    ids = {"job_id": job_id, "kind": claim.kind.value, "subject_id": claim.subject_id, "attempt": claim.attempt}
    with structlog.contextvars.bound_contextvars(**ids):
        _log.info("job.started")
        try:
            _run_step(context, claim)
        except LeaseLost:
            _log.info("job.dropped")
        except WorkerStopping:
            _give_back(context, claim)
        except Exception as error:  # noqa: BLE001 - whatever it is, the job's row has to say it
            _fail(context, claim, error)
        else:
            _log.info("job.done")


def _claim(context: WorkerContext, job_id: int) -> Claim | None:
    if context.is_stopping():
        return None
    with context.database.begin() as db:
        return claim_job(db, job_id, now=utc_now(), lease_seconds=context.settings.jobs.lease_seconds)


def _run_step(context: WorkerContext, claim: Claim) -> None:
    undo = ExitStack()
    try:
        record = _work(context, claim, undo)
        with transaction(context.database, context.producer) as db:
            now = utc_now()
            record(db, now)
            db.flush()
            # Last: rows of people's work are always locked before rows of jobs. Without the claim nothing is kept.
            finish_job(db, claim, now=now)
    except BaseException:
        _undo_unless_recorded(context, claim, undo)
        raise


def _undo_unless_recorded(context: WorkerContext, claim: Claim, undo: ExitStack) -> None:
    """Remove what the attempt wrote; a commit may have succeeded although its answer was lost."""
    try:
        with context.database.read() as db:
            is_recorded = was_finished_by(db, claim)
        if not is_recorded:
            undo.close()
    except (SQLAlchemyError, RetryableError) as error:  # what is left over is found by the sweep
        _log.warning("job.not_undone", error=type(error).__name__)


def _work(context: WorkerContext, claim: Claim, undo: ExitStack) -> Record:
    jobs = context.settings.jobs
    heartbeat = Heartbeat(
        context.database,
        claim,
        beat_seconds=jobs.heartbeat_seconds,
        lease_seconds=jobs.lease_seconds,
        is_stopping=context.is_stopping,
    )
    with work_folder(context.settings.work_dir, claim.token) as folder, heartbeat:
        return STEPS[claim.kind](JobRun(claim, context, folder, heartbeat.report, undo))


def _give_back(context: WorkerContext, claim: Claim) -> None:
    _log.info("job.given_back")
    try:
        with transaction(context.database, context.producer) as db:
            give_back_job(db, claim, now=utc_now())
    except LeaseLost:
        _log.info("job.dropped")


def _fail(context: WorkerContext, claim: Claim, error: Exception) -> None:
    failure = describe_failure(error, claim)
    _log.warning("job.attempt_failed", error=type(error).__name__, place=place_of(error), told=failure.told_operator)
    try:
        with transaction(context.database, context.producer) as db:
            state = fail_job(db, claim, failure, now=utc_now(), retry_seconds=context.settings.jobs.retry_seconds)
    except LeaseLost:
        _log.info("job.dropped")
    else:
        _log.info("job.failed" if state is JobState.FAILED else "job.will_be_retried")
