"""Staff: a recording's package, as its review shows it."""

from flask import abort
from flask.typing import ResponseReturnValue

from pipeline.records.tables import Recording
from webapp.access import staff
from webapp.database import current_db
from webapp.package_media import answer_package_file
from webapp.views.staff import blueprint

_KEEP_NOTHING = "no-store"
"""Another package has the same addresses: what a speaker has had hidden since must not come from a browser's cache."""


@blueprint.get("/recordings/<int:recording_id>/media/<path:path>")
@staff
def media(recording_id: int, path: str) -> ResponseReturnValue:
    """A file of the package, or a manifest or file of subtitles written for this moment."""
    recording = current_db().get(Recording, recording_id) or abort(404)
    return answer_package_file(recording, path, cache_control=_KEEP_NOTHING)
