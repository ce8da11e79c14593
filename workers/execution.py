"""Running the most urgent job of a queue: claim, end the transaction, work, write how it ended with the same claim."""

from contextlib import ExitStack

import structlog
from sqlalchemy.exc import SQLAlchemyError

from pipeline.domain.errors import RetryableError
from pipeline.domain.jobs import Queue
from pipeline.records.database import is_away
from pipeline.services.claims import Claim, LeaseLost, claim_next, give_back_job
from pipeline.services.jobs import transaction
from workers.clock import utc_now
from workers.context import WorkerContext
from workers.endings import Ending, Outcome, ending_with_error, ending_with_result, write_ending
from workers.folders import remove_folder, work_folder
from workers.heartbeat import Heartbeat
from workers.steps import STEPS
from workers.steps.run import JobRun

_log = structlog.get_logger(__name__)


def run_next(context: WorkerContext, queue: Queue) -> None:
    """Run the most urgent job of a queue, if there is one. What goes wrong in it becomes the job's state."""
    claim = None if context.is_stopping() else _claim_next(context, queue)
    if claim is not None:
        run_claim(context, claim)


def run_claim(context: WorkerContext, claim: Claim) -> None:
    """Work on a job that was claimed, to its end; what it wrote is removed again unless its result was recorded."""
    ids = {"job_id": claim.job_id, "kind": claim.kind.value, "subject_id": claim.subject_id, "attempt": claim.attempt}
    with structlog.contextvars.bound_contextvars(**ids), ExitStack() as undo:
        _log.info("job.started")
        with _heartbeat(context, claim) as heartbeat:
            outcome = _write(context, claim, heartbeat, _work(context, claim, heartbeat, undo))
        _log.info(outcome.value)
        written = undo.pop_all()
        if outcome not in {Outcome.DONE, Outcome.UNKNOWN}:
            _remove(written)


def _claim_next(context: WorkerContext, queue: Queue) -> Claim | None:
    lease_seconds = context.settings.jobs.lease_seconds
    try:
        with context.database.begin() as db:
            return claim_next(db, queue, now=utc_now(), lease_seconds=lease_seconds, worker_name=context.worker_name)
    except SQLAlchemyError as error:
        if not is_away(error):
            raise
        _log.warning("job.not_claimed", error=type(error).__name__)  # the sweep sends its message again
        return None


def _heartbeat(context: WorkerContext, claim: Claim) -> Heartbeat:
    jobs = context.settings.jobs
    return Heartbeat(
        context.database,
        claim,
        beat_seconds=jobs.heartbeat_seconds,
        lease_seconds=jobs.lease_seconds,
        drain_seconds=jobs.drain_seconds,
        is_stopping=context.is_stopping,
        on_stuck=lambda: _abandon(context, claim),
    )


def _work(context: WorkerContext, claim: Claim, heartbeat: Heartbeat, undo: ExitStack) -> Ending:
    try:
        with work_folder(context.settings.work_dir, claim.token) as folder:
            record = STEPS[claim.kind](JobRun(claim, context, folder, heartbeat.report, undo))
    except Exception as error:  # noqa: BLE001 - whatever it is, the job's row has to say it
        return ending_with_error(context, claim, heartbeat, error)
    return ending_with_result(claim, record)


def _write(context: WorkerContext, claim: Claim, heartbeat: Heartbeat, ending: Ending) -> Outcome:
    try:
        return write_ending(context, claim, heartbeat, ending)
    except Exception as error:  # noqa: BLE001 - the result was refused: that is how the attempt ended
        return write_ending(context, claim, heartbeat, ending_with_error(context, claim, heartbeat, error))


def _remove(written: ExitStack) -> None:
    try:
        written.close()
    except (RetryableError, OSError) as error:  # the scheduler removes what nothing points at
        _log.warning("job.not_undone", error=type(error).__name__)


def _abandon(context: WorkerContext, claim: Claim) -> None:
    """End a process whose step does not hear that it should end; its job goes back if it is still ours."""
    try:
        with transaction(context.database, context.producer) as db:
            give_back_job(db, claim, now=utc_now())
    except (LeaseLost, SQLAlchemyError) as error:
        _log.warning("job.not_given_back", error=type(error).__name__)
    remove_folder(context.settings.work_dir, claim.token)
    context.end_process()
