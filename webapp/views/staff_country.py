"""Staff: one country's panel: its order, its speakers' links, what would be published, and publishing it."""

from datetime import UTC, datetime

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.records.tables import Country, PreSession
from pipeline.services.board_lines import Board, CountryLine
from pipeline.services.boards import load_board
from pipeline.services.panels import Direction, move_speaker
from pipeline.services.releases import publish_country
from webapp.access import current_staff, reader, staff
from webapp.database import current_db, roll_back_request
from webapp.views.staff import blueprint
from webapp.views.staff_live import live_country, live_line


@blueprint.get("/<slug>/<code>/")
@reader
def country(slug: str, code: str) -> ResponseReturnValue:
    """The panel of one country."""
    board, line = _load(slug, code)
    return render_template("staff/country.html", board=board, country=line)


@blueprint.get("/<slug>/<code>/live.json")
@reader
def country_live(slug: str, code: str) -> ResponseReturnValue:
    """How the panel and its publication stand now."""
    _board, line = _load(slug, code)
    statements = [live_line(speaker) for speaker in line.speakers]
    return jsonify(statements=statements, countries=[live_country(line)])


@blueprint.post("/<slug>/<code>/order")
@staff
def reorder(slug: str, code: str) -> ResponseReturnValue:
    """Move one speaker one place."""
    speaker_id = request.form.get("speaker_id", type=int)
    direction = request.form.get("direction", type=Direction)
    if speaker_id is None or direction is None:
        abort(400)
    found = _find(slug, code)
    move_speaker(current_db(), found, speaker_id, direction, actor=current_staff().actor, now=datetime.now(UTC))
    return redirect(_address(slug, code, anchor=f"speaker-{speaker_id}"), 303)


@blueprint.post("/<slug>/<code>/publish")
@staff
def publish(slug: str, code: str) -> ResponseReturnValue:
    """Have a new release made of what is approved and consented to."""
    found = _find(slug, code)
    try:
        publish_country(current_db(), found, actor=current_staff().actor, now=datetime.now(UTC))
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("This changed while you looked, so nothing was published. Look again below."), "bad")
    else:
        flash(_("Publishing has begun. The page below follows it."), "good")
    return redirect(_address(slug, code), 303)


def _load(slug: str, code: str) -> tuple[Board, CountryLine]:
    board = load_board(current_db(), slug, now=datetime.now(UTC), only_country=code) or abort(404)
    return board, board.country(code) or abort(404)


def _find(slug: str, code: str) -> Country:
    found = (
        current_db().query(Country).join(PreSession).where(PreSession.slug == slug, Country.code == code).one_or_none()
    )
    return found or abort(404)


def _address(slug: str, code: str, *, anchor: str | None = None) -> str:
    return url_for("staff.country", slug=slug, code=code, _anchor=anchor)
