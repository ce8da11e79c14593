"""Recordings handed in for speakers by script: the resumable upload (tus 1.0) at an address of the statement."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from pipeline.domain.scopes import Scope
from pipeline.records.tables import Statement
from webapp.access import token
from webapp.api.door import ID
from webapp.database import current_db
from webapp.security import SCRIPT_LIMIT, csrf, limiter, name_script
from webapp.views import uploads

blueprint = Blueprint("api_uploads", __name__, url_prefix=f"/api/v1/statements/<{ID}:statement_id>/uploads")
csrf.exempt(blueprint)
limiter.limit(SCRIPT_LIMIT, key_func=name_script)(blueprint)
uploads.answer_as_uploads(blueprint)


@blueprint.route("/", methods=["POST"], provide_automatic_options=False)
@token(Scope.UPLOAD.value)
def create(statement_id: int) -> ResponseReturnValue:
    """Begin an upload for a speaker."""
    _check_exists(statement_id)
    return uploads.begin_any()


@blueprint.route("/<name>", methods=["HEAD", "PATCH", "DELETE", "POST"], provide_automatic_options=False)
@token(Scope.UPLOAD.value)
def answer(statement_id: int, name: str) -> ResponseReturnValue:
    """Tell the offset, take bytes, or end an upload, as the method says."""
    _check_exists(statement_id)
    return uploads.answer_any(name)


def _check_exists(statement_id: int) -> None:
    if current_db().get(Statement, statement_id) is None:
        abort(404)
