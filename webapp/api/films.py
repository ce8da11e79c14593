"""Films with subtitles in the picture, by script: asked for, listed, taken away."""

from datetime import UTC, datetime

from flask import abort

from pipeline.domain.burning import BurnSize
from pipeline.domain.scopes import Scope
from pipeline.records.tables import Track
from pipeline.services.burned_films import ask_for_film, find_film, list_films
from webapp.access import current_staff
from webapp.api.door import ID, Answer, blueprint, endpoint
from webapp.api.panels import recording_there
from webapp.api.shapes_films import Film, Films, FilmSent
from webapp.database import current_db
from webapp.streaming import answer_object

_TAG = "subtitles"
_ALL = f"/recordings/<{ID}:recording_id>/films"


@blueprint.get(_ALL)
@endpoint(Scope.READ, Films, tag=_TAG)
def list_recording_films(recording_id: int) -> Answer:
    """Films that were asked for of the subtitles that count, and how each stands."""
    found = list_films(current_db(), recording_there(recording_id))
    return Films(items=[Film.of(line) for line in found])


@blueprint.post(_ALL)
@endpoint(Scope.REVIEW, Films, tag=_TAG, status=202)
def make_film(recording_id: int, json: FilmSent) -> Answer:
    """Have a film made of the revision of subtitles that was seen; 409 where it was replaced."""
    recording, db = recording_there(recording_id), current_db()
    track = db.get(Track, json.track_id)
    if track is None or track.recording_id != recording.id:
        abort(404)
    ask_for_film(db, track, json.size, actor=current_staff().actor, now=datetime.now(UTC))
    return Films(items=[Film.of(line) for line in list_films(db, recording)]), 202


@blueprint.get(f"/subtitles/<{ID}:track_id>/films/<size>")
@endpoint(Scope.READ, None, tag=_TAG, status=200)
def read_film(track_id: int, size: str) -> Answer:
    """A film that is ready, as MP4."""
    track = current_db().get(Track, track_id)
    if track is None or size not in list(BurnSize):
        abort(404)
    key = find_film(current_db(), track, BurnSize(size)) or abort(404)
    return answer_object(key, cache_control="no-store") or abort(404)
