"""A speaker chooses an earlier recording again."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.records.tables import Statement
from pipeline.services.attempts import check_may_hand_in, use_recording
from webapp.access import current_visit, speaker
from webapp.database import current_db
from webapp.messages import tell_at

blueprint = Blueprint("speaker_attempts", __name__, url_prefix="/speaker/attempts")


@blueprint.post("/use")
@speaker
def use() -> ResponseReturnValue:
    """Make this recording the one that counts."""
    db, visit, now = current_db(), current_visit(), datetime.now(UTC)
    statement = db.get_one(Statement, visit.statement_id)
    check_may_hand_in(statement, now=now)
    recording_id = request.form.get("recording", type=int, default=0)
    use_recording(db, statement, recording_id, actor=visit.actor, now=now)
    tell_at("attempts", _("This recording counts now. The organiser will watch it next."), "good")
    return redirect(url_for("speaker.page", _anchor="attempts"), 303)
