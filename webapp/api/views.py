"""All endpoints of the interface: importing this adds their addresses to its blueprint."""

from webapp.api import (
    assignments,
    comments,
    films,
    missions,
    people,
    publishing,
    record,
    reference,
    releases,
    sessions,
    sheets,
    shown,
    speakers,
    statements,
    subtitles,
    tables,
    uploads,
    voices,
)
from webapp.api.door import blueprint

ENDPOINTS = (
    assignments,
    comments,
    films,
    missions,
    people,
    publishing,
    record,
    reference,
    releases,
    sessions,
    sheets,
    shown,
    speakers,
    statements,
    subtitles,
    tables,
    voices,
)

BLUEPRINTS = (blueprint, uploads.blueprint)

__all__ = ["BLUEPRINTS", "ENDPOINTS"]
