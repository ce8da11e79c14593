"""The machine's own check: whether the database and the object store answer."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from pipeline.domain.errors import RetryableError
from pipeline.storage.keys import original_key
from webapp.access import public
from webapp.database import current_db
from webapp.portal import portal

blueprint = Blueprint("health", __name__)

_NEVER_THERE = original_key("0" * 32)


@blueprint.get("/healthz")
@public
def check() -> ResponseReturnValue:
    """200 when both parts answer, else 503; says which part, and nothing about the installation."""
    answers = {"database": _database_answers(), "store": _store_answers()}
    return jsonify(answers), 200 if all(answers.values()) else 503


def _database_answers() -> bool:
    try:
        current_db().execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _store_answers() -> bool:
    try:
        portal().store.stat(_NEVER_THERE)
    except (RetryableError, OSError):
        return False
    return True
