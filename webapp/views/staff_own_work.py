"""What somebody was asked to do: the list of it, and for interpreters a page with what subtitles are made from.

An interpreter's page shows no consent, no history, no address, and no name but the one that may be shown.
"""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.desk import AssignmentKind
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.roles import Role
from pipeline.domain.sheets import wanted_languages
from pipeline.records.tables import Recording, Statement
from pipeline.services.account_reach import may_interpret
from pipeline.services.assignments import list_assignments, list_own_work
from pipeline.services.reviews import find_statement
from pipeline.services.shown_parts import name_shown
from pipeline.services.statement_contents import newest_content, written
from pipeline.services.subtitle_removal import take_down_subtitles
from pipeline.services.tracks import current_tracks, name_tracks
from webapp.access import Rule, current_staff, interpreter, signed_in
from webapp.database import current_db, roll_back_request
from webapp.forms import SubtitlesForm
from webapp.subtitle_files import removed_words, take_subtitles
from webapp.views.staff import blueprint
from webapp.views.staff_statement import subtitles_form


@blueprint.get("/work/")
@signed_in
def own_work() -> ResponseReturnValue:
    """What is asked of the person who looks, and nothing else."""
    work = list_own_work(current_db(), current_staff().account_id)
    return render_template("staff/own_work.html", work=work)


@blueprint.get("/work/<int:statement_id>/")
@interpreter
def interpret(statement_id: int) -> ResponseReturnValue:
    """The recording, what was written beside it, and its subtitles."""
    return _show(statement_id)


@blueprint.post("/work/<int:statement_id>/subtitles")
@interpreter
def add_own_subtitles(statement_id: int) -> ResponseReturnValue:
    """Take a subtitle file in a language that was asked for."""
    recording = _current_recording(statement_id)
    form = _own_form(recording.statement)
    if not form.validate_on_submit():
        return _show(statement_id, form=form), 422
    check_language(statement_id, str(form.language.data))
    try:
        is_taken = take_subtitles(recording, form)
    except ChangeNotAllowed:
        return _say_changed(statement_id)
    if not is_taken:
        return _show(statement_id, form=form), 422
    return redirect(url_for("staff.interpret", statement_id=statement_id), 303)


@blueprint.post("/work/<int:statement_id>/subtitles/remove")
@interpreter
def remove_own_subtitles(statement_id: int) -> ResponseReturnValue:
    """Take subtitles in a language that was asked for away."""
    track_id = request.form.get("track_id", type=int) or abort(400)
    recording = _current_recording(statement_id)
    track = next((one for one in current_tracks(recording).values() if one.id == track_id), None)
    if track is None:
        return _say_changed(statement_id)
    check_language(statement_id, track.language)
    actor, now = current_staff().actor, datetime.now(UTC)
    was_out = take_down_subtitles(current_db(), recording, track_id=track_id, actor=actor, now=now)
    flash(removed_words(was_out=was_out), "good")
    return redirect(url_for("staff.interpret", statement_id=statement_id), 303)


def _say_changed(statement_id: int) -> ResponseReturnValue:
    roll_back_request()
    flash(_("This changed while you looked. Nothing was done; look again and decide anew."), "bad")
    return _show(statement_id), 409


def _show(statement_id: int, form: SubtitlesForm | None = None) -> str:
    statement = find_statement(current_db(), statement_id) or abort(404)
    recording = statement.current_recording
    return render_template(
        "staff/own_statement.html",
        statement=statement,
        recording=recording,
        country=statement.speaker.country,
        shown_name=name_shown(statement),
        own=written(newest_content(statement)),
        tracks=list(current_tracks(recording).values()) if recording else [],
        tracks_seen=name_tracks(recording) if recording else "",
        languages=own_languages(statement),
        subtitles_form=form or _own_form(statement, empty=True),
    )


def own_languages(statement: Statement) -> tuple[str, ...]:
    """What the person who looks may bring subtitles in: staff everything, interpreters what was asked of them."""
    member = current_staff()
    of_session, spoken = statement.speaker.country.pre_session.subtitle_languages, statement.speaker.language
    wanted = (*wanted_languages(of_session, spoken), spoken)
    if member.passes(Rule.STAFF):
        return tuple(dict.fromkeys(wanted))
    if member.role is not Role.INTERPRETER:
        return ()
    asked = [
        language
        for one in list_assignments(current_db(), statement.id)
        if one.account_id == member.account_id and one.kind is AssignmentKind.INTERPRET
        for language in ([one.language] if one.language else wanted)
    ]
    return tuple(dict.fromkeys(asked))


def _own_form(statement: Statement, *, empty: bool = False) -> SubtitlesForm:
    languages = own_languages(statement)
    form = subtitles_form(languages, statement.speaker.language, empty=empty)
    form.language.choices = [choice for choice in form.language.choices if choice[0] in languages]
    return form


def check_language(statement_id: int, language: str) -> None:
    """Refuse (403) who was not asked to interpret into this language and is not staff."""
    member = current_staff()
    is_asked = may_interpret(current_db(), member.account_id, statement_id=statement_id, language=language)
    if not member.passes(Rule.STAFF) and not is_asked:
        abort(403)


def _current_recording(statement_id: int) -> Recording:
    statement = find_statement(current_db(), statement_id) or abort(404)
    return statement.current_recording or abort(409)
