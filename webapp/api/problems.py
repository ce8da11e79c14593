"""Errors as scripts get them: problem documents (RFC 9457), in English, with what to do next."""

from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, request
from werkzeug.exceptions import HTTPException, NotFound, PreconditionFailed

from pipeline.domain.errors import InputRefused, PresessionError

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"

_NOTHING_HERE = "Nothing is here: there is no such endpoint, or nothing that is called so in the address."


class WrongRequest(InputRefused):
    """A request that is not of the shape that its endpoint takes; `errors` has a place and a sentence for each."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("The request is not of the shape that is described; `errors` says where.")
        self.errors = errors


class VersionPassed(PreconditionFailed):
    """The script saw another version than there is now."""

    description = "This changed since you read it. Read it again and decide anew."


def is_for_script() -> bool:
    """Whether this request was sent to the interface."""
    return request.path.startswith(PREFIX)


def problem_document(error: Exception, status: int, sentence: str) -> Response:
    """The answer to an error; `sentence` is what people would be told of it."""
    answer = jsonify(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=_detail(error, sentence),
        **_more(error),
    )
    answer.mimetype = MEDIA_TYPE
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _detail(error: Exception, sentence: str) -> str:
    if isinstance(error, PresessionError):
        return str(error)
    if isinstance(error, NotFound):
        return _NOTHING_HERE
    if isinstance(error, HTTPException) and error.description:
        return error.description
    return sentence


def _more(error: Exception) -> dict[str, Any]:
    found = {name: getattr(error, name, None) for name in ("errors", "questions")}
    return {name: list(values) for name, values in found.items() if values}
