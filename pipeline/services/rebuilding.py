"""Having made anew what is stale, missing or failed of one recording: each step when what it needs is there."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.build_graph import JOB_KINDS, Step, StepState
from pipeline.domain.consents import RELEASE_AUDIENCES
from pipeline.domain.jobs import JobState
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Country, Job
from pipeline.services.build_graph import BuildGraph
from pipeline.services.build_nodes import UNDECIDED
from pipeline.services.build_release import is_changed_by_machines_alone
from pipeline.services.events import Actor
from pipeline.services.jobs import deadline_of, queue_job, retry_job
from pipeline.services.releases import newest_release, renew_release

_LACKING = frozenset({StepState.STALE, StepState.MISSING, StepState.FAILED})
_ENCODED = frozenset({StatementState.IN_REVIEW, StatementState.APPROVED, StatementState.PUBLISHED})


def rebuild(db: Session, graph: BuildGraph, *, actor: Actor, now: datetime) -> tuple[Step, ...]:
    """Queue what is lacking and can be made now; the steps that were queued.

    What follows from a queued step follows when it is done: the encode by itself, a release when this is asked again.
    A check is not done anew once people have decided on its recording, and nothing is published that they did not.
    """
    if not graph.is_current or graph.node(Step.ORIGINAL).state is StepState.MISSING or _is_under_way(graph):
        return ()
    if graph.node(Step.INTAKE).state in _LACKING and graph.state in UNDECIDED:
        return _ask(db, graph, Step.INTAKE, actor=actor, now=now)
    aligned = _ask(db, graph, Step.ALIGN, actor=actor, now=now) if _can_be_aligned(graph) else ()
    if graph.node(Step.ENCODE).state in _LACKING and _can_be_encoded(graph):
        return (*_ask(db, graph, Step.ENCODE, actor=actor, now=now), *aligned)
    return (*aligned, *_rebuild_release(db, graph, actor, now))


def _is_under_way(graph: BuildGraph) -> bool:
    """Whether the check or the encode is asked for already: a release waits for what comes of it."""
    states = {graph.node(step).state for step in (Step.INTAKE, Step.ENCODE)}
    return bool(states & {StepState.WAITING, StepState.RUNNING})


def _can_be_aligned(graph: BuildGraph) -> bool:
    is_checked = graph.node(Step.INTAKE).state in {StepState.BUILT, StepState.STALE}
    return is_checked and graph.state in _ENCODED and graph.node(Step.ALIGN).state in _LACKING


def _can_be_encoded(graph: BuildGraph) -> bool:
    is_checked = graph.node(Step.INTAKE).state in {StepState.BUILT, StepState.STALE}
    return is_checked and graph.state in _ENCODED


def _rebuild_release(db: Session, graph: BuildGraph, actor: Actor, now: datetime) -> tuple[Step, ...]:
    release = graph.node(Step.RELEASE)
    if release.state is StepState.FAILED:
        return _ask(db, graph, Step.RELEASE, actor=actor, now=now)
    if not is_changed_by_machines_alone(release) and not _is_gone(release.state, graph):
        return ()
    country = db.get_one(Country, graph.country_id)
    for audience in RELEASE_AUDIENCES:
        if country.live_id(audience) is not None or audience is graph.audience:
            renew_release(db, country, audience, actor=actor, now=now)
    return (Step.RELEASE,)


def _is_gone(state: StepState, graph: BuildGraph) -> bool:
    """Whether what was out is no longer in the store."""
    return state is StepState.MISSING and bool(graph.node(Step.RELEASE).objects)


def _ask(db: Session, graph: BuildGraph, step: Step, *, actor: Actor, now: datetime) -> tuple[Step, ...]:
    kind, subject_id = JOB_KINDS[step], _subject_of(db, graph, step)
    jobs = select(Job).where(Job.kind == kind, Job.subject_id == subject_id).order_by(Job.id.desc())
    newest = db.scalars(jobs).first()
    if newest is not None and newest.state in {JobState.FAILED, JobState.CANCELLED}:
        retry_job(db, newest, actor=actor, now=now)
    else:
        queue_job(db, kind, subject_id, now=now, deadline=deadline_of(db.get_one(Country, graph.country_id)))
    return (step,)


def _subject_of(db: Session, graph: BuildGraph, step: Step) -> int:
    release = newest_release(db, graph.country_id, graph.audience) if step is Step.RELEASE else None
    return release.id if release else graph.recording_id
