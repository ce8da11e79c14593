"""The one module that spells object keys. A key holds opaque names, session slugs and country codes, nothing else.

originals/NAME                      what a speaker uploaded; never public
papers/NAME/…                       a paper as a speaker sent it, and without its metadata; private
packages/NAME/…                     the streamable form of a recording or card; private, for staff. Also the small copy
                                    in which a speaker chooses what is shown of a recording, for that speaker alone
probes/NAME                         what a store is tried out with; gone at once
site/SLUG/CC/…                      what is published of a country: `index.html` is the pointer to the live release
site/SLUG/CC/media/NAME/…           media of one statement or card, immutable
site/SLUG/CC/r/NAME/…               manifests and pages of one release, immutable
missions/SLUG/CC/…                  the same for missions alone: never served by anything but the portal, by their links
"""

import re

from pipeline.domain.consents import Audience
from pipeline.domain.errors import WrongUsage

PACKAGES = "packages/"
"""Prefix of all private packages."""

PAPERS = "papers/"
"""Prefix of all papers."""

PROBES = "probes/"
"""Prefix of what a store is tried out with."""

LONGEST_KEY = 512
"""In characters; S3 allows 1024 bytes, and the installation's own prefix stands before the key."""

LONGEST_PART = 200
"""In characters; file systems allow 255 bytes for a name."""

_PLACES = {Audience.PUBLIC: "site", Audience.MISSIONS: "missions"}
_NAME = re.compile(r"^[0-9a-f]{32}$")
_SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,23}$")
_IN_PACKAGE = re.compile(rf"^({PACKAGES}[0-9a-f]{{32}}/).")
_IN_PAPER = re.compile(rf"^{PAPERS}([0-9a-f]{{32}})/.")
_COUNTRY = re.compile(r"^[a-z]{2}$")
_IMMUTABLE = re.compile(r"^(site|missions)/[^/]+/[a-z]{2}/(media|r)/")
_RELATIVE = re.compile(r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$")


def original_key(name: str) -> str:
    """Key of an uploaded original."""
    return f"originals/{_checked(_NAME, name)}"


def paper_prefix(name: str) -> str:
    """Prefix of a paper: `original` as it was sent, `clean.…` without its metadata."""
    return f"{PAPERS}{_checked(_NAME, name)}/"


def paper_of(key: str) -> str | None:
    """Name of the paper that a key belongs to; None for any other key."""
    match = _IN_PAPER.match(key)
    return match[1] if match else None


def package_prefix(name: str) -> str:
    """Prefix of a private package."""
    return f"{PACKAGES}{_checked(_NAME, name)}/"


def package_of(key: str) -> str | None:
    """Prefix of the private package that a key belongs to; None for any other key."""
    match = _IN_PACKAGE.match(key)
    return match[1] if match else None


def probe_key(name: str) -> str:
    """Key of something that a store is tried out with."""
    return f"{PROBES}{_checked(_NAME, name)}"


def site_prefix(slug: str, country_code: str, audience: Audience = Audience.PUBLIC) -> str:
    """Prefix of everything that an audience sees of a country; `country_code` in capitals as everywhere else."""
    return f"{session_prefix(slug, audience)}{_checked(_COUNTRY, country_code.lower())}/"


def session_prefix(slug: str, audience: Audience = Audience.PUBLIC) -> str:
    """Prefix of everything that an audience sees of a session; below it the countries', and the session's own files."""
    return f"{_PLACES[audience]}/{_checked(_SLUG, slug)}/"


def media_uri(name: str) -> str:
    """Folder of one statement's published media relative to the country's prefix."""
    return f"media/{_checked(_NAME, name)}/"


def release_uri(name: str) -> str:
    """Folder of one release relative to the country's prefix."""
    return f"r/{_checked(_NAME, name)}/"


def is_written_once(key: str) -> bool:
    """Whether an object never changes under its key; those beside `media` and `r` of a country are replaced."""
    return key.startswith(("originals/", "packages/", "papers/")) or bool(_IMMUTABLE.match(key))


def under(prefix: str, relative: str) -> str:
    """A key below a prefix; refuses anything that could leave it."""
    if not prefix.endswith("/") or ".." in relative:
        raise WrongUsage("An object key was asked for outside its place.")
    return prefix + _checked(_RELATIVE, relative)


def is_key(key: str) -> bool:
    """Whether a store takes this as a whole key."""
    parts = key.split("/")
    short = len(key) <= LONGEST_KEY and max(map(len, parts)) <= LONGEST_PART
    return short and ".." not in key and bool(_RELATIVE.fullmatch(key))


def checked_key(key: str) -> str:
    """A whole key as a store takes it; raises `WrongUsage` for one that no function here could have made."""
    if not is_key(key):
        raise WrongUsage("An object key was asked for that is too long, or has a part that is not allowed in keys.")
    return key


def checked_prefix(prefix: str) -> str:
    """A prefix as a store takes it: some key and a slash; raises `WrongUsage`."""
    if not prefix.endswith("/"):
        raise WrongUsage("A prefix of object keys ends with a slash.")
    return checked_key(prefix[:-1]) + "/"


def _checked(pattern: re.Pattern[str], part: str) -> str:
    if not pattern.fullmatch(part):
        raise WrongUsage("An object key was asked for with a part that is not allowed in keys.")
    return part
