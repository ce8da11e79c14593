"""What missions watch by their links, below `/m/TOKEN/`: laid out as what is public, decided on each request.

Whatever is not open to a token gets one and the same answer, after the same question: a token that is wrong, expired or
revoked, another country's, and one that nobody ever had. No address below is kept by a cache or told to another server.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import escape
from sqlalchemy.exc import DBAPIError

from pipeline.domain.consents import Audience
from pipeline.services.mission_links import Reach, count_use, find_reach
from pipeline.site.pages import CONTENT_SECURITY_POLICY
from pipeline.site.signed_manifests import sign_manifest
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import session_prefix, site_prefix, under
from pipeline.storage.store import ObjectMissing
from webapp.access import public
from webapp.database import commit_request, current_db
from webapp.portal import portal
from webapp.published import INDEX, answer_published, answer_text, key_below
from webapp.wording.mission_refusal import REFUSAL

blueprint = Blueprint("missions", __name__, url_prefix="/m")

CACHING = "private, no-store"
PLAYER_CACHING = "private, max-age=3600"
"""The player says nothing about anybody, and is most of what a page weighs."""

PLAYED = "played"
"""Behind a country's address: its player began to play. The page says so once."""

_FILMS = ("/film.mp4", "/programme.mp4", "/sound.m4a", "/programme.m4a")
_FROM_THE_BEGINNING = "bytes=0-"
_CODE_LETTERS = 2
_SIGNED = "signed"
"""Asked of a manifest by a player that comes back when an address in it has expired. Others, such as a browser's own,
never ask again for what is complete: they get the portal's addresses, each of which leads to a fresh signed one."""

_READ_THERE = ("connect-src", "media-src")
"""What a page may load from a store that serves media itself."""


@blueprint.get("/<token>/")
@public
def session(token: str) -> ResponseReturnValue:
    """The session's page; a link for one country leads on to it."""
    return _serve_session(token, "")


@blueprint.get("/<token>/<country>/")
@public
def front(token: str, country: str) -> ResponseReturnValue:
    """A country's page: the pointer to what is out for missions."""
    return _serve_country(token, country, "")


@blueprint.get("/<token>/<country>/<path:path>")
@public
def file(token: str, country: str, path: str) -> ResponseReturnValue:
    """One file of a country, or of the session itself."""
    if len(country) != _CODE_LETTERS:
        return _serve_session(token, f"{country}/{path}")
    return _serve_country(token, country, path)


@blueprint.get("/<token>/<name>")
@public
def session_file(token: str, name: str) -> ResponseReturnValue:
    """One of the session's own files."""
    return _serve_session(token, name)


def _serve_session(token: str, path: str) -> ResponseReturnValue:
    reach = find_reach(current_db(), token, "", now=datetime.now(UTC))
    if reach is None:
        return _refuse()
    if reach.only is not None:
        return _refuse() if path else _guarded(redirect(f"{reach.only.lower()}/", 302))
    prefixes = {audience: session_prefix(reach.slug, audience) for audience in reach.audiences}
    return _find(reach, prefixes, path, _still_open(token, ""))


def _serve_country(token: str, country: str, path: str) -> ResponseReturnValue:
    reach = find_reach(current_db(), token, country, now=datetime.now(UTC))
    if reach is None:
        return _refuse()
    prefixes = {audience: site_prefix(reach.slug, country, audience) for audience in reach.audiences}
    answer = _find(reach, prefixes, path, _still_open(token, country))
    _count(reach, path, answer)
    return answer


def _still_open(token: str, country: str) -> Callable[[], bool]:
    """Whether a token still opens a country, to be asked while a film is sent."""
    database = portal().database

    def ask() -> bool:
        with database.read() as db:
            return find_reach(db, token, country, now=datetime.now(UTC)) is not None

    return ask


def _find(reach: Reach, prefixes: dict[Audience, str], path: str, is_open: Callable[[], bool]) -> Response:
    commit_request()
    answers = (_answer(prefixes[audience], path, is_open) for audience in reach.audiences)
    found = next((answer for answer in answers if answer is not None), None)
    return _guarded(found) if found is not None else _refuse()


