"""Staff: films of a recording with its subtitles in the picture: ask for one, download it."""

from datetime import UTC, datetime

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.burning import BurnSize
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.records.tables import Track
from pipeline.services.burned_films import ask_for_film, find_film
from webapp.access import current_staff, staff
from webapp.database import current_db, roll_back_request
from webapp.streaming import answer_object
from webapp.views.staff import blueprint
from webapp.views.staff_statement import show_review

_KEEP_NOTHING = "no-store"


@blueprint.post("/statements/<int:statement_id>/subtitles/film")
@staff
def ask_for_burned_film(statement_id: int) -> ResponseReturnValue:
    """Have a film made of the subtitles that were seen, which are named by their revision."""
    track = _track(statement_id, request.form.get("track_id", type=int) or abort(400))
    size = _size(request.form.get("size", ""))
    try:
        ask_for_film(current_db(), track, size, actor=current_staff().actor, now=datetime.now(UTC))
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("This changed while you looked. Nothing was done; look again and decide anew."), "bad")
        return show_review(statement_id), 409
    flash(_("The film with subtitles is being made. It appears here when it is ready."), "good")
    return redirect(url_for("staff.review", statement_id=statement_id, _anchor="subtitles"), 303)


@blueprint.get("/statements/<int:statement_id>/subtitles/<int:track_id>/film-<size>.mp4")
@staff
def download_burned_film(statement_id: int, track_id: int, size: str) -> ResponseReturnValue:
    """The film; asked anew each time, since a speaker may choose to be hidden or to withdraw at any moment."""
    track = _track(statement_id, track_id)
    key = find_film(current_db(), track, _size(size)) or abort(404)
    name = f"film-{track.id}-{track.language}-{size}.mp4"
    answer: Response = answer_object(key, cache_control=_KEEP_NOTHING) or abort(404)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _track(statement_id: int, track_id: int) -> Track:
    track = current_db().get(Track, track_id)
    if track is None or track.recording.statement_id != statement_id:
        abort(404)
    return track


def _size(text: str) -> BurnSize:
    if text not in list(BurnSize):
        abort(404)
    return BurnSize(text)
