"""The request's database session: opened on first use, committed once after the view succeeded.

A request that only asks (GET, HEAD) gets a session that only reads: it never waits for a writer, and whatever
it changed would be forgotten. Jobs that a request queued are sent after the commit. A broker that is away fails no
request: the job's row is the truth, and the scheduler's sweep sends what was not sent.
"""

from contextlib import ExitStack

from flask import Flask, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from pipeline.services.jobs import jobs_to_send, send_jobs
from webapp.portal import portal

_ASKING = frozenset({"GET", "HEAD", "OPTIONS"})


class PortalFlask(Flask):
    """Flask with the one commit of a request at its edge: after the view, before the answer is sent."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view; commit when it returned, roll back when it raised."""
        try:
            answer = super().dispatch_request()
            commit_request()
        except BaseException:
            roll_back_request()
            raise
        return answer


def init_database(app: Flask) -> None:
    """End the session with the request, whatever happened."""

    @app.teardown_request
    def end(error: BaseException | None) -> None:
        roll_back_request()


def current_db() -> Session:
    """The session of this request; a new one after `commit_request` ended the last."""
    if "db" not in g:
        stack = ExitStack()
        database = portal().database
        g.db = stack.enter_context(database.read() if request.method in _ASKING else database.begin())
        g.db_stack = stack
    return g.db


def commit_request() -> None:
    """Commit and close the session, then send the jobs it queued.

    Called once by `PortalFlask`. A view that goes on to stream bytes for long calls it before, so that no
    connection is held meanwhile.
    """
    stack: ExitStack | None = g.pop("db_stack", None)
    if stack is None:
        return
    db: Session = g.pop("db")
    with stack:
        db.flush()
        messages = jobs_to_send(db)
    send_jobs(portal().producer, messages)


def roll_back_request() -> None:
    """Forget what this request changed and close its session; nothing happens when there is none."""
    stack: ExitStack | None = g.pop("db_stack", None)
    if stack is None:
        return
    with stack:
        g.pop("db").rollback()
