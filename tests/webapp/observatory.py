"""What Mozilla's HTTP Observatory says of an answer over TLS, by its published rules.

Penalties count from 100; bonuses count only from 90 on. The preload list of browsers, which is the
domain's owner's to ask for, gives nothing here; leading from http to https is the proxy's.
Source: https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring
"""

import re
from collections.abc import Mapping
from http.cookies import Morsel, SimpleCookie

from werkzeug.datastructures import Headers

SIX_MONTHS = 15_552_000
_TOO_BROAD = {"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"}
_UNSAFE_INLINE = {"'unsafe-inline'", "data:"}
_PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


def modifiers(headers: Headers, text: str = "") -> Mapping[str, int]:
    """What each test adds to 100 or takes from it."""
    policy = _policy(headers)
    return {
        "content-security-policy": _policy_points(policy),
        "cookies": _cookie_points(headers),
        "cross-origin-resource-sharing": -50 if "Access-Control-Allow-Credentials" in headers else 0,
        "strict-transport-security": _transport_points(headers.get("Strict-Transport-Security", "")),
        "referrer-policy": _referrer_points(headers.get("Referrer-Policy")),
        "subresource-integrity": _script_points(text),
        "x-content-type-options": 0 if headers.get("X-Content-Type-Options", "").lower() == "nosniff" else -5,
        "x-frame-options": _frame_points(policy, headers.get("X-Frame-Options", "")),
        "cross-origin-resource-policy": _resource_points(headers.get("Cross-Origin-Resource-Policy")),
    }


def score(headers: Headers, text: str = "") -> int:
    """The score of a page: penalties first, bonuses where 90 are left."""
    points = modifiers(headers, text).values()
    without_bonuses = 100 + sum(point for point in points if point < 0)
    bonuses = sum(point for point in points if point > 0)
    return max(0, without_bonuses + bonuses if without_bonuses >= 90 else without_bonuses)


def _policy(headers: Headers) -> Mapping[str, set[str]]:
    directives = (part.split() for part in headers.get("Content-Security-Policy", "").split(";"))
    return {words[0].lower(): set(words[1:]) for words in directives if words}


def _policy_points(policy: Mapping[str, set[str]]) -> int:
    if not policy:
        return -25
    otherwise = policy.get("default-src", {"*"})
    scripts, styles = policy.get("script-src", otherwise), policy.get("style-src", otherwise)
    passive = policy.get("img-src", otherwise) | policy.get("media-src", otherwise)
    active = set().union(*(sources for name, sources in policy.items() if name not in {"img-src", "media-src"}))
    rules = (
        (scripts & (_TOO_BROAD | _UNSAFE_INLINE) or policy.get("object-src", otherwise) & _TOO_BROAD, -20),
        (any(source.startswith(("http:", "ftp:")) for source in active), -20),
        ("'unsafe-eval'" in scripts | styles, -10),
        (any(source.startswith(("http:", "ftp:")) for source in passive), -10),
        (styles & (_TOO_BROAD | _UNSAFE_INLINE), 0),
        (policy.get("default-src") == {"'none'"} and policy.get("form-action") in ({"'none'"}, {"'self'"}), 10),
    )
    return next((points for is_so, points in rules if is_so), 5)


def _cookie_points(headers: Headers) -> int:
    cookies: list[Morsel[str]] = []
    for line in headers.getlist("Set-Cookie"):
        cookies += SimpleCookie(line).values()
    return min((_points_of_cookie(cookie) for cookie in cookies), default=0)


def _points_of_cookie(cookie: "Morsel[str]") -> int:
    name = cookie.key.lower()
    is_session = "sess" in name or "login" in name
    if name.startswith("__host-") and (cookie["domain"] or cookie["path"] != "/" or not cookie["secure"]):
        return -40  # browsers drop it
    if not cookie["secure"]:
        return -40 if is_session else -20
    if is_session and not cookie["httponly"]:
        return -30
    if cookie["samesite"].lower() not in {"lax", "strict"}:
        return -20 if cookie["samesite"] or "csrf" in name else 0
    return 5


def _transport_points(header: str) -> int:
    found = re.search(r"max-age=(\d+)", header.lower())
    if found is None or "," in header:
        return -20
    return 0 if int(found[1]) >= SIX_MONTHS else -10


def _referrer_points(header: str | None) -> int:
    if header is None:
        return 0
    return 5 if header.rpartition(",")[2].strip().lower() in _PRIVATE else -5


def _script_points(text: str) -> int:
    scripts = re.findall(r"<script\b[^>]*\bsrc=\"([^\"]+)\"[^>]*>", text)
    if any(source.startswith(("http:", "//")) for source in scripts):
        return -50
    if any(source.startswith("https:") for source in scripts):
        return -5
    return 5 if scripts and text.count(" integrity=") >= len(scripts) else 0


def _frame_points(policy: Mapping[str, set[str]], header: str) -> int:
    if "frame-ancestors" in policy:
        return 5
    return 0 if header.lower() in {"deny", "sameorigin"} else -20


def _resource_points(header: str | None) -> int:
    if header is None:
        return 0
    return {"same-origin": 10, "same-site": 10, "cross-origin": 0}.get(header.lower(), -5)
