"""Spoken interpretation of a statement: handed in, listened to, placed, approved, removed; for staff and interpreters.

The plain form's token is read from the stream itself.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, validate_csrf
from wtforms import ValidationError

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.tokens import new_name
from pipeline.domain.voices import MAX_VOICE_BYTES, Under, VoiceRefused
from pipeline.records.tables import Recording, Voice
from pipeline.services.originals import StoredOriginal
from pipeline.services.reviews import find_statement
from pipeline.services.shown_parts import name_shown, withholds_name
from pipeline.services.voice_intake import store_voice
from pipeline.services.voice_removal import remove_voice
from pipeline.services.voices import (
    NameNotDenied,
    add_voice,
    approve_voice,
    change_voice,
    check_voice_language,
    is_mixed,
    listed_voices,
    starts_seconds,
    state_of_voice,
    widest_audience,
)
from pipeline.storage.keys import under as below
from pipeline.storage.spool import Spool
from webapp.access import Rule, current_staff, interpreter
from webapp.database import commit_request, current_db, roll_back_request
from webapp.errors import wants_json
from webapp.form_uploads import ReceivedForm, receive_form
from webapp.i18n import language_name_for_reader
from webapp.portal import portal
from webapp.security import WITH_MICROPHONE, csrf
from webapp.streaming import answer_object
from webapp.views.staff import blueprint
from webapp.views.staff_own_work import check_language, own_languages
from webapp.wording.voices import fault_words, under_words, voice_fault_words, voice_notes, voice_state_words

_KEEP_NOTHING = "no-store"


class VoiceLine(NamedTuple):
    """One voice as the page shows it; `source` is where it can be heard, empty as long as it cannot."""

    voice: Voice
    state: str
    words: str
    notes: list[str]
    fault: str
    source: str
    starts: str
    may_approve: bool
    may_change: bool


@blueprint.get("/statements/<int:statement_id>/voices/")
@interpreter
def voices(statement_id: int) -> ResponseReturnValue:
    """The voices of the recording that counts, and the form to record or hand in another."""
    answer = Response(_show(statement_id))
    answer.headers["Permissions-Policy"] = WITH_MICROPHONE
    return answer


@blueprint.post("/statements/<int:statement_id>/voices/")
@csrf.exempt  # type: ignore[untyped-decorator]
@interpreter
def add_spoken(statement_id: int) -> ResponseReturnValue:
    """Take a sound file, or a film of which the sound is wanted, in one language."""
    _current_recording(statement_id)
    commit_request()  # no connection is held while bytes arrive
    spool, name = Spool(portal().settings.spool_dir), new_name()
    received = receive_form(request.environ, spool, name, max_bytes=MAX_VOICE_BYTES)
    try:
        _check_token(received.fields.get("csrf_token"))
        problem = _problem(statement_id, received)
    except BaseException:
        spool.remove(name)
        raise
    if problem:
        spool.remove(name)
        return _refuse(statement_id, problem)
    try:
        store_voice(portal().originals, spool, name, lambda stored: _record(statement_id, received, stored))
    except VoiceRefused as refused:
        return _refuse(statement_id, fault_words(refused.fault, refused.seconds, 0.0))
    except ChangeNotAllowed:
        roll_back_request()
        return _refuse(statement_id, _changed(), status=409)
    flash(_("The interpretation has arrived. It is checked and mixed with the original now."), "good")
    return _taken(statement_id)


@blueprint.post("/statements/<int:statement_id>/voices/<int:voice_id>")
@interpreter
def decide_on_voice(statement_id: int, voice_id: int) -> ResponseReturnValue:
    """Approve, place or remove the version of a voice that was heard."""
    voice, decision = _voice(statement_id, voice_id), request.form.get("decision", "")
    check_language(statement_id, voice.language)
    if decision not in {"approve", "change", "remove"}:
        abort(400)
    if decision == "approve" and not current_staff().passes(Rule.STAFF):
        abort(403)
    try:
        _decide(voice, decision)
    except NameNotDenied:
        roll_back_request()
        return _refuse(statement_id, _("Please confirm that this voice does not say the speaker’s name."))
    except ChangeNotAllowed:
        roll_back_request()
        return _refuse(statement_id, _changed(), status=409)
    except WrongUsage:
        roll_back_request()
        return _refuse(statement_id, _("A voice begins at most ten minutes before or after the statement."))
    return _taken(statement_id)


@blueprint.get("/statements/<int:statement_id>/voices/<int:voice_id>.m4a")
@interpreter
def download_voice(statement_id: int, voice_id: int) -> ResponseReturnValue:
    """A voice as it was mixed; what was handed in is served to nobody."""
    voice = _voice(statement_id, voice_id)
    if voice.package is None or voice.package_prefix is None or not is_mixed(voice):
        abort(404)
    key = below(voice.package_prefix, str(voice.package["uri"]))
    answer: Response = answer_object(key, cache_control=_KEEP_NOTHING) or abort(404)
    answer.headers["Content-Disposition"] = f'attachment; filename="interpretation-{voice_id}-{voice.language}.m4a"'
    return answer


def _show(statement_id: int) -> str:
    statement = find_statement(current_db(), statement_id) or abort(404)
    recording = statement.current_recording
    languages = [code for code in own_languages(statement) if code != statement.speaker.language]
    return render_template(
        "staff/voices.html",
        statement=statement,
        recording=recording,
        country=statement.speaker.country,
        shown_name=name_shown(statement),
        withholds_name=withholds_name(statement, widest_audience(statement)),
        lines=[_line(voice, languages) for voice in listed_voices(recording)] if recording else [],
        languages=languages,
        levels=[(under.value, under_words(under)) for under in (Under.LOW, Under.NONE)],
        is_interpreter=not current_staff().passes(Rule.STAFF),
    )


def _line(voice: Voice, languages: list[str]) -> VoiceLine:
    has_sound = is_mixed(voice) and voice.fault is None
    path = f"voices/{voice.id}-{voice.version}.mp4"
    is_staff = current_staff().passes(Rule.STAFF)
    return VoiceLine(
        voice=voice,
        state=state_of_voice(voice).value,
        words=voice_state_words(voice),
        notes=voice_notes(voice),
        fault=voice_fault_words(voice),
        source=url_for("staff.media", recording_id=voice.recording_id, path=path) if has_sound else "",
        starts=f"{starts_seconds(voice):g}",
        may_approve=is_staff and has_sound and voice.account_id != current_staff().account_id,
        may_change=voice.language in languages or is_staff,
    )


def _record(statement_id: int, received: ReceivedForm, stored: StoredOriginal) -> None:
    fields = received.fields
    add_voice(
        current_db(),
        _current_recording(statement_id),
        language=fields["language"],
        original=stored,
        under=Under(fields["under"]),
        is_own=fields.get("is_own") == "yes",
        actor=current_staff().actor,
        now=datetime.now(UTC),
    )
    commit_request()


def _problem(statement_id: int, received: ReceivedForm) -> str:
    """What is wrong with the form itself, in words."""
    fields = received.fields
    if received.file_bytes is None:
        return _("Please choose a file first.")
    if fields.get("agrees") != "yes":
        return _("Please confirm that whoever speaks agrees to having this voice published.")
    try:
        Under(fields.get("under", ""))
        check_voice_language(_current_recording(statement_id), fields.get("language", ""))
    except (ValueError, WrongUsage):
        return _("Please choose a language that is not the one of the recording.")
    check_language(statement_id, fields["language"])
    return ""


def _decide(voice: Voice, decision: str) -> None:
    db, actor, now = current_db(), current_staff().actor, datetime.now(UTC)
    version = request.form.get("version", type=int) or abort(400)
    language = language_name_for_reader(voice.language)
    if decision == "approve":
        approve_voice(db, voice, version, is_nameless=request.form.get("nameless") == "yes", actor=actor, now=now)
        flash(_("Spoken interpretation approved: %(language)s", language=language), "good")
    elif decision == "remove":
        remove_voice(db, voice, version, actor=actor, now=now)
        flash(_("Spoken interpretation removed: %(language)s", language=language), "good")
    else:
        starts = request.form.get("starts", type=float)
        change_voice(db, voice, version, starts=starts, under=_level(), actor=actor, now=now)
        flash(_("The interpretation is mixed again. Listen to it when it is ready."), "good")


def _level() -> Under:
    wanted = request.form.get("under", "")
    return Under(wanted) if wanted in list(Under) else abort(400)


def _taken(statement_id: int) -> ResponseReturnValue:
    address = url_for("staff.voices", statement_id=statement_id)
    return (jsonify(address=address), 201) if wants_json() else redirect(address, 303)


def _refuse(statement_id: int, problem: str, *, status: int = 422) -> ResponseReturnValue:
    if wants_json():
        return jsonify(problem=problem), status
    flash(problem, "bad")
    return _show(statement_id), status


def _changed() -> str:
    return _("This changed while you looked. Nothing was done; look again and decide anew.")


def _voice(statement_id: int, voice_id: int) -> Voice:
    voice = current_db().get(Voice, voice_id)
    if voice is None or voice.is_removed or voice.recording.statement_id != statement_id:
        abort(404)
    return voice


def _current_recording(statement_id: int) -> Recording:
    statement = find_statement(current_db(), statement_id) or abort(404)
    return statement.current_recording or abort(409)


def _check_token(token: str | None) -> None:
    try:
        validate_csrf(token)
    except ValidationError as error:
        raise CSRFError(str(error)) from None
