"""What a subtitle once was, and until when all are wanted: asked and set from the open editor."""

from datetime import UTC, date, datetime, time

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import to_utc

from pipeline.records.tables import StaffAccount
from pipeline.services.sheet_changes import find_cue
from pipeline.services.sheet_states import set_due
from pipeline.services.sheets import list_revisions
from webapp.access import current_staff, interpreter, staff
from webapp.database import current_db
from webapp.editor_state import due_day, revision_json
from webapp.views.staff import blueprint
from webapp.views.staff_editor import ADDRESS
from webapp.views.staff_editor_changes import asked_body, sheet_of, state_answer

_DAY_ENDS = time(23, 59)


@blueprint.get(f"{ADDRESS}earlier")
@interpreter
def earlier_subtitles(statement_id: int, language: str) -> ResponseReturnValue:
    """Everything that one subtitle ever was, newest first, with who made it so."""
    db, sheet = current_db(), sheet_of(statement_id, language)
    key = find_cue(sheet, request.args.get("key", "")).key
    revisions = list_revisions(db, sheet, key)
    people = {one: db.get(StaffAccount, one) for one in {found.account_id for found in revisions} if one is not None}
    names = {one: (account.name or account.email) if account else "" for one, account in people.items()}
    return jsonify(revisions=[revision_json(found, names.get(found.account_id or 0, "")) for found in revisions])


@blueprint.post(f"{ADDRESS}due")
@staff
def set_subtitles_due(statement_id: int, language: str) -> ResponseReturnValue:
    """Set or take away the last day; 409 where another is set than the person saw."""
    sheet, body = sheet_of(statement_id, language), asked_body()
    there = due_day(sheet)
    if str(body.get("seen", "")) != (there.isoformat() if there else ""):
        return jsonify(sentence=""), 409
    day = _day(str(body.get("day", "")))
    due_at = to_utc(datetime.combine(day, _DAY_ENDS)).replace(tzinfo=UTC) if day else None
    set_due(current_db(), sheet, due_at, actor=current_staff().actor, now=datetime.now(UTC))
    return state_answer(sheet)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        abort(400)
