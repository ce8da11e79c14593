"""A recording handed in by a plain form, where scripts do not run. The form's token is read from the stream itself."""

from datetime import UTC, datetime

import structlog
from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, validate_csrf
from wtforms import ValidationError

from pipeline.domain.errors import RetryableError
from pipeline.domain.statements import StatementAction, next_state
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Statement
from pipeline.services.upload_completion import finish_upload
from pipeline.services.uploads import begin_upload
from pipeline.storage.spool import Spool
from webapp.access import current_visit, speaker
from webapp.database import commit_request, current_db
from webapp.form_uploads import FORM_BYTES, receive_form
from webapp.portal import portal
from webapp.security import csrf

blueprint = Blueprint("speaker_files", __name__, url_prefix="/speaker")
log = structlog.get_logger(__name__)


@blueprint.post("/recording")
@csrf.exempt  # type: ignore[untyped-decorator]
@speaker
def hand_in() -> ResponseReturnValue:
    """Take a whole file in one request."""
    _check_state()
    commit_request()  # no connection is held while bytes arrive
    spool, name = Spool(portal().settings.spool_dir), new_name()
    max_bytes = min(FORM_BYTES, portal().settings.uploads.max_bytes)
    received = receive_form(request.environ, spool, name, max_bytes=max_bytes)
    if received.file_bytes is None:
        flash(_("Please choose a file first."), "bad")
        return redirect(url_for("speaker.page"), 303)
    try:
        _check_token(received.fields.get("csrf_token"))
        _begin(spool, name, received.file_bytes)
    except BaseException:
        spool.remove(name)
        raise
    _finish(spool, name)
    return redirect(url_for("speaker.page"), 303)


def _check_state() -> None:
    statement = current_db().get_one(Statement, current_visit().statement_id)
    next_state(statement.state, StatementAction.RECEIVE)


def _check_token(token: str | None) -> None:
    try:
        validate_csrf(token)
    except ValidationError as error:
        raise CSRFError(str(error)) from None


def _begin(spool: Spool, name: str, length_bytes: int) -> None:
    visit, settings, db = current_visit(), portal().settings, current_db()
    begin_upload(
        db,
        spool,
        statement=db.get_one(Statement, visit.statement_id),
        length_bytes=length_bytes,
        max_bytes=settings.uploads.max_bytes,
        expire_hours=settings.uploads.expire_hours,
        actor=visit.actor,
        now=datetime.now(UTC),
        spooled_as=name,
    )
    commit_request()


def _finish(spool: Spool, name: str) -> None:
    parts = portal()
    try:
        finish_upload(parts.database, parts.store, spool, parts.producer, name=name, now=datetime.now(UTC))
    except RetryableError as error:  # the bytes are kept, and the scheduler passes them on
        log.warning("upload.waits", error=type(error).__name__)
    flash(_("Your recording has arrived."), "good")
