"""Staff: a recording's package, as its review shows it."""

from flask import abort
from flask.typing import ResponseReturnValue

from pipeline.records.tables import Recording
from webapp.access import interpreter
from webapp.database import current_db
from webapp.package_media import answer_package_file
from webapp.views.staff import blueprint

_KEEP_MEDIA = "private, max-age=3600"


@blueprint.get("/recordings/<int:recording_id>/media/<path:path>")
@interpreter
def media(recording_id: int, path: str) -> ResponseReturnValue:
    """A file of the package, or a manifest or file of subtitles written for this moment."""
    recording = current_db().get(Recording, recording_id) or abort(404)
    return answer_package_file(recording, path, cache_control=_KEEP_MEDIA)
