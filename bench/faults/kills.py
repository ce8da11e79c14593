"""Processes that are killed in the middle of their work, and ones that are frozen and come back."""

import signal
import time

from sqlalchemy import select

from bench.faults.processes import (
    Process,
    Table,
    above,
    below,
    is_pool_process,
    pool_process_of,
    read_processes,
    send_signal,
    working_for,
)
from bench.faults.trials import ORPHAN_SECONDS, SETTLE_SECONDS, Trial
from bench.faults.uploading import PacedUpload
from bench.faults.waiting import comes_true
from pipeline.domain.jobs import JobKind, JobState
from pipeline.records.tables import Job, RunningPart

_SERVICE_PAUSE = (0.5, 5.0)
"""How long a service manager takes to start again what ended."""

_FROZEN_SECONDS = (42.0, 55.0)
"""Longer than a lease and a sweep."""


def kill_worker(trial: Trial) -> None:
    """`kill -9` of a worker: the process that others are forked from, or the one above that watches it."""
    job = trial.await_moment()
    table = read_processes()
    victim = trial.chance.choice(_workers_of(trial, table, job))
    _kill(trial, victim)
    _revive(trial)


def kill_pool_process(trial: Trial) -> None:
    """`kill -9` of the process that runs the step."""
    job = trial.await_moment()
    table = read_processes()
    _kill(trial, _pool_process(trial, table, job))
    _revive(trial)


def kill_ffmpeg(trial: Trial) -> None:
    """`kill -9` of the program that decodes and encodes."""
    trial.await_moment()
    comes_true(lambda: _programs(trial) or trial.batch.is_settled(), 20)
    programs = _programs(trial)
    if programs:
        _kill(trial, trial.chance.choice(programs))
    else:
        trial.notes.append("no ffmpeg ran")
        trial.strike()


def kill_portal(trial: Trial) -> None:
    """`kill -9` of the portal while somebody uploads."""
    trial.installation.wait_for_portal()
    upload = PacedUpload(trial.batch, trial.clip + trial.chance.randbytes(8))
    upload.start()
    share = trial.chance.random()
    comes_true(lambda: upload.sent_bytes >= share * len(trial.clip), 60)
    _kill(trial, trial.chance.choice(_of_command(trial, read_processes(), "web")))
    _revive(trial)
    trial.installation.wait_for_portal()
    trial.mend()
    upload.finish()
    trial.notes.append(f"{upload.resumed} resumed")


def kill_scheduler(trial: Trial) -> None:
    """`kill -9` of the scheduler, and messages lost that only its next start can send again."""
    trial.await_moment()
    trial.hand_in()
    victims = _of_command(trial, read_processes(), "scheduler")
    trial.strike()
    for victim in victims:
        send_signal(victim, signal.SIGKILL)
    trial.installation.flush_broker()
    _revive(trial)
    trial.mend()


def freeze_worker(trial: Trial) -> None:
    """A worker that stands still past its lease and then goes on as if nothing had been."""
    job = trial.await_moment()
    table = read_processes()
    victim = trial.chance.choice(_workers_of(trial, table, job))
    frozen = list(below(table, [victim.pid]).values())
    trial.strike()
    for process in frozen:
        send_signal(process, signal.SIGSTOP)
    trial.hold(*_FROZEN_SECONDS)
    for process in reversed(frozen):
        send_signal(process, signal.SIGCONT)
    if len(trial.installation.machines) == 1:
        trial.mend()  # nobody else could have gone on with its work
    time.sleep(ORPHAN_SECONDS)


def poison(trial: Trial) -> None:
    """A recording that kills whatever works on it, every time; the others come through."""
    recording_id = trial.batch.recording_ids[0]
    trial.batch.spoilt.add(recording_id)
    trial.strike()
    killed: set[str] = set()
    until = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < until:
        job = _newest_job(trial, recording_id)
        if job is not None and job.kind is trial.moment and job.state in {JobState.FAILED, JobState.DONE}:
            break
        if job is not None and job.kind is trial.moment and job.lease_token and job.lease_token not in killed:
            victim = pool_process_of(read_processes(), job.lease_token)
            if victim is not None and send_signal(victim, signal.SIGKILL):
                killed.add(job.lease_token)
                trial.strike()
        time.sleep(0.02)
    trial.notes.append(f"killed {len(killed)} times")


def _newest_job(trial: Trial, recording_id: int) -> Job | None:
    jobs = [j for j in trial.batch.read_jobs() if j.subject_id == recording_id and j.kind is not JobKind.RELEASE]
    return max(jobs, key=lambda job: job.id, default=None)


def _programs(trial: Trial) -> list[Process]:
    table = read_processes()
    jobs = (job for job in trial.batch.read_jobs() if job.state is JobState.RUNNING and job.lease_token)
    return [p for job in jobs for p in working_for(table, str(job.lease_token)) if p.name in {"ffmpeg", "ffprobe"}]


def _pool_process(trial: Trial, table: Table, job: Job | None) -> Process:
    """The process that runs a job; where that cannot be told, one of those that may."""
    busy = pool_process_of(table, job.lease_token) if job is not None and job.lease_token else None
    if busy is not None and is_pool_process(table, busy):
        return busy
    holders = [process.pid for process in _holders(trial, table, job)]
    family = below(table, holders).values() if holders else _of_command(trial, table, "worker")
    return trial.chance.choice([process for process in family if is_pool_process(table, process)])


def _workers_of(trial: Trial, table: Table, job: Job | None) -> list[Process]:
    """The workers that hold a job, and any above that watch them; any worker where no job runs."""
    family = _holders(trial, table, job) or _of_command(trial, table, "worker")
    return [process for process in family if process.is_command("worker") and not is_pool_process(table, process)]


def _holders(trial: Trial, table: Table, job: Job | None) -> list[Process]:
    """The process that others are forked from, as it entered itself in the records, and its ancestors."""
    if job is None:
        return []
    with trial.installation.database.read() as db:
        part = db.scalars(select(RunningPart).where(RunningPart.name == job.worker_name)).first()
    return above(table, part.process_id) if part is not None else []


def _of_command(trial: Trial, table: Table, command: str) -> list[Process]:
    ours = below(table, [p.pid for machine in trial.installation.machines for p in machine.running.values()])
    return [process for process in ours.values() if process.is_command(command)]


def _kill(trial: Trial, victim: Process) -> None:
    trial.strike()
    send_signal(victim, signal.SIGKILL)
    trial.notes.append(victim.command or victim.name)


def _revive(trial: Trial) -> None:
    """On one machine `presession run` does that by itself."""
    time.sleep(trial.chance.uniform(*_SERVICE_PAUSE))
    trial.installation.revive()
