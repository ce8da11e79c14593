"""Files of a recording's package, streamed from the store's private part, with manifests for its subtitles of now."""

from flask import Response, abort

from pipeline.domain.errors import WrongUsage
from pipeline.domain.packages import Package
from pipeline.records.tables import Recording
from pipeline.services.tracks import current_tracks, shown_cues
from pipeline.site.manifests import write_package_manifests
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import under
from webapp.streaming import answer_bytes, answer_object


def answer_package_file(recording: Recording, path: str, *, cache_control: str) -> Response:
    """A file of the package, or a manifest or file of subtitles written for this moment; 404 for anything else."""
    if recording.package is None or recording.package_prefix is None:
        abort(404)
    package = Package.from_json(recording.package)
    if path in package.media_uris():
        return answer_stored(recording.package_prefix, path, cache_control=cache_control)
    written = _write_manifests(recording, package).get(path)
    return answer_bytes(written, content_type=content_type_of(path)) if written is not None else abort(404)


def answer_stored(prefix: str, path: str, *, cache_control: str) -> Response:
    """One object below a prefix; 404 where there is none."""
    try:
        key = under(prefix, path)
    except WrongUsage:
        abort(404)
    return answer_object(key, cache_control=cache_control) or abort(404)


def _write_manifests(recording: Recording, package: Package) -> dict[str, bytes]:
    subtitles = {language: shown_cues(track) for language, track in current_tracks(recording).items()}
    return write_package_manifests(package, language=recording.statement.speaker.language, subtitles=subtitles)
