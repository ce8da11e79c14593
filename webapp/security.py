"""What every answer and every form is guarded with: headers, cookies, request tokens, throttling."""

from datetime import timedelta

from flask import Flask, Response, g
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import MIB, Settings

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="fixed-window")

SCRIPT_LIMIT = "1200 per minute"
"""A token asks no more often in one portal: a script in a loop leaves room for people."""

_FORM_BYTES = 8 * MIB

_CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob: data:",
        "connect-src 'self'",
        "font-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""`blob:` and `data:` are what a player needs: media source buffers, its own worker, a text track to fill."""

_OTHER_PERMISSIONS = "fullscreen=(self), geolocation=(), payment=(), usb=()"

WITH_CAMERA = f"camera=(self), microphone=(self), {_OTHER_PERMISSIONS}"
"""Permissions of the one page that records; a view sends it with its answer."""

WITH_MICROPHONE = f"camera=(), microphone=(self), {_OTHER_PERMISSIONS}"
"""Permissions of the page where interpreters record."""

_HEADERS = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": f"camera=(), microphone=(), {_OTHER_PERMISSIONS}",
}
_TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains"


def name_script() -> str:
    """Who is slowed down where a script asks: its token; the line of who reads the description without one."""
    return f"token {g.token_member.token_id}" if "token_member" in g else get_remote_address()


def init_security(app: Flask, settings: Settings) -> None:
    """Set cookie flags, refuse forms without a token, throttle, and add headers to every answer."""
    secure = settings.web.secure_cookies
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME="__Host-presession" if secure else "presession",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.links.expire_days),
        MAX_CONTENT_LENGTH=_FORM_BYTES,
        WTF_CSRF_TIME_LIMIT=None,
        # Our own referrer policy hides what the strict check would look for; the token stays.
        WTF_CSRF_SSL_STRICT=False,
    )
    csrf.init_app(app)
    limiter.init_app(app)
    if settings.web.trusted_proxies:
        _trust_proxies(app, settings.web.trusted_proxies)
    app.after_request(_guard(headers_of_answers(is_secure=secure)))


def headers_of_answers(*, is_secure: bool) -> dict[str, str]:
    """What every answer carries, behind TLS or without it."""
    return _HEADERS | ({"Strict-Transport-Security": _TRANSPORT_SECURITY} if is_secure else {})


def _trust_proxies(app: Flask, count: int) -> None:
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _guard(headers: dict[str, str]):  # type: ignore[no-untyped-def]
    def add(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    return add
