"""What is published, served from the object store as any static web server would serve the same folder."""

import re

from flask import Blueprint, Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from pipeline.domain.errors import WrongUsage
from pipeline.services.public_pages import find_public_page
from pipeline.site.feeds import FEED_URI, feed_from
from pipeline.site.pages import CONTENT_SECURITY_POLICY
from pipeline.site.program_files import PUBLIC_FILES
from pipeline.site.publishing import POINTER_CACHING
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import session_prefix, site_prefix
from pipeline.storage.store import ObjectMissing
from webapp.access import public
from webapp.database import current_db
from webapp.embedding import oembed_link
from webapp.portal import portal
from webapp.published import INDEX, answer_published, answer_text, key_below

blueprint = Blueprint("watch", __name__, url_prefix="/watch")

_POLICY = f"{CONTENT_SECURITY_POLICY}; frame-ancestors 'none'"
"""What a published page says of itself; the portal's own policy would forbid its player."""

_EMBEDDED = f"{CONTENT_SECURITY_POLICY}; frame-ancestors *"
"""Of the pages that others may show in theirs: they hold no form and no cookie."""

_EMBED_PAGE = re.compile(r"r/[0-9a-f]{32}/embed-[a-z]{2}\.html")
_CODE_LETTERS = 2


@blueprint.get("/<slug>/")
@public
def session(slug: str) -> ResponseReturnValue:
    """A session's page: its countries."""
    return _answer(_session_prefix(slug), "")


@blueprint.get("/<slug>/<country>/")
@public
def front(slug: str, country: str) -> ResponseReturnValue:
    """A country's page: the pointer to its live release."""
    return _answer_country(slug, country, "")


@blueprint.get("/<slug>/<country>/<path:path>")
@public
def file(slug: str, country: str, path: str) -> ResponseReturnValue:
    """One published file of a country, or of the session itself; a folder's address shows its index page."""
    if len(country) != _CODE_LETTERS:
        return _answer(_session_prefix(slug), f"{country}/{path}")
    return _answer_country(slug, country, path)


@blueprint.get("/<slug>/<name>")
@public
def session_file(slug: str, name: str) -> ResponseReturnValue:
    """One of the session's own files; the address of a country without its last slash leads to it."""
    if len(name) == _CODE_LETTERS:
        return redirect(f"{request.path}/", 301)
    return _answer(_session_prefix(slug), name)


def _may_be_framed(path: str) -> bool:
    """Whether other sites may show a file of a country inside their own."""
    return bool(_EMBED_PAGE.fullmatch(path)) or (path in {"", INDEX} and "embed" in request.args)


def _framed(answer: Response) -> Response:
    """A page that other sites show inside their own; browsers heed its policy before the portal's `X-Frame-Options`."""
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _with_policy(answer, _EMBEDDED)


def _with_policy(answer: Response, policy: str) -> Response:
    answer.headers["Content-Security-Policy"] = policy
    return answer


def _session_prefix(slug: str) -> str:
    try:
        return session_prefix(slug)
    except WrongUsage:
        abort(404)


def _answer_country(slug: str, country: str, path: str) -> ResponseReturnValue:
    if country != country.lower():
        return redirect(request.full_path.replace(f"/{country}/", f"/{country.lower()}/", 1).rstrip("?"), 301)
    try:
        prefix = site_prefix(slug, country)
    except WrongUsage:
        abort(404)
    if path in PUBLIC_FILES:
        return _lead_on(slug, country, path)
    if path.endswith(f"/{FEED_URI}") and not portal().settings.watch_url:
        return _answer_feed(prefix, path)
    answer = _answer(prefix, path, is_framed=_may_be_framed(path))
    if not path and isinstance(answer, Response):
        answer.headers["Link"] = oembed_link(slug, country)
    return answer


def _lead_on(slug: str, country: str, name: str) -> ResponseReturnValue:
    """To the feed, playlist or description of what is out now, from an address that outlives every release."""
    page = find_public_page(current_db(), slug, country)
    if page is None:
        abort(404)
    answer = redirect(f"/watch/{slug}/{country}/{page.folder}{name}", 302)
    answer.headers["Cache-Control"] = POINTER_CACHING
    return answer


def _answer_feed(prefix: str, path: str) -> ResponseReturnValue:
    """A feed that was written without knowing its address, which is known now."""
    key = key_below(prefix, path)
    try:
        feed = portal().store.read_bytes(key) if key is not None else b""
    except ObjectMissing:
        feed = b""
    if not feed:
        abort(404)
    return answer_text(feed_from(feed, request.base_url), content_type_of(path), cache_control=POINTER_CACHING)


def _answer(prefix: str, path: str, *, is_framed: bool = False) -> ResponseReturnValue:
    key, folder_index = key_below(prefix, path), key_below(prefix, f"{path}/")
    answer = answer_published(key) if key is not None else None
    if answer is not None:
        return _framed(answer) if is_framed else _with_policy(answer, _POLICY)
    if path and folder_index is not None and portal().store.stat(folder_index) is not None:
        return redirect(f"{request.path}/", 301)
    abort(404)
