"""What runs, as the records and the broker tell it: scheduler, workers and queues, work that is stuck, clocks."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version

from sqlalchemy import text

from config.settings import Settings
from pipeline.domain.jobs import QUEUES, Queue
from pipeline.records.database import Database
from pipeline.services.board_waits import LONG_WAIT
from pipeline.services.operations import WorkLine, list_failures, list_work
from pipeline.services.running_parts import RunningPartSeen, running_parts
from pipeline.services.troubles import TroubledJob, Troubles, find_troubles
from presession.checkup.checks import Check, fine, note, problem

Messages = Mapping[Queue, int]
"""How many messages wait in the broker for each queue."""

_SHOWN_JOBS = 5
_CLOCK_NOTE_SECONDS = 2.0
_CLOCK_PROBLEM_SECONDS = 60.0
_SCHEDULER_MEND = "start it: presession run, or presession scheduler beside the portal"


@dataclass(frozen=True)
class _Seen:
    """What the records said at one moment."""

    at: datetime
    parts: Sequence[RunningPartSeen]
    work: Sequence[WorkLine]
    troubles: Troubles
    failures: int

    @property
    def has_scheduler(self) -> bool:
        return any(part.kind == "scheduler" and part.is_alive for part in self.parts)


def check_running(settings: Settings, database: Database, messages: Messages | None) -> Iterator[Check]:
    """Every check of what runs; the database's tables are current. `messages` is None when the broker is away."""
    seen = _look(database)
    yield _check_scheduler(seen)
    for queue in Queue:
        line = _together([line for line in seen.work if QUEUES[line.kind] is queue])
        yield _check_queue(line, seen, messages[queue] if messages else None)
    yield from _check_versions(seen)
    yield from _check_troubles(seen)
    if settings.database_url.startswith("postgresql"):
        yield _check_clock(database)


def _look(database: Database) -> _Seen:
    now = datetime.now(UTC)
    with database.read() as db:
        parts = running_parts(db, now=now)
        work, failures = list_work(db, parts, now=now), list_failures(db, now=now)
        return _Seen(now, parts, work, find_troubles(db, now=now), len(failures))


def _check_scheduler(seen: _Seen) -> Check:
    hosts = sorted({part.host for part in seen.parts if part.kind == "scheduler" and part.is_alive})
    if hosts:
        return fine("scheduler", f"seen on {', '.join(hosts)}")
    if any(part.is_alive for part in seen.parts):
        return problem("scheduler", "none was seen: lost work is not sent again", _SCHEDULER_MEND)
    return note("scheduler", "none was seen lately", _SCHEDULER_MEND)


def _together(lines: Sequence[WorkLine]) -> WorkLine:
    """Kinds of work that share a queue and its workers, as one."""
    return replace(
        lines[0],
        due=sum(line.due for line in lines),
        running=sum(line.running for line in lines),
        later=sum(line.later for line in lines),
        oldest_due=min((line.oldest_due for line in lines if line.oldest_due), default=None),
    )


def _check_queue(line: WorkLine, seen: _Seen, messages: int | None) -> Check:
    queue = QUEUES[line.kind].value
    name, found = f"queue {queue}", _describe(line, messages, seen.at)
    start = f"start one: presession worker, or presession worker --queue {queue}"
    if not line.workers:
        return problem(name, found, start) if line.due else note(name, found, start)
    if _is_not_taken(line, seen.at):
        mend = "look at the workers' logs" if messages else "see to broker and scheduler: messages do not get through"
        return problem(name, found, mend)
    return fine(name, found)


def _is_not_taken(line: WorkLine, now: datetime) -> bool:
    """Whether work waits for long while workers have nothing to do."""
    is_free = line.running < line.slots
    return is_free and line.oldest_due is not None and now - line.oldest_due > LONG_WAIT


def _describe(line: WorkLine, messages: int | None, now: datetime) -> str:
    oldest = f" (the oldest for {_span((now - line.oldest_due).total_seconds())})" if line.oldest_due else ""
    told = "messages unknown" if messages is None else f"messages: {messages}"
    return (
        f"workers: {line.workers} for {line.slots} at the same time; running: {line.running}; "
        f"waiting: {line.due}{oldest}; tried later: {line.later}; {told}"
    )


def _check_versions(seen: _Seen) -> Iterator[Check]:
    ours = version("presession")
    others = sorted({f"{part.kind} on {part.host} ({part.version})" for part in seen.parts if part.version != ours})
    if others:
        yield problem(
            "versions", f"this is {ours}, but: {', '.join(others)}", "stop all, then start all with one version"
        )


def _check_troubles(seen: _Seen) -> Iterator[Check]:
    silent, endless, waiting = seen.troubles.silent, seen.troubles.endless, seen.troubles.waiting
    if silent:
        mend = "look at the scheduler's log and at the machines' clocks" if seen.has_scheduler else _SCHEDULER_MEND
        yield problem("stuck jobs", f"their workers are gone and nobody takes them back: {_named(silent)}", mend)
    if endless:
        yield note(
            "long jobs", f"running for more than 6 hours: {_named(endless)}", "see, and cancel, on the operator's page"
        )
    if waiting:
        yield problem(
            "work that is held up",
            f"{_named(waiting)}. {waiting[-1].told_operator}",
            "mend what is named; it goes on by itself",
        )
    if seen.failures:
        yield note(
            "failed jobs", str(seen.failures), "the operator's page (/staff/operations/) says why, and tries again"
        )


def _check_clock(database: Database) -> Check:
    with closing(database.engine.connect()) as connection:
        before = datetime.now(UTC)
        there = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        after = datetime.now(UTC)
    here = before + (after - before) / 2
    apart = abs((there - here).total_seconds())
    found = f"{_span(apart)} from the database's"
    mend = "have both machines take the time from one server (chrony, systemd-timesyncd)"
    if apart > _CLOCK_PROBLEM_SECONDS:
        return problem("clock", found, mend)
    return note("clock", found, mend) if apart > _CLOCK_NOTE_SECONDS else fine("clock", found)


def _named(jobs: Sequence[TroubledJob]) -> str:
    shown = ", ".join(f"{job.kind.value} {job.job_id}" for job in jobs[:_SHOWN_JOBS])
    more = len(jobs) - _SHOWN_JOBS
    return f"{shown} and {more} more" if more > 0 else shown


def _span(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
