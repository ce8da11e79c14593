"""Staff: a recording's package, as its review shows it; until it is there the small copy, where nobody is at risk."""

from flask import abort
from flask.typing import ResponseReturnValue

from pipeline.records.tables import Recording, Statement
from pipeline.services.proxies import find_proxy, may_staff_watch_proxy
from webapp.access import interpreter, reader
from webapp.database import current_db
from webapp.package_media import answer_package_file, answer_stored
from webapp.views.staff import blueprint

_KEEP_NOTHING = "no-store"
"""Another package has the same addresses: what a speaker has had hidden since must not come from a browser's cache."""


@blueprint.get("/recordings/<int:recording_id>/media/<path:path>")
@interpreter
def media(recording_id: int, path: str) -> ResponseReturnValue:
    """A file of the package, or a manifest or file of subtitles written for this moment."""
    recording = current_db().get(Recording, recording_id) or abort(404)
    return answer_package_file(recording, path, cache_control=_KEEP_NOTHING)


@blueprint.get("/statements/<int:statement_id>/quick-preview/<path:path>")
@reader
def quick_preview(statement_id: int, path: str) -> ResponseReturnValue:
    """A file of the small copy, asked anew each time: a speaker may choose to be hidden at any moment."""
    statement = current_db().get(Statement, statement_id) or abort(404)
    recording = statement.current_recording
    if recording is None or not may_staff_watch_proxy(statement):
        abort(404)
    prefix = find_proxy(current_db(), recording) or abort(404)
    return answer_stored(prefix, path, cache_control=_KEEP_NOTHING)
