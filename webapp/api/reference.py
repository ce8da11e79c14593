"""The interface described: an OpenAPI document, and the same as a page to read."""

from typing import Any

from flask import current_app, jsonify, render_template
from flask.typing import ResponseReturnValue

from pipeline.domain.scopes import Scope
from webapp.access import public, scope_of
from webapp.api.door import blueprint, is_versioned, reference
from webapp.api.problems import MEDIA_TYPE

_ETAG = {"description": "The version of what is answered.", "schema": {"type": "string"}}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of what is to be changed, as it was read.",
    "schema": {"type": "string", "pattern": '^"[0-9a-f]{1,64}"$'},
}


@blueprint.get("/openapi.json")
@public
def openapi() -> ResponseReturnValue:
    """The description for programs."""
    return jsonify(describe())


@blueprint.get("/")
@public
def reference_page() -> ResponseReturnValue:
    """The description for people."""
    described = describe()
    return render_template("api/reference.html", operations=_by_tag(described), scopes=list(Scope))


def describe() -> dict[str, Any]:
    """The OpenAPI document: what the endpoints themselves say, with scopes, versions and problems filled in."""
    described: dict[str, Any] = reference.spec
    for path, operations in described["paths"].items():
        for operation in operations.values():
            _complete(path, operation)
    return described


def _complete(path: str, operation: dict[str, Any]) -> None:
    view = current_app.view_functions[f"{blueprint.name}.{operation['operationId']}"]
    operation["security"] = [{"token": []}]
    operation["x-scope"] = scope_of(view)
    for status, answer in operation["responses"].items():
        content = answer.get("content", {})
        if status >= "400" and "application/json" in content:
            content[MEDIA_TYPE] = content.pop("application/json")
    if is_versioned(view) and _IF_MATCH not in operation["parameters"]:
        operation["parameters"].append(_IF_MATCH)
        operation["responses"].get("200", {})["headers"] = {"ETag": _ETAG}


def _by_tag(described: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path, operations in sorted(described["paths"].items()):
        for method, operation in sorted(operations.items()):
            line = {"method": method.upper(), "path": path, **operation, "takes": _taken(described, operation)}
            found.setdefault(operation["tags"][0], []).append(line)
    return found


def _taken(described: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    """Names of what a body has, those that may be left out with a question mark."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = described["components"]["schemas"].get(name, {})
    needed = schema.get("required", [])
    return [field if field in needed else f"{field}?" for field in schema.get("properties", {})]
