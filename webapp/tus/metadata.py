"""What a client says of its upload in `Upload-Metadata`: told back to it, as the protocol demands, and to nobody else.

It may hold the name of a file. So it is kept in this process's memory alone, never on a disk, and a restart forgets it.
"""

import base64
import re
from collections import OrderedDict
from threading import Lock

from werkzeug.datastructures import Headers

_MOST_UPLOADS = 1000
_KEY = re.compile(r"[!-+\--~]+")


class ToldMetadata:
    """The newest uploads' metadata, by the name of the upload."""

    def __init__(self) -> None:
        self._told: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def keep(self, name: str, metadata: str) -> None:
        """Remember what was said; the oldest gives way where there are too many."""
        if not metadata:
            return
        with self._lock:
            self._told[name] = metadata
            if len(self._told) > _MOST_UPLOADS:
                self._told.popitem(last=False)

    def forget(self, name: str) -> None:
        """The upload was ended."""
        with self._lock:
            self._told.pop(name, None)

    def headers(self, name: str) -> dict[str, str]:
        """What HEAD says of it, nothing where nothing is known."""
        with self._lock:
            metadata = self._told.get(name)
        return {"Upload-Metadata": metadata} if metadata else {}


def read_metadata(headers: Headers) -> str:
    """The well-formed pairs of `Upload-Metadata`, as they were sent; others are no reason to refuse a recording."""
    pairs = [pair.strip() for pair in headers.get("Upload-Metadata", "").split(",")]
    return ",".join(pair for pair in pairs if _is_pair(pair))


def _is_pair(pair: str) -> bool:
    key, _, encoded = pair.partition(" ")
    try:
        base64.b64decode(encoded, validate=True)
    except ValueError:
        return False
    return bool(_KEY.fullmatch(key))
