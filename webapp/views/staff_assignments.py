"""Staff: whose work a statement is, asked and ended."""

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.services.assignments import assign_statement, end_assignment
from pipeline.services.reviews import find_statement
from webapp.access import staff
from webapp.database import current_db
from webapp.review_forms import AssignForm
from webapp.review_parts import assign_form
from webapp.views.staff import blueprint
from webapp.views.staff_changes import change_statement
from webapp.views.staff_statement import show_review

_ANCHOR = "assignments"


@blueprint.post("/statements/<int:statement_id>/assignments")
@staff
def assign(statement_id: int) -> ResponseReturnValue:
    """Ask somebody for a review or for subtitles."""
    statement = find_statement(current_db(), statement_id) or abort(404)
    form = assign_form(current_db(), statement, AssignForm())
    if not form.validate_on_submit():
        return show_review(statement_id, assign_form=form), 422
    account_id, (kind, language) = form.account_id.data, form.wanted
    chosen = {"account_id": account_id, "what": form.what.data}

    def keep(version: int) -> dict[str, AssignForm]:
        return {
            "assign_form": assign_form(current_db(), statement, AssignForm(formdata=None, version=version, **chosen))
        }

    return change_statement(
        statement_id,
        lambda db, held, actor, now: assign_statement(
            db, held, account_id, kind, language=language, actor=actor, now=now
        ),
        done=_("Asked. It stands first in their list."),
        anchor=_ANCHOR,
        keep=keep,
    )


@blueprint.post("/statements/<int:statement_id>/assignments/<int:assignment_id>/end")
@staff
def end_work(statement_id: int, assignment_id: int) -> ResponseReturnValue:
    """The work is done or no longer asked for."""
    request.form.get("version", type=int) or abort(400)
    return change_statement(
        statement_id,
        lambda db, statement, actor, now: end_assignment(db, statement, assignment_id, actor=actor, now=now),
        done=_("Ended. You can ask the same person again."),
        anchor=_ANCHOR,
    )
