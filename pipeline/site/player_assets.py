"""The published page's scripts and style sheet, bundled from `webapp/frontend` into the `assets` folder beside this."""

from pathlib import Path

from pipeline.domain.errors import FinalError
from pipeline.domain.languages import SITE_LANGUAGES

ASSETS_DIR = Path(__file__).parent / "assets"

_WORDS = tuple(f"words-{language}.js" for language in SITE_LANGUAGES if language != SITE_LANGUAGES[0])
_NEEDED = ("player.js", "player.css", "hls.js", "language.js", "licences.txt", *_WORDS)


def read_player_assets(folder: Path = ASSETS_DIR) -> dict[str, bytes]:
    """File name to bytes; raises `FinalError` saying how to build them when they are not there."""
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if missing:
        raise FinalError(
            f"The published page's player is not built ({', '.join(missing)} missing). "
            "Run “npm ci && npm run build” in webapp/frontend, or “make setup”."
        )
    return {name: (folder / name).read_bytes() for name in _NEEDED}
