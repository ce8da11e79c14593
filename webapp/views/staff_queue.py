"""Staff: what to do next in a session, as a list and as the one after the other."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.services.work_queue import WorkQueue, load_work_queue
from webapp.access import current_staff, reader
from webapp.database import current_db
from webapp.views.staff import blueprint
from webapp.wording.staff_work import to_do_words


@blueprint.get("/<slug>/queue")
@reader
def queue(slug: str) -> ResponseReturnValue:
    """Everything that waits for staff, most urgent first."""
    return render_template("staff/queue.html", queue=_load(slug), to_do_words=to_do_words)


@blueprint.get("/<slug>/queue/next")
@reader
def next_in_queue(slug: str) -> ResponseReturnValue:
    """To what comes after the statement `after`, or before the statement `before`; to the list when nothing is left."""
    waiting = _load(slug)
    behind = request.args.get("before", type=int)
    found = waiting.before(behind) if behind is not None else waiting.after(request.args.get("after", 0, type=int))
    if found is None:
        flash(_("Nothing else waits for you in this session."), "good")
        return redirect(url_for("staff.queue", slug=slug))
    return redirect(url_for("staff.review", statement_id=found.statement_id))


def _load(slug: str) -> WorkQueue:
    found = load_work_queue(current_db(), slug, current_staff().account_id, now=datetime.now(UTC))
    return found or abort(404)
