"""Staff: the order of a panel: by buttons, by dragging and by keys; the last change can be undone."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import abort, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.records.tables import Country
from pipeline.services.events import Actor
from pipeline.services.panels import Direction, move_speaker, order_panel, read_panel, undo_order
from webapp.access import current_staff, staff
from webapp.database import current_db, roll_back_request
from webapp.errors import wants_json
from webapp.views.staff import blueprint
from webapp.views.staff_country import country_address, find_country, show_country

Change = Callable[[Session, int, str, Actor, datetime], Country]


@blueprint.post("/<slug>/<code>/order")
@staff
def reorder(slug: str, code: str) -> ResponseReturnValue:
    """Move one speaker one place, or put the whole panel into an order."""
    speaker_id = request.form.get("speaker_id", type=int)
    if "order" in request.form:
        order = _order()
        return _change(
            slug,
            code,
            lambda db, country_id, seen, actor, now: order_panel(
                db, country_id, order, seen=seen, actor=actor, now=now
            ),
        )
    direction = request.form.get("direction", type=Direction)
    if speaker_id is None or direction is None:
        abort(400)
    return _change(
        slug,
        code,
        lambda db, country_id, seen, actor, now: move_speaker(
            db, country_id, speaker_id, direction, seen=seen, actor=actor, now=now
        ),
        anchor=f"speaker-{speaker_id}",
    )


@blueprint.post("/<slug>/<code>/order/undo")
@staff
def undo_reorder(slug: str, code: str) -> ResponseReturnValue:
    """Give the panel back the order that it had before the last change."""
    event_id = request.form.get("event_id", type=int)
    if event_id is None:
        abort(400)
    return _change(
        slug,
        code,
        lambda db, country_id, seen, actor, now: undo_order(db, country_id, event_id, seen=seen, actor=actor, now=now),
        done=_("Undone. The panel is in its order of before."),
    )


def _order() -> list[int]:
    try:
        return [int(part) for part in request.form["order"].split(",")]
    except ValueError:
        abort(400)


def _change(
    slug: str, code: str, change: Change, *, done: str = "", anchor: str = "panel-title"
) -> ResponseReturnValue:
    seen = request.form.get("seen")
    if not seen:
        abort(400)
    try:
        country = change(current_db(), find_country(slug, code).id, seen, current_staff().actor, datetime.now(UTC))
    except ChangeNotAllowed:
        flash(_("The panel changed while you looked. Nothing was done; look again."), "bad")
        if wants_json():
            raise
        roll_back_request()
        return show_country(slug, code), 409
    if wants_json():
        panel = read_panel(current_db(), country)
        return jsonify(seen=panel.seen, undoable=panel.undoable)
    if done:
        flash(done, "good")
    return redirect(country_address(slug, code, anchor=anchor), 303)
