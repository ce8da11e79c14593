"""How an attempt at a job ends, and writing that down, however long the records are away meanwhile."""

import time
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from pipeline.domain.jobs import JobState
from pipeline.records.database import is_away
from pipeline.services.claims import (
    Claim,
    Failure,
    LeaseLost,
    fail_job,
    finish_job,
    give_back_job,
    postpone_job,
    was_finished_by,
)
from pipeline.services.jobs import transaction
from workers.clock import utc_now
from workers.context import WorkerContext
from workers.failures import describe_failure, is_nobodys_fault, place_of
from workers.heartbeat import Heartbeat, WorkerStopping
from workers.steps.run import Record

_log = structlog.get_logger(__name__)

_PATIENCE_SECONDS = 600.0
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 5.0


class Outcome(StrEnum):
    """What became of an attempt, as the log says it."""

    DONE = "job.done"
    DROPPED = "job.dropped"
    GIVEN_BACK = "job.given_back"
    POSTPONED = "job.postponed"
    RETRIED = "job.will_be_retried"
    FAILED = "job.failed"
    UNKNOWN = "job.outcome_not_written"


Ending = Callable[[Session, datetime], Outcome]
"""Writes how an attempt ended, in the caller's transaction, which may be begun anew. Raises `LeaseLost`."""


def ending_with_result(claim: Claim, record: Record) -> Ending:
    """The step came to its end: its results and the job's, or nothing."""

    def write(db: Session, now: datetime) -> Outcome:
        record(db, now)
        db.flush()
        # Last: rows of people's work are always locked before rows of jobs. Without the claim nothing is kept.
        finish_job(db, claim, now=now)
        return Outcome.DONE

    return write


def ending_with_error(context: WorkerContext, claim: Claim, heartbeat: Heartbeat, error: Exception) -> Ending:
    """The step raised: because its work is no longer wanted, because something is away, or because it failed."""
    try:
        heartbeat.check()
    except (LeaseLost, WorkerStopping) as reason:  # whatever came of it: programs were taken away
        error = reason
    if isinstance(error, LeaseLost):
        return lambda _db, _now: Outcome.DROPPED
    if isinstance(error, WorkerStopping):
        return _giving_back(claim)
    failure = describe_failure(error, claim)
    _log.warning("job.attempt_failed", error=type(error).__name__, place=place_of(error), told=failure.told_operator)
    if heartbeat.is_stopping and not failure.is_final:  # whoever stops a worker may have stopped its programs too
        return _giving_back(claim)
    return _postponing(context, claim, failure) if is_nobodys_fault(error) else _failing(context, claim, failure)


def write_ending(context: WorkerContext, claim: Claim, heartbeat: Heartbeat, ending: Ending) -> Outcome:
    """Write how an attempt ended; while the records are away, wait for them with the result in hand.

    Whatever else the ending raises is raised. The outcome is `UNKNOWN` when the records stayed away.
    """
    give_up_at, pause = time.monotonic() + _PATIENCE_SECONDS, _FIRST_PAUSE_SECONDS
    while time.monotonic() < give_up_at:
        try:
            with transaction(context.database, context.producer) as db:
                # A commit may have succeeded although its answer was lost.
                return Outcome.DONE if was_finished_by(db, claim) else ending(db, utc_now())
        except LeaseLost:
            return Outcome.DROPPED
        except SQLAlchemyError as error:
            if not is_away(error):
                raise
            _log.warning("job.waits_for_records", error=type(error).__name__)
        if not heartbeat.is_wanted_after(pause):
            break
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
    return Outcome.UNKNOWN


def _giving_back(claim: Claim) -> Ending:
    def write(db: Session, now: datetime) -> Outcome:
        give_back_job(db, claim, now=now)
        return Outcome.GIVEN_BACK

    return write


def _postponing(context: WorkerContext, claim: Claim, failure: Failure) -> Ending:
    def write(db: Session, now: datetime) -> Outcome:
        state = postpone_job(db, claim, failure, now=now, away_hours=context.settings.jobs.away_hours)
        return Outcome.FAILED if state is JobState.FAILED else Outcome.POSTPONED

    return write


def _failing(context: WorkerContext, claim: Claim, failure: Failure) -> Ending:
    def write(db: Session, now: datetime) -> Outcome:
        state = fail_job(db, claim, failure, now=now, retry_seconds=context.settings.jobs.retry_seconds)
        return Outcome.FAILED if state is JobState.FAILED else Outcome.RETRIED

    return write
