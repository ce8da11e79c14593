"""Staff: a recording's package, streamed from the store's private part, with manifests made for its subtitles now."""

from flask import abort
from flask.typing import ResponseReturnValue

from pipeline.captions.reading import read_subtitles
from pipeline.domain.errors import WrongUsage
from pipeline.domain.packages import Package
from pipeline.records.tables import Recording
from pipeline.services.tracks import current_tracks
from pipeline.site.manifests import write_package_manifests
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import under
from webapp.access import staff
from webapp.database import current_db
from webapp.streaming import answer_bytes, answer_object
from webapp.views.staff import blueprint

_KEEP_MEDIA = "private, max-age=3600"


@blueprint.get("/recordings/<int:recording_id>/media/<path:path>")
@staff
def media(recording_id: int, path: str) -> ResponseReturnValue:
    """A file of the package, or a manifest or file of subtitles written for this moment."""
    recording = current_db().get(Recording, recording_id) or abort(404)
    if recording.package is None or recording.package_prefix is None:
        abort(404)
    package = Package.from_json(recording.package)
    if path in package.media_uris():
        return _from_store(recording.package_prefix, path)
    written = _write_manifests(recording, package).get(path)
    return answer_bytes(written, content_type=content_type_of(path)) if written is not None else abort(404)


def _from_store(prefix: str, path: str) -> ResponseReturnValue:
    try:
        key = under(prefix, path)
    except WrongUsage:
        abort(404)
    return answer_object(key, cache_control=_KEEP_MEDIA) or abort(404)


def _write_manifests(recording: Recording, package: Package) -> dict[str, bytes]:
    subtitles = {
        language: read_subtitles(track.webvtt.encode()) for language, track in current_tracks(recording).items()
    }
    return write_package_manifests(package, language=recording.statement.speaker.language, subtitles=subtitles)
