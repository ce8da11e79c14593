"""Files of a recording's package, streamed from the store's private part, with manifests for its subtitles of now."""

from dataclasses import replace

from flask import Response, abort

from pipeline.domain.errors import WrongUsage
from pipeline.domain.packages import MediaRendition, Package
from pipeline.records.tables import Recording
from pipeline.services.tracks import current_tracks, shown_cues
from pipeline.services.voices import current_voices, is_mixed, mark_of_voice
from pipeline.site.manifests import write_package_manifests
from pipeline.site.stream_parts import VoiceTrack
from pipeline.storage.attributes import content_type_of
from pipeline.storage.keys import under
from webapp.streaming import answer_bytes, answer_object

_VOICES = "voices/"


def answer_package_file(recording: Recording, path: str, *, cache_control: str) -> Response:
    """A file of the package, or a manifest or file of subtitles written for this moment; 404 for anything else."""
    if recording.package is None or recording.package_prefix is None:
        abort(404)
    package = Package.from_json(recording.package)
    if path in package.media_uris():
        return answer_stored(recording.package_prefix, path, cache_control=cache_control)
    if path.startswith(_VOICES):
        return _answer_voice(recording, path, cache_control=cache_control) or abort(404)
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
    return write_package_manifests(
        package, language=recording.statement.speaker.language, subtitles=subtitles, voices=_voices(recording)
    )


def _voices(recording: Recording) -> dict[str, VoiceTrack]:
    """Every voice that is mixed, as seen from the package."""
    return {
        language: VoiceTrack(
            replace(MediaRendition.from_json(voice.package), uri=f"{_VOICES}{voice.id}-{voice.version}.mp4"),
            "",
            mark_of_voice(voice),
        )
        for language, voice in current_voices(recording).items()
        if is_mixed(voice) and voice.package
    }


def _answer_voice(recording: Recording, path: str, *, cache_control: str) -> Response | None:
    """A voice of this recording, by its number and version: its bytes never change."""
    for voice in current_voices(recording).values():
        if path == f"{_VOICES}{voice.id}-{voice.version}.mp4" and voice.package_prefix and is_mixed(voice):
            return answer_stored(voice.package_prefix, str((voice.package or {})["uri"]), cache_control=cache_control)
    return None
