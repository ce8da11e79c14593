"""Staff: deciding about subtitles that are worked on: handing in, approving, sending back, opening again."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.records.tables import Sheet
from pipeline.services.sheet_states import DECISIONS, SheetNotReady
from webapp.access import current_staff, staff
from webapp.database import current_db, roll_back_request
from webapp.views.staff import blueprint


@blueprint.post("/statements/<int:statement_id>/sheets/<int:sheet_id>/decision")
@staff
def decide_sheet(statement_id: int, sheet_id: int) -> ResponseReturnValue:
    """Decide about the version of subtitles that was seen."""
    sheet = current_db().get(Sheet, sheet_id)
    if sheet is None or sheet.recording.statement_id != statement_id:
        abort(404)
    decide = DECISIONS.get(request.form.get("decision", "")) or abort(400)
    version = request.form.get("version", type=int) or abort(400)
    try:
        decide(current_db(), sheet, version, actor=current_staff().actor, now=datetime.now(UTC))
    except (ChangeNotAllowed, SheetNotReady) as refused:
        roll_back_request()
        flash(_refusal(refused), "bad")
    return redirect(url_for("staff.review", statement_id=statement_id, _anchor="subtitles"), 303)


def _refusal(refused: ChangeNotAllowed | SheetNotReady) -> str:
    if isinstance(refused, SheetNotReady):
        return _("These subtitles cannot be handed in yet: something in them has to be mended first.")
    return _("This was not done: the subtitles changed meanwhile, or another person has to approve them.")
