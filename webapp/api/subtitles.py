"""Subtitles of a recording by script: read as WebVTT, added as a file's text, taken away."""

from datetime import UTC, datetime

from flask import Response, abort

from pipeline.captions.formats import CaptionFormat
from pipeline.domain.scopes import Scope
from pipeline.records.tables import Track as TrackRow
from pipeline.services.caption_files import write_track_file
from pipeline.services.subtitle_removal import take_down_subtitles
from pipeline.services.tracks import add_track, current_tracks
from webapp.access import current_staff
from webapp.api.door import ID, Answer, blueprint, endpoint
from webapp.api.panels import recording_there
from webapp.api.shapes_statements import SubtitlesSent, Track
from webapp.database import current_db

_TAG = "subtitles"
_ONE = f"/recordings/<{ID}:recording_id>/subtitles"


@blueprint.get(f"{_ONE}/<language>")
@endpoint(Scope.READ, None, tag=_TAG, status=200)
def read_subtitles(recording_id: int, language: str) -> Answer:
    """The subtitles in one language, as WebVTT."""
    track = current_tracks(recording_there(recording_id)).get(language) or abort(404)
    return Response(track.webvtt, mimetype="text/vtt")


@blueprint.get(f"{_ONE}/<language>/<ending>")
@endpoint(Scope.READ, None, tag=_TAG, status=200)
def read_subtitle_file(recording_id: int, language: str, ending: str) -> Answer:
    """The subtitles in one language as a file: `vtt`, `srt`, `ttml`, `ass`, `txt`, `timed.txt` or `docx`.

    Times are those of the part that is shown. `docx` has the words spoken in a column beside them.
    """
    track = current_tracks(recording_there(recording_id)).get(language)
    if track is None or ending not in list(CaptionFormat):
        abort(404)
    wanted = CaptionFormat(ending)
    return Response(write_track_file(track, wanted), content_type=wanted.content_type)


@blueprint.post(_ONE)
@endpoint(Scope.REVIEW, Track, tag=_TAG, status=201)
def add_subtitles(recording_id: int, json: SubtitlesSent) -> Answer:
    """Add subtitles; an approval given before is asked for again."""
    track = add_track(
        current_db(),
        recording_there(recording_id),
        language=json.language,
        data=json.text.encode("utf-8"),
        actor=current_staff().actor,
        now=datetime.now(UTC),
    )
    return Track.of(track), 201


@blueprint.delete(f"/subtitles/<{ID}:track_id>")
@endpoint(Scope.REVIEW, None, tag=_TAG, status=204)
def remove_subtitles(track_id: int) -> Answer:
    """Take the subtitles of one language away; the address names the revision that was seen."""
    track = current_db().get(TrackRow, track_id) or abort(404)
    actor, now = current_staff().actor, datetime.now(UTC)
    take_down_subtitles(current_db(), track.recording, track_id=track.id, actor=actor, now=now)
    return "", 204
