"""Where passkeys of this portal are for: browsers bind them to its name and address."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request

from pipeline.services.accounts_passkeys import Site
from webapp.portal import portal

_NAME = "UPR Pre-sessions"


def passkey_site() -> Site | None:
    """The portal as its settings name it, or as it was asked for; None where browsers make no passkeys: at a number."""
    parts = urlsplit(portal().settings.web.public_url or request.host_url)
    host = parts.hostname or ""
    is_safe = parts.scheme == "https" or host == "localhost"
    return Site(host, f"{parts.scheme}://{parts.netloc}", _NAME) if is_safe and not _is_number(host) else None


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
