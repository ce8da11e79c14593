"""What every endpoint of the interface goes through: its scope, the shapes that it takes and gives, versions.

@blueprint.get("/sessions")
@endpoint(Scope.READ, Sessions, tag="sessions")
def sessions() -> Answer:
"""

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Response, abort, request
from pydantic import BaseModel, ValidationError
from spectree import Response as Described
from spectree import SecurityScheme, SpecTree
from spectree.model_adapter.protocol import ModelAdapter, SchemaMode
from spectree.model_adapter.pydantic_adapter import PydanticModelAdapter
from spectree.models import SecureType, SecuritySchemeData
from werkzeug.exceptions import PreconditionFailed, PreconditionRequired

from pipeline.domain.scopes import Scope
from webapp.access import token
from webapp.api.problems import WrongRequest
from webapp.api.shapes import Problem
from webapp.security import SCRIPT_LIMIT, csrf, limiter, name_script

Answer = BaseModel | tuple[BaseModel, int] | tuple[BaseModel, int, dict[str, str]] | tuple[str, int] | Response

View = Callable[..., Answer]

ID = "int(min=1, max=2147483647)"
"""The converter of ids in addresses: no number reaches the records that they cannot hold."""

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)
limiter.limit(SCRIPT_LIMIT, key_func=name_script)(blueprint)

_VERSIONED = "api_versioned"


class _DescribedOnce(PydanticModelAdapter):
    """Describes each shape once: many endpoints share one, and every start of the portal describes them all."""

    def __init__(self) -> None:
        super().__init__()
        self._schemas: dict[tuple[Any, str, str], dict[str, Any]] = {}

    def json_schema(self, model: type[Any], *, ref_template: str, mode: SchemaMode = "validation") -> dict[str, Any]:
        """The JSON schema of a shape; whoever asks copies it."""
        wanted = (model, ref_template, mode)
        if wanted not in self._schemas:
            self._schemas[wanted] = super().json_schema(model, ref_template=ref_template, mode=mode)
        return self._schemas[wanted]


reference = SpecTree(
    "flask",
    mode="strict",
    title="presession",
    version="v1",
    description=(
        "Run a session of Pre-sessions from a script. Recordings are handed in by the resumable upload tus 1.0 at "
        "/api/v1/statements/{statement_id}/uploads/ with the scope `upload`."
    ),
    security_schemes=[
        SecurityScheme(name="token", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")),
    ],
    security={"token": []},
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    model_adapter=cast("ModelAdapter[Any, Exception, Any]", _DescribedOnce()),
)


def endpoint(
    scope: Scope, shape: type[BaseModel] | None, *, tag: str, status: int = 200, changes: bool = False
) -> Callable[[View], Callable[..., Response]]:
    """Guard and describe a view. `shape` is what it answers with `status`, None for an answer without a body.

    One that `changes` what others may change too is told by `If-Match` which version the script saw; see `seen_tag`.
    """

    def guarded(view: View) -> Callable[..., Response]:
        codes: dict[str, Any] = {f"HTTP_{status}": shape} if shape is not None else {}
        plain = () if shape is not None else (f"HTTP_{status}",)
        errors = {f"HTTP_{code}": Problem for code in _error_codes(changes=changes)}
        described = reference.validate(
            resp=Described(*plain, **codes, **errors),
            tags=(tag,),
            before=_refuse_wrong_shape,
            operation_id=view.__name__,
            validation_error_status=422,
        )(view)
        setattr(described, _VERSIONED, changes)
        return cast("Callable[..., Response]", token(scope.value)(described))

    return guarded


def is_versioned(view: object) -> bool:
    """Whether an endpoint wants to know which version of a statement the script saw."""
    return bool(getattr(view, _VERSIONED, False))


def seen_tag() -> str:
    """The version that the script saw, as If-Match says it; 428 without one."""
    told = request.headers.get("If-Match")
    if told is None:
        raise PreconditionRequired("Say by If-Match which version you saw: the ETag of what you read.")
    return told.strip().removeprefix("W/").strip('"')


def seen_version() -> int:
    """The version of a statement that the script saw, from `If-Match: "7"`; 412 where it is none."""
    number = seen_tag()
    if not number.isdecimal() or len(number) > 9:
        raise PreconditionFailed('If-Match names no version; it looks like "7".')
    return int(number)


def etag(version: int | str) -> dict[str, str]:
    """The header that says which version an answer is of."""
    return {"ETag": f'"{version}"'}


@blueprint.before_request
def _check_request() -> None:
    """Refuse what no shape would notice: bodies that are no JSON, and signs that no record can hold."""
    values = [*(request.view_args or {}).values(), *request.args.values()]
    if any("\0" in value or not value.isprintable() for value in values if isinstance(value, str)):
        abort(404)
    if request.method not in {"POST", "PUT", "PATCH"}:
        return
    if request.content_length and not request.is_json:
        abort(415, "Send JSON, as application/json.")
    if request.is_json and not isinstance(request.get_json(), dict):  # 400 where it is no JSON at all
        raise WrongRequest([{"place": "", "problem": "Send an object."}])


def _error_codes(*, changes: bool) -> tuple[int, ...]:
    always = (400, 401, 403, 404, 405, 409, 415, 422, 429, 503)
    return (*always, 412, 428) if changes else always


def _refuse_wrong_shape(_request: Any, _answer: Any, error: Exception | None, _view: Any, _adapter: Any) -> None:
    if isinstance(error, ValidationError):
        raise WrongRequest(
            [
                {"place": ".".join(map(str, found["loc"])), "problem": found["msg"]}
                for found in error.errors(include_input=False, include_url=False, include_context=False)
            ]
        )
