"""What a speaker wants hidden in the recording: kept, and the recording prepared anew."""

from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from pipeline.domain.errors import WrongUsage
from pipeline.domain.protection import Protection
from pipeline.records.tables import Statement
from pipeline.services.hand_ins import load_hand_in
from pipeline.services.protection import choose_protection
from webapp.access import current_visit, speaker
from webapp.database import current_db
from webapp.errors import wants_json
from webapp.messages import tell_at
from webapp.wording.protection import protection_from, saved_words

blueprint = Blueprint("speaker_protection", __name__, url_prefix="/speaker")


@blueprint.post("/protection")
@speaker
def choose() -> ResponseReturnValue:
    """Keep the choice; from now on nobody is shown what was made before it."""
    visit, db, now = current_visit(), current_db(), datetime.now(UTC)
    statement = db.get_one(Statement, visit.statement_id)
    choose_protection(db, statement=statement, protection=_choice(), actor=visit.actor, now=now)
    if wants_json():
        return Response(status=204)
    tell_at("protection", saved_words(load_hand_in(db, statement.id, now=now)), "good")
    return redirect(url_for("speaker.page", _anchor="protection"), 303)


def _choice() -> Protection:
    try:
        return protection_from(request.form.get("picture", ""), alters_voice=bool(request.form.get("voice")))
    except ValueError:
        raise WrongUsage("What is to be hidden is not one of those choices that were offered.") from None
