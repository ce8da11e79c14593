"""Staff hand in a file for a speaker who mailed it: the same resumable upload, at an address of the statement.

As with speakers' uploads no form token is asked for: every request carries a header that a page of another site cannot
send.
"""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from pipeline.records.tables import Statement
from webapp.access import staff
from webapp.database import current_db
from webapp.security import csrf
from webapp.views import uploads

blueprint = Blueprint("staff_uploads", __name__, url_prefix="/staff/statements/<int:statement_id>/uploads")
csrf.exempt(blueprint)
uploads.answer_as_uploads(blueprint)


@blueprint.route("/", methods=["POST"], provide_automatic_options=False)
@staff
def create(statement_id: int) -> ResponseReturnValue:
    """Begin an upload for a speaker."""
    _check_exists(statement_id)
    return uploads.begin_any()


@blueprint.route("/<name>", methods=["HEAD", "PATCH", "DELETE", "POST"], provide_automatic_options=False)
@staff
def answer(statement_id: int, name: str) -> ResponseReturnValue:
    """Tell the offset, take bytes, or end an upload, as the method says."""
    _check_exists(statement_id)
    return uploads.answer_any(name)


def _check_exists(statement_id: int) -> None:
    if current_db().get(Statement, statement_id) is None:
        abort(404)
