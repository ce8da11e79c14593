"""Staff: one country's panel: its order, its speakers' links, and how its publication stands."""

from datetime import UTC, datetime

from flask import abort, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from pipeline.records.tables import Country, PreSession
from pipeline.services.board_lines import Board, CountryLine
from pipeline.services.boards import load_board
from pipeline.services.panels import read_panel
from webapp.access import reader
from webapp.database import current_db
from webapp.views.staff import blueprint
from webapp.views.staff_live import live_country, live_line
from webapp.wording.staff_panels import gender_words


@blueprint.get("/<slug>/<code>/")
@reader
def country(slug: str, code: str) -> ResponseReturnValue:
    """The panel of one country."""
    return show_country(slug, code)


@blueprint.get("/<slug>/<code>/live.json")
@reader
def country_live(slug: str, code: str) -> ResponseReturnValue:
    """How the panel and its publication stand now."""
    _board, line = _load(slug, code)
    statements = [live_line(speaker) for speaker in line.speakers]
    return jsonify(statements=statements, countries=[live_country(line)])


def show_country(slug: str, code: str) -> str:
    """A country's page as things stand."""
    board, line = _load(slug, code)
    panel = read_panel(current_db(), current_db().get_one(Country, line.country_id))
    return render_template("staff/country.html", board=board, country=line, panel=panel, gender_words=gender_words)


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