def _answer(prefix: str, path: str, is_open: Callable[[], bool]) -> Response | None:
    key = key_below(prefix, path)
    if key is None:
        return None
    seconds = portal().settings.store.signed_seconds
    address = portal().store.signed_address(key, seconds=seconds)
    if address is not None and path.endswith((".m3u8", ".mpd")) and _SIGNED in request.args:
        return _signed_manifest(prefix, path, key, seconds)
    # A browser stays with the address that it was led to, also for what it asks minutes later: whole films come from
    # here, renditions, which manifests name, from the store.
    if address is not None and path.endswith(".mp4") and not path.endswith(_FILMS):
        return make_response(redirect(address, 302)) if portal().store.stat(key) is not None else None
    if address is not None and key.endswith(".html"):
        return _page(key, address)
    answer = answer_published(key, cache_control=PLAYER_CACHING if "/assets/" in path else CACHING, is_open=is_open)
    if answer is not None:
        answer.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-ancestors 'none'"
    return answer


def _signed_manifest(prefix: str, path: str, key: str, seconds: int) -> Response | None:
    """A manifest that leads straight to the store for media, for so long."""
    store = portal().store
    try:
        text = store.read_bytes(key).decode()
    except ObjectMissing:
        return None

    def address_of(target: str) -> str:
        return store.signed_address(under(prefix, target), seconds=seconds) or target

    signed = sign_manifest(path, text, address_of).encode()
    return answer_text(signed, content_type_of(path), cache_control=CACHING)


def _page(key: str, address: str) -> Response | None:
    """A page, which carries its own policy, that may load media from the store too."""
    policy = _policy(address)
    said, wanted = (str(escape(one)).encode() for one in (CONTENT_SECURITY_POLICY, policy))
    try:
        page = portal().store.read_bytes(key).replace(said, wanted)
    except ObjectMissing:
        return None
    answer = answer_text(page, content_type_of(key), cache_control=CACHING)
    answer.headers["Content-Security-Policy"] = f"{policy}; frame-ancestors 'none'"
    return answer


def _policy(address: str) -> str:
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    return "; ".join(
        f"{rule} {origin}" if rule.startswith(_READ_THERE) else rule for rule in CONTENT_SECURITY_POLICY.split("; ")
    )


def _count(reach: Reach, path: str, answer: Response) -> None:
    """Count a page that was opened, or that playing began; a record that is busy costs the count alone."""
    is_playing = _begins_to_play(path)
    if answer.status_code >= 400 or not (is_playing or _opens_page(path)):
        return
    with suppress(DBAPIError), portal().database.begin() as db:
        count_use(db, reach, is_playing=is_playing, now=datetime.now(UTC))


def _opens_page(path: str) -> bool:
    """Whether somebody opens a country, and no browser fetches it ahead of its reader."""
    ahead = f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return request.method == "GET" and path in {"", INDEX} and "prefetch" not in ahead


def _begins_to_play(path: str) -> bool:
    """Whether the page says that its player began, or a film is fetched from its beginning by a player without it."""
    if path in {"", INDEX}:
        return request.method == "HEAD" and PLAYED in request.args
    is_first = request.headers.get("Range", _FROM_THE_BEGINNING).startswith(_FROM_THE_BEGINNING)
    return request.method == "GET" and is_first and path.endswith(_FILMS)


def _refuse() -> Response:
    answer = make_response(render_template("missions/refused.html", words=REFUSAL), 404)
    answer.headers["Cache-Control"] = CACHING
    return _guarded(answer)


def _guarded(answer: ResponseReturnValue) -> Response:
    """No search engine keeps an address that is a secret, and no other site is told of it."""
    guarded = make_response(answer)
    guarded.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    guarded.headers["Referrer-Policy"] = "no-referrer"
    guarded.headers.setdefault("Cache-Control", CACHING)
    return guarded
