"""What an open editor asks in the background: changes, what others changed, notes, decisions. All answers are JSON."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.records.tables import Sheet
from pipeline.services.cue_notes import add_note, list_notes, reopen_note, resolve_note
from pipeline.services.sheet_changes import CueChanged
from pipeline.services.sheet_states import DECISIONS, SheetChanged, SheetNotReady
from pipeline.services.sheet_times import be_present, leave_sheet
from pipeline.services.sheets import find_sheet
from webapp.access import current_staff, interpreter
from webapp.database import current_db, roll_back_request
from webapp.editor_deeds import Told, read_deed
from webapp.editor_state import cue_json, decisions_of, state_since
from webapp.views.staff import blueprint
from webapp.views.staff_editor import ADDRESS, may_edit, recording_to_write

_NOTES: dict[str, Callable[..., Any]] = {"resolve": resolve_note, "reopen": reopen_note}


@blueprint.post(f"{ADDRESS}changes")
@interpreter
def change_subtitles(statement_id: int, language: str) -> ResponseReturnValue:
    """Do one deed; 409 with the cues as they are now where somebody else changed the same."""
    sheet, body = _sheet_to_write(statement_id, language), asked_body()
    try:
        deed = read_deed(body.get("deed") or {})
        deed.make(current_db(), sheet, _told())
    except CueChanged as changed:
        roll_back_request()
        return jsonify(there=[cue_json(cue) for cue in changed.there]), 409
    except ValidationError:
        abort(400)
    return state_answer(sheet)


@blueprint.get(f"{ADDRESS}now")
@interpreter
def follow_subtitles(statement_id: int, language: str) -> ResponseReturnValue:
    """What changed since, for whoever only reads."""
    return state_answer(sheet_of(statement_id, language))


@blueprint.post(f"{ADDRESS}now")
@interpreter
def be_in_subtitles(statement_id: int, language: str) -> ResponseReturnValue:
    """What changed since, for whoever writes: they say in which cue they are, or that they leave."""
    sheet, body = _sheet_to_write(statement_id, language), asked_body()
    if body.get("leaves"):
        leave_sheet(current_db(), sheet, **_told())
    else:
        be_present(current_db(), sheet, cue_key=str(body.get("cue", "")), **_told())
    return state_answer(sheet)


@blueprint.post(f"{ADDRESS}notes")
@interpreter
def note_on_subtitles(statement_id: int, language: str) -> ResponseReturnValue:
    """Write a note on a cue, say that one was dealt with, or that it was not."""
    sheet, body = _sheet_to_write(statement_id, language), asked_body()
    if body.get("do") == "add":
        _add_note_once(sheet, str(body.get("key", "")), str(body.get("text", "")))
        return state_answer(sheet)
    change = _NOTES.get(str(body.get("do"))) or abort(400)
    change(current_db(), sheet, _whole(body, "id"), **_told())
    return state_answer(sheet)


@blueprint.post(f"{ADDRESS}decision")
@interpreter
def decide_on_subtitles(statement_id: int, language: str) -> ResponseReturnValue:
    """Hand in, approve, send back or open again the version that was seen."""
    sheet, body = _sheet_to_write(statement_id, language), asked_body()
    wanted = str(body.get("decision"))
    decide = DECISIONS.get(wanted) or abort(400)
    if wanted not in dict(decisions_of(sheet)):
        raise ChangeNotAllowed("This cannot be decided as these subtitles stand.")
    try:
        decide(current_db(), sheet, _whole(body, "version"), **_told())
    except SheetChanged:
        roll_back_request()
        return jsonify(sentence=_("Somebody else changed these subtitles meanwhile. Look again and decide anew.")), 409
    except SheetNotReady as refused:
        roll_back_request()
        return jsonify(stops=refused.stops), 422
    return state_answer(sheet)


def _add_note_once(sheet: Sheet, key: str, text: str) -> None:
    """The same sent twice, as when an answer was lost, is one note."""
    mine = (current_staff().account_id, key, text.strip(), None)
    known = list_notes(current_db(), sheet)
    if mine not in [(note.account_id, note.cue_key, note.text, note.resolved_at) for note in known]:
        add_note(current_db(), sheet, key, text, **_told())


def sheet_of(statement_id: int, language: str) -> Sheet:
    """The sheet of a statement in a language, for whoever may look at it; to others it is not there."""
    return find_sheet(current_db(), recording_to_write(statement_id, language).id, language) or abort(404)


def _sheet_to_write(statement_id: int, language: str) -> Sheet:
    sheet = sheet_of(statement_id, language)
    if not may_edit(statement_id, language):
        abort(403)
    if asked_body().get("as", current_staff().account_id) != current_staff().account_id:
        abort(401)  # another person signed in meanwhile: what the page holds is not theirs
    return sheet


def state_answer(sheet: Sheet) -> ResponseReturnValue:
    """All that changed since the versions that the page said it has."""
    asked = request.args if request.method == "GET" else asked_body()
    since = {"version": _whole(asked, "since"), "source_version": _whole(asked, "source_since")}
    return jsonify(state_since(current_db(), sheet, **since, now=datetime.now(UTC)))


def _told() -> Told:
    return {"actor": current_staff().actor, "now": datetime.now(UTC)}


def asked_body() -> dict[str, Any]:
    """The JSON object that was sent; anything else is refused."""
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else abort(400)


def _whole(values: Any, name: str) -> int:
    """A whole number that was sent; nothing else is taken for one."""
    try:
        return int(values.get(name))
    except (TypeError, ValueError):
        raise WrongUsage("A number is missing.") from None
