"""The published page's scripts and style sheet, bundled from `webapp/frontend` into the `assets` folder beside this."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path

from pipeline.domain.errors import FinalError
from pipeline.domain.languages import SITE_LANGUAGES

ASSETS_DIR = Path(__file__).parent / "assets"

PACKED_SCRIPTS = ("player.js", "hls.js")
"""Those with a compressed copy beside them, `NAME.bin`, for web servers that compress nothing."""

_PACKED = tuple(f"{Path(name).stem}.bin" for name in PACKED_SCRIPTS)
_WORDS = tuple(f"words-{language}.js" for language in SITE_LANGUAGES if language != SITE_LANGUAGES[0])
_NEEDED = ("start.js", *PACKED_SCRIPTS, *_PACKED, "player.css", "language.js", "licences.txt", *_WORDS)


def read_player_assets(folder: Path = ASSETS_DIR) -> dict[str, bytes]:
    """File name to bytes; raises `FinalError` saying how to build them when they are not there."""
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if missing:
        raise FinalError(
            f"The published page's player is not built ({', '.join(missing)} missing). "
            "Run “npm ci && npm run build” in webapp/frontend, or “make setup”."
        )
    return {name: (folder / name).read_bytes() for name in _NEEDED}


def script_digests(assets: Mapping[str, bytes]) -> tuple[str, ...]:
    """What a page's policy says of those scripts whose compressed copy it may unpack and run (CSP 3, hash sources)."""
    found = (hashlib.sha256(assets[name]).digest() for name in PACKED_SCRIPTS if name in assets)
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in found)
