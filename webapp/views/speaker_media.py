"""A speaker's own recordings: the package for the preview, and the small copy in which to choose what is shown.

Nobody else is served from here, not even staff, and nothing is kept by the browser: others may use it after.
"""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from pipeline.records.tables import Recording
from pipeline.services.proxies import find_proxy
from webapp.access import current_visit, speaker
from webapp.database import current_db
from webapp.package_media import answer_package_file, answer_stored

blueprint = Blueprint("speaker_media", __name__, url_prefix="/speaker/recordings/<int:recording_id>")

_KEEP_NOTHING = "no-store"


@blueprint.get("/media/<path:path>")
@speaker
def media(recording_id: int, path: str) -> ResponseReturnValue:
    """A file of the package, or a manifest or file of subtitles written for this moment."""
    return answer_package_file(_own(recording_id), path, cache_control=_KEEP_NOTHING)


@blueprint.get("/copy/<path:path>")
@speaker
def copy(recording_id: int, path: str) -> ResponseReturnValue:
    """The small copy, or its strip of stills."""
    prefix = find_proxy(current_db(), _own(recording_id)) or abort(404)
    return answer_stored(prefix, path, cache_control=_KEEP_NOTHING)


def _own(recording_id: int) -> Recording:
    """A recording of the visit's statement; another's is as if it were not there."""
    recording = current_db().get(Recording, recording_id)
    if recording is None or recording.statement_id != current_visit().statement_id:
        abort(404)
    return recording
