"""What a job says of its step in the build graph: it runs, it waits and for what, it has failed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from pipeline.domain.build_graph import Node, Progress, StepState, WaitsFor
from pipeline.domain.jobs import QUEUES, JobState
from pipeline.services.board_waits import Wait, WaitReason
from pipeline.services.build_facts import BuildFacts, Work


def with_work(node: Node, facts: BuildFacts) -> Node:
    """The node as its newest job makes it; a job that ended is of no interest to what is built."""
    work = facts.work.get(node.step)
    if work is None:
        return node
    if work.job.state is JobState.RUNNING:
        return _running(node, work, facts.now)
    if work.job.state is JobState.QUEUED:
        return _waiting(node, work)
    return node if node.state in {StepState.BUILT, StepState.REFUSED} else _stopped(node, work)


def _running(node: Node, work: Work, now: datetime) -> Node:
    job, because = work.job, ""
    if job.lease_until is not None and job.lease_until < now:
        because = "Its worker has given no sign of life; the scheduler gives the work to another."
    progress = Progress(job.stage, job.progress)
    now_runs = replace(node, state=StepState.RUNNING, waits_for=WaitsFor.WORKER, because=because)
    return replace(now_runs, progress=progress, job_id=job.id)


def _waiting(node: Node, work: Work) -> Node:
    wait = work.wait or Wait(WaitReason.NEXT)
    waits_for = WaitsFor.OPERATOR if wait.reason in _OPERATOR_ACTS else WaitsFor.WORKER
    because = _WAIT_WORDS[wait.reason](wait, work)
    return replace(node, state=StepState.WAITING, waits_for=waits_for, because=because, job_id=work.job.id)


def _stopped(node: Node, work: Work) -> Node:
    job = work.job
    if job.state is JobState.FAILED:
        because = f"Job {job.id} failed. {job.told_operator or job.told_staff} Try it again with --rebuild."
        return replace(node, state=StepState.FAILED, waits_for=WaitsFor.STAFF, because=because, job_id=job.id)
    if job.state is JobState.CANCELLED:
        return replace(node, because=f"Job {job.id} was cancelled. Try it again with --rebuild.", job_id=job.id)
    return node


_OPERATOR_ACTS = {WaitReason.AWAY, WaitReason.NO_WORKER, WaitReason.NOT_TAKEN}

_WAIT_WORDS: Mapping[WaitReason, Callable[[Wait, Work], str]] = {
    WaitReason.AWAY: lambda wait, work: f"{work.job.told_operator} It is tried again at {_time(wait.until)}.",
    WaitReason.RETRY: lambda wait, work: f"{work.job.told_operator} It is tried again at {_time(wait.until)}.",
    WaitReason.NO_WORKER: lambda wait, work: (
        f"No worker for the queue “{QUEUES[work.job.kind].value}” runs; the last sign of one: {_time(wait.since)}. "
        "Start one with “presession worker”."
    ),
    WaitReason.NOT_TAKEN: lambda wait, work: (
        f"A worker has been free since {_time(wait.since)} and does not take job {work.job.id}. Look at its log."
    ),
    WaitReason.BEHIND: lambda wait, work: f"{wait.ahead} other jobs go first.",
    WaitReason.NEXT: lambda wait, work: "It is the next to be taken.",
}


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "never"
