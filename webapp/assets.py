"""Addresses of style sheets and scripts: they carry a digest of the file, so that browsers may keep them for good."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for

_ONE_YEAR = 365 * 24 * 3600


def init_assets(app: Flask) -> None:
    """Offer `asset('css/base.css')` to the templates."""
    folder = Path(str(app.static_folder))
    app.template_global("asset")(lambda name: url_for("static", filename=name, v=_digest(folder / name)))
    app.after_request(_keep_for_good)


def _keep_for_good(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code in {200, 206, 304}:
        response.headers["Cache-Control"] = f"public, max-age={_ONE_YEAR}, immutable"
    return response


@lru_cache(maxsize=256)
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else "none"
