"""oEmbed 1.0: another site names the address of a public page and is told how to show its player.

Only what is public is told of. A mission's address is private whatever its token opens, so nothing is looked up for it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from pipeline.domain.languages import SITE_LANGUAGES, country_name
from pipeline.services.public_pages import PublicPage, find_public_page
from pipeline.site.descriptions import DESCRIPTION_URI
from pipeline.storage.keys import site_prefix, under
from pipeline.storage.store import ObjectMissing
from webapp.access import public
from webapp.database import commit_request, current_db
from webapp.embedding import is_ours, own_addresses
from webapp.portal import portal
from webapp.published import answer_text

blueprint = Blueprint("oembed", __name__)

_PAGE = re.compile(r"/watch/(?P<slug>[a-z0-9][a-z0-9-]{0,23})/(?P<code>[A-Za-z]{2})(/.*)?")
_MISSIONS = "/m/"
_MOMENT = re.compile(r"t=\d{1,6}")
_WIDEST = 960
_BELOW_PICTURE = ((560, 170), (0, 270))
"""From which width on how much stands below the picture: choices, the keys, and that it is no official record."""

_POSTER = (640, 360)
_CACHING = "public, max-age=300"


@dataclass(frozen=True)
class _Asked:
    """A page by its address, and what of the address its player is to keep."""

    slug: str
    code: str
    language: str
    fragment: str


@blueprint.get("/oembed")
@public
def answer() -> ResponseReturnValue:
    """How to show a public page: 400 without an address, 501 in other formats, 401 for what is private, else 404."""
    if request.args.get("format", "json") != "json":
        return _refuse(501)
    url = request.args.get("url", "")
    if not url:
        return _refuse(400)
    if is_ours(url) and urlsplit(url).path.startswith(_MISSIONS):
        return _refuse(401)
    asked = _read(url)
    page = find_public_page(current_db(), asked.slug, asked.code) if asked else None
    commit_request()
    if asked is None or page is None:
        return _refuse(404)
    text = json.dumps(_described(asked, page), ensure_ascii=False).encode()
    told = answer_text(text, "application/json", cache_control=_CACHING)
    # Anybody may read what is public, from a page of theirs too.
    told.headers["Access-Control-Allow-Origin"] = "*"
    told.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return told


def _described(asked: _Asked, page: PublicPage) -> dict[str, object]:
    width, height = _size()
    title = f"{country_name(page.country_code, asked.language)} – {page.session_title}"
    return {
        "type": "video",
        "version": "1.0",
        "title": title,
        "provider_name": page.session_title,
        "provider_url": f"{own_addresses()[0]}/watch/{asked.slug}/",
        "cache_age": 300,
        "width": width,
        "height": height,
        "html": _frame(asked, title, width, height),
        **_poster(asked, page),
    }


def _frame(asked: _Asked, title: str, width: int, height: int) -> str:
    source = f"{_folder(asked)}?embed&lang={asked.language}{asked.fragment}"
    frame = Markup('<iframe src="{}" width="{}" height="{}" title="{}" allow="fullscreen" frameborder="0"></iframe>')
    return str(frame.format(source, width, height, title))


def _poster(asked: _Asked, page: PublicPage) -> dict[str, object]:
    prefix = site_prefix(asked.slug, page.country_code)
    try:
        description = portal().store.read_bytes(under(prefix, page.folder + DESCRIPTION_URI))
    except ObjectMissing:  # a release of before there were any
        return {}
    uri = str(json.loads(description)["@graph"][0]["thumbnailUrl"])
    address = _folder(asked) + uri[uri.index("media/") :]
    return {"thumbnail_url": address, "thumbnail_width": _POSTER[0], "thumbnail_height": _POSTER[1]}


def _size() -> tuple[int, int]:
    """Within what is asked: as wide as can be, and as high as it takes without scrolling."""
    width = min([_WIDEST, *_bounds("maxwidth")])
    below = next(height for from_width, height in _BELOW_PICTURE if width >= from_width)
    return width, min([width * 9 // 16 + below, *_bounds("maxheight")])


def _bounds(name: str) -> Iterator[int]:
    value = request.args.get(name, "")
    if value.isascii() and value.isdigit() and len(value) < 6 and int(value):
        yield int(value)


def _read(url: str) -> _Asked | None:
    parts = urlsplit(url) if is_ours(url) else None
    match = _PAGE.fullmatch(parts.path) if parts else None
    if parts is None or match is None:
        return None
    wished = parse_qs(parts.query).get("lang", [""])[0] or parts.path.rsplit("/", 1)[-1].removesuffix(".html")
    language = wished if wished in SITE_LANGUAGES else SITE_LANGUAGES[0]
    fragment = f"#{parts.fragment}" if _MOMENT.fullmatch(parts.fragment) else ""
    return _Asked(match["slug"], match["code"].lower(), language, fragment)


def _folder(asked: _Asked) -> str:
    return f"{own_addresses()[0]}/watch/{asked.slug}/{asked.code}/"


def _refuse(status: int) -> Response:
    refused = jsonify(status=status)
    refused.status_code = status
    refused.headers["Cache-Control"] = "no-store"
    return refused
