"""Manifests with other addresses for their media: those at which a store serves them for a short time.

Everything else in a manifest, and whatever lies beside the media, stays as it was published.
"""

import re
from collections.abc import Callable
from posixpath import join, normpath
from xml.sax.saxutils import escape, unescape

from pipeline.domain.errors import WrongUsage

AddressOf = Callable[[str], str]
"""The address of a file, by its path below the country's folder."""

_MEDIA = "media/"
_LINE = re.compile(r"^(?!#)(\S.*)$", re.MULTILINE)
_ATTRIBUTE = re.compile(r'(?<=URI=")([^"]+)(?=")')
_BASE = re.compile(r"(?<=<BaseURL>)([^<]+)(?=</BaseURL>)")


def sign_manifest(path: str, text: str, address_of: AddressOf) -> str:
    """A manifest, HLS or DASH by its name, that leads to `address_of` every file of media that it lists."""
    folder = path.rpartition("/")[0]

    def signed(uri: str) -> str:
        target = normpath(join(folder, uri))
        return address_of(target) if target.startswith(_MEDIA) else uri

    if path.endswith(".m3u8"):
        return _LINE.sub(lambda found: signed(found[1]), _ATTRIBUTE.sub(lambda found: signed(found[1]), text))
    if path.endswith(".mpd"):
        return _BASE.sub(lambda found: escape(signed(unescape(found[1]))), text)
    raise WrongUsage("Only manifests list media.")
