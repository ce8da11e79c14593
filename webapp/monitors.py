"""Who may read the installation's figures: a program on this machine, or one that knows the token; never the public."""

import hmac
from ipaddress import ip_address

from flask import Request

_OF_PROXIES = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip")
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})


def is_monitor(request: Request, token: str) -> bool:
    """Whether a request carries the token, where one is set, or was made on this machine to this machine."""
    return _carries(request, token) or _is_local(request)


def _carries(request: Request, token: str) -> bool:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    fits = hmac.compare_digest(given.strip().encode(), token.encode())
    return bool(token) and kind.lower() == "bearer" and fits


def _is_local(request: Request) -> bool:
    """A proxy on this machine asks from this machine too: it says so in a header, or names the public address."""
    if any(name in request.headers for name in _OF_PROXIES):
        return False
    name = request.host.lower()
    host = name if name.endswith("]") else name.rpartition(":")[0] or name
    return host in _THIS_MACHINE and _is_loopback(request.remote_addr or "")


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
