"""Staff: one country's panel: its order, its speakers' links, and how its publication stands."""

from datetime import UTC, datetime

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pipeline.records.tables import Country, PreSession
from pipeline.services.board_lines import Board, CountryLine
from pipeline.services.boards import load_board
from pipeline.services.panels import Direction, move_speaker
from webapp.access import current_staff, reader, staff
from webapp.database import current_db
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
    found = find_country(slug, code)
    move_speaker(current_db(), found, speaker_id, direction, actor=current_staff().actor, now=datetime.now(UTC))
    return redirect(country_address(slug, code, anchor=f"speaker-{speaker_id}"), 303)


def find_country(slug: str, code: str) -> Country:
    """The country of an address, or 404."""
    found = (
        current_db().query(Country).join(PreSession).where(PreSession.slug == slug, Country.code == code).one_or_none()
    )
    return found or abort(404)


def country_address(slug: str, code: str, *, anchor: str | None = None) -> str:
    """Where a country's page is."""
    return url_for("staff.country", slug=slug, code=code, _anchor=anchor)


def _load(slug: str, code: str) -> tuple[Board, CountryLine]:
    board = load_board(current_db(), slug, now=datetime.now(UTC), only_country=code) or abort(404)
    return board, board.country(code) or abort(404)
