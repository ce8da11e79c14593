"""Addresses inside the portal: where a form may lead back to, and addresses that are safe to show."""

from urllib.parse import urlsplit


def local_path(wanted: str, *, otherwise: str) -> str:
    """`wanted` when it is a path on this portal, else `otherwise`; never leads to another site."""
    parts = urlsplit(wanted)
    is_local = not parts.scheme and not parts.netloc and wanted.startswith("/")
    if not is_local or wanted.startswith("//") or "\\" in wanted or not wanted.isprintable():
        return otherwise
    return wanted
