"""What is published, served from the object store as any static web server would serve the same folder."""

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from pipeline.domain.errors import WrongUsage
from pipeline.site.pages import CONTENT_SECURITY_POLICY
from pipeline.storage.keys import checked_key, site_prefix, under
from webapp.access import public
from webapp.portal import portal
from webapp.streaming import answer_object

blueprint = Blueprint("watch", __name__, url_prefix="/watch")

_INDEX = "index.html"
_POLICY = f"{CONTENT_SECURITY_POLICY}; frame-ancestors 'none'"
"""What a published page says of itself; the portal's own policy would forbid its player."""


@blueprint.get("/<slug>/<country>/")
@public
def front(slug: str, country: str) -> ResponseReturnValue:
    """A country's page: the pointer to its live release."""
    return _answer(slug, country, _INDEX)


@blueprint.get("/<slug>/<country>/<path:path>")
@public
def file(slug: str, country: str, path: str) -> ResponseReturnValue:
    """One published file; a folder's address shows its index page."""
    return _answer(slug, country, f"{path}{_INDEX}" if path.endswith("/") else path)


def _answer(slug: str, country: str, path: str) -> ResponseReturnValue:
    if country != country.lower():
        return redirect(request.full_path.replace(f"/{country}/", f"/{country.lower()}/", 1).rstrip("?"), 301)
    try:
        key = checked_key(under(site_prefix(slug, country), path))
        folder_index = checked_key(under(site_prefix(slug, country), f"{path}/{_INDEX}"))
    except WrongUsage:
        abort(404)
    answer = answer_object(key)
    if answer is not None:
        answer.headers["Content-Security-Policy"] = _POLICY
        return answer
    if portal().store.stat(folder_index) is not None:
        return redirect(f"{request.path}/", 301)
    abort(404)
