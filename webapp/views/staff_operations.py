"""The operator: which parts run, what waits, every job with its history; trying again and cancelling."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import MAX_ATTEMPTS, QUEUES, JobKind, JobState
from pipeline.records.tables import Job
from pipeline.services.events import Actor
from pipeline.services.jobs import cancel_job, retry_job
from pipeline.services.operation_measures import count_jobs
from pipeline.services.operations import PAGE_LENGTH, find_job, list_jobs, list_work, load_job_history
from pipeline.services.running_parts import running_parts
from webapp.access import current_staff, operator
from webapp.database import current_db, roll_back_request
from webapp.portal import portal
from webapp.readiness import check_readiness
from webapp.views.staff import blueprint

_Choice = TypeVar("_Choice", bound=StrEnum)


@blueprint.get("/operations/")
@operator
def operations() -> ResponseReturnValue:
    """Parts, work by kind, and a page of jobs; `state` and `kind` filter, `before` turns the page."""
    db, now = current_db(), datetime.now(UTC)
    state, kind = _chosen(JobState, "state"), _chosen(JobKind, "kind")
    parts = running_parts(db, now=now)
    messages = portal().probes.broker.answer()
    return render_template(
        "staff/operations.html",
        readiness=check_readiness(portal().probes),
        running_parts=parts,
        work=list_work(db, parts, now=now),
        messages=messages.value if messages is not None else {},
        jobs=list_jobs(db, now=now, state=state, kind=kind, before_id=request.args.get("before", type=int)),
        counts=count_jobs(db),
        chosen={"state": state, "kind": kind},
        choices={"state": JobState, "kind": JobKind},
        page_length=PAGE_LENGTH,
        queues=QUEUES,
        now=now,
    )


@blueprint.get("/operations/jobs/<int:job_id>/")
@operator
def job(job_id: int) -> ResponseReturnValue:
    """One job with its history."""
    db, now = current_db(), datetime.now(UTC)
    line = find_job(db, job_id, now=now) or abort(404)
    hosts = {part.name: part.host for part in running_parts(db, now=now)}
    return render_template(
        "staff/job.html", line=line, history=load_job_history(db, job_id), hosts=hosts, most_attempts=MAX_ATTEMPTS
    )


@blueprint.post("/operations/jobs/<int:job_id>/retry")
@operator
def retry_any(job_id: int) -> ResponseReturnValue:
    """Give a job that failed or was cancelled three new attempts."""
    return _change(job_id, retry_job, done=_("It is being tried again."))


@blueprint.post("/operations/jobs/<int:job_id>/cancel")
@operator
def cancel(job_id: int) -> ResponseReturnValue:
    """Stop a job that waits or runs."""
    return _change(job_id, cancel_job, done=_("Cancelled. It can be tried again."))


def _change(job_id: int, change: Callable[..., None], *, done: str) -> ResponseReturnValue:
    db: Session = current_db()
    found = db.get(Job, job_id) or abort(404)
    actor: Actor = current_staff().actor
    try:
        change(db, found, actor=actor, now=datetime.now(UTC))
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("This changed while you looked. Nothing was done; look again and decide anew."), "bad")
    else:
        flash(done, "good")
    return redirect(url_for("staff.job", job_id=job_id), 303)


def _chosen(choices: type[_Choice], name: str) -> _Choice | None:
    asked = request.args.get(name, "")
    return choices(asked) if asked in list(choices) else None
