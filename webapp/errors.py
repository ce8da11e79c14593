"""Exceptions become HTTP answers here and nowhere else: a page, or JSON, with a sentence in the reader's language.

No answer carries a trace, and no log line carries what an exception says, since that may quote what people sent.
"""

import traceback
from dataclasses import dataclass

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from pipeline.domain.errors import ChangeNotAllowed, InputRefused, RetryableError, WrongUsage
from pipeline.services.attempts import HandInClosed
from pipeline.storage.spool import SpoolFull
from webapp.api.problems import is_for_script, problem_document

log = structlog.get_logger(__name__)

_RETRY_AFTER_SECONDS = 15


@dataclass(frozen=True)
class Problem:
    """What a person is told: a status, a heading, what happened and what to do."""

    status: int
    title: str
    sentence: str


def init_errors(app: Flask) -> None:
    """Answer every exception by `problem_of`."""
    app.register_error_handler(Exception, _answer)


def problem_of(error: Exception) -> Problem:
    """What a person is told of an exception; texts in the reader's language."""
    if isinstance(error, (ChangeNotAllowed, StaleDataError, IntegrityError)):
        return _too_late() if isinstance(error, HandInClosed) else _changed_meanwhile()
    if isinstance(error, (InputRefused, WrongUsage)):
        return Problem(422, _("That cannot be taken"), str(error))
    if isinstance(error, (RetryableError, DBAPIError, TimeoutError, OverflowError, UnicodeEncodeError)):
        return _of_records(error)
    if isinstance(error, CSRFError):
        return Problem(
            400,
            _("Please send that again"),
            _("This page was open for too long or in another browser. Go back, reload it, and try once more."),
        )
    if isinstance(error, HTTPException) and not isinstance(error, InternalServerError):
        return _of_status(error.code or 500)
    return _our_fault()


def _of_records(error: Exception) -> Problem:
    if isinstance(error, (DataError, OverflowError, UnicodeEncodeError)):  # a number or a sign that no record can hold
        return _of_status(404 if request.method in {"GET", "HEAD"} else 400)
    return _no_room() if isinstance(error, SpoolFull) else _out_of_order()


def _too_late() -> Problem:
    return Problem(
        409,
        _("The last day to hand in a recording is over"),
        _("What you handed in before is kept. If you still need to send a recording, write to the organiser."),
    )


def _answer(error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.response is not None:
        return make_response(error.response)
    problem = problem_of(error)
    if problem.status >= 500:
        _record(error)
    answer = _written(error, problem)
    answer.status_code = problem.status
    if isinstance(error, HTTPException):
        _keep_headers(error, answer)
    if problem.status == 503:
        answer.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    return answer


def _written(error: Exception, problem: Problem) -> Response:
    if is_for_script():
        return problem_document(error, problem.status, problem.sentence)
    return _json(problem) if wants_json() else make_response(_page(problem))


def _page(problem: Problem) -> str:
    return render_template("errors/problem.html", problem=problem)


def _json(problem: Problem) -> Response:
    return jsonify(error=problem.title, sentence=problem.sentence)


def wants_json() -> bool:
    """Whether this request comes from a script that reads JSON, not from a person's browser window."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _keep_headers(error: HTTPException, answer: Response) -> None:
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value


def _record(error: Exception) -> None:
    where = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-4:]]
    log.error("request.failed", endpoint=request.endpoint, error=type(error).__name__, where=where)


def _changed_meanwhile() -> Problem:
    return Problem(
        409,
        _("This changed while you looked"),
        _("Somebody else, or the speaker, changed this meanwhile. Nothing was lost: go back, reload, and look again."),
    )


def _out_of_order() -> Problem:
    return Problem(
        503,
        _("We cannot answer right now"),
        _("A part of this service is not available. Nothing you sent before is lost. Please try again in a minute."),
    )


def _no_room() -> Problem:
    return Problem(
        507,
        _("Our server has no room at the moment"),
        _("Your recording could not be kept. It is not your fault. Please try again later, or tell the organiser."),
    )


def _our_fault() -> Problem:
    return Problem(
        500,
        _("Something went wrong on our side"),
        _("It is not your fault, and what you sent before is kept. Please try again; if it stays, tell the organiser."),
    )


def _of_status(status: int) -> Problem:
    titles = {
        400: (_("That could not be understood"), _("Go back, reload the page and try again.")),
        401: (_("Please sign in"), _("This page is for the organiser's staff. Sign in and try again.")),
        403: (
            _("This page is not open to you"),
            _("Your link or your session may have ended. Open your personal link again, or ask for a new one."),
        ),
        404: (_("Nothing is here"), _("The address may be mistyped, or what was here is no longer published.")),
        405: (_("That could not be understood"), _("Go back, reload the page and try again.")),
        413: (_("That is too large"), _("What was sent is larger than this form takes.")),
        429: (_("Too many tries"), _("Please wait a few minutes before you try again.")),
    }
    title, sentence = titles.get(status, titles[400])
    return Problem(status, title, sentence)
