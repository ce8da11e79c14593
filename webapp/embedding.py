"""Under which addresses this portal's public pages are known, and where others ask how to embed them."""

from urllib.parse import urlencode

from flask import request

from webapp.portal import portal


def oembed_link(slug: str, code: str) -> str:
    """The header `Link` by which a page says where to ask about it."""
    query = urlencode({"url": f"{own_addresses()[0]}/watch/{slug}/{code}/", "format": "json"})
    return f'<{own_addresses()[0]}/oembed?{query}>; rel="alternate"; type="application/json+oembed"'


def is_ours(url: str) -> bool:
    """Whether an address is one of this portal's, or of what stands before it for the public."""
    return any(url.startswith(f"{own}/") for own in own_addresses())


def own_addresses() -> list[str]:
    """The portal's, as people use it, before other addresses of the same pages."""
    settings = portal().settings
    known = (settings.web.public_url, settings.cdn.public_url) if settings.web.public_url else (request.host_url,)
    return [address.rstrip("/") for address in known if address]
