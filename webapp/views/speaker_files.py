"""What goes with handing in a file: the plain form where scripts do not run, the line's speed, a shared browser.

The plain form's token is read from the stream itself.
"""

from datetime import UTC, datetime

import structlog
from flask import Blueprint, Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, validate_csrf
from wtforms import ValidationError

from pipeline.domain.errors import RetryableError
from pipeline.domain.statements import StatementAction, next_state
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Statement
from pipeline.services.attempts import check_may_hand_in
from pipeline.services.upload_completion import finish_upload
from pipeline.services.uploads import begin_upload
from pipeline.storage.spool import Spool
from webapp.access import current_visit, speaker
from webapp.database import commit_request, current_db
from webapp.errors import wants_json
from webapp.form_uploads import FORM_BYTES, receive_form
from webapp.portal import portal
from webapp.security import csrf
from webapp.tus.bodies import read_chunks
from webapp.visits import share_visit

blueprint = Blueprint("speaker_files", __name__, url_prefix="/speaker")
log = structlog.get_logger(__name__)

LINE_BYTES = 512 * 1024
"""More is never read to measure a line: people pay for what they send."""


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


@blueprint.post("/line")
@csrf.exempt  # type: ignore[untyped-decorator]  # it keeps nothing and changes nothing
@speaker
def measure_line() -> ResponseReturnValue:
    """Take some bytes and forget them: how long that took tells the page how fast its line is."""
    commit_request()  # no connection is held while bytes arrive
    for _chunk in read_chunks(request.environ, at_most=min(LINE_BYTES, request.content_length or 0)):
        pass
    return Response(status=204)


@blueprint.post("/browser")
@speaker
def share_browser() -> ResponseReturnValue:
    """Keep nothing in this browser because others use it too, or no longer so."""
    share_visit(request.form.get("shared") == "yes")
    return Response(status=204) if wants_json() else redirect(url_for("speaker.page"), 303)


def _check_state() -> None:
    statement = current_db().get_one(Statement, current_visit().statement_id)
    next_state(statement.state, StatementAction.RECEIVE)
    check_may_hand_in(statement, now=datetime.now(UTC))


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
        finish_upload(parts.database, parts.originals, spool, parts.producer, name=name, now=datetime.now(UTC))
    except RetryableError as error:  # the bytes are kept, and the scheduler passes them on
        log.warning("upload.waits", error=type(error).__name__)
    flash(_("Your recording has arrived."), "good")
