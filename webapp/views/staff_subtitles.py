"""Staff: subtitle files of a statement's current recording: add, download, remove."""

from datetime import UTC, datetime

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.captions.formats import CaptionFormat
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.records.tables import Recording, Track
from pipeline.services.caption_files import write_track_file
from pipeline.services.reviews import find_statement
from pipeline.services.subtitle_removal import take_down_subtitles
from webapp.access import current_staff, interpreter, staff
from webapp.database import current_db, roll_back_request
from webapp.subtitle_files import removed_words, take_subtitles
from webapp.views.staff import blueprint
from webapp.views.staff_statement import show_review, subtitles_form


@blueprint.post("/statements/<int:statement_id>/subtitles")
@staff
def add_subtitles(statement_id: int) -> ResponseReturnValue:
    """Take a subtitle file in one language; what is wrong in it is said beside the field."""
    recording = _current_recording(statement_id)
    speaker = recording.statement.speaker
    form = subtitles_form(tuple(speaker.country.pre_session.subtitle_languages), speaker.language)
    if not form.validate_on_submit():
        return show_review(statement_id, subtitles_form=form), 422
    try:
        is_taken = take_subtitles(recording, form)
    except ChangeNotAllowed:
        return _say_changed(statement_id)
    if not is_taken:
        return show_review(statement_id, subtitles_form=form), 422
    return redirect(_address(statement_id), 303)


@blueprint.post("/statements/<int:statement_id>/subtitles/remove")
@staff
def remove_subtitles(statement_id: int) -> ResponseReturnValue:
    """Take the subtitles of one language away."""
    track_id = request.form.get("track_id", type=int) or abort(400)
    recording, actor = _current_recording(statement_id), current_staff().actor
    try:
        was_out = take_down_subtitles(current_db(), recording, track_id=track_id, actor=actor, now=datetime.now(UTC))
    except ChangeNotAllowed:
        return _say_changed(statement_id)
    flash(removed_words(was_out=was_out), "good")
    return redirect(_address(statement_id), 303)


@blueprint.get("/statements/<int:statement_id>/subtitles/<int:track_id>.<form>")
@interpreter
def download_subtitles(statement_id: int, track_id: int, form: str) -> ResponseReturnValue:
    """One revision as a file in a format, in times of the part that is shown."""
    track = current_db().get(Track, track_id)
    if track is None or track.recording.statement_id != statement_id or form not in list(CaptionFormat):
        abort(404)
    wanted = CaptionFormat(form)
    answer = Response(write_track_file(track, wanted), content_type=wanted.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="subtitles-{track.id}-{track.language}.{wanted}"'
    return answer


def _current_recording(statement_id: int) -> Recording:
    statement = find_statement(current_db(), statement_id) or abort(404)
    return statement.current_recording or abort(409)


def _say_changed(statement_id: int) -> ResponseReturnValue:
    roll_back_request()
    flash(_("This changed while you looked. Nothing was done; look again and decide anew."), "bad")
    return show_review(statement_id), 409


def _address(statement_id: int) -> str:
    return url_for("staff.review", statement_id=statement_id, _anchor="subtitles")
