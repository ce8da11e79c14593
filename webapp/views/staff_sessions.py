"""Staff: the list of sessions, and a session's board."""

from datetime import UTC, datetime

from flask import abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from pipeline.services import boards
from pipeline.services.board_lines import Board, Show
from webapp.access import reader
from webapp.database import current_db
from webapp.views.staff import blueprint
from webapp.views.staff_live import live_country, live_line


@blueprint.get("/")
@reader
def sessions() -> ResponseReturnValue:
    """Every session, the newest first."""
    return render_template("staff/sessions.html", sessions=boards.list_sessions(current_db()))


@blueprint.get("/<slug>/")
@reader
def board(slug: str) -> ResponseReturnValue:
    """A session's countries by speakers; `show` filters."""
    return render_template("staff/board.html", board=_load(slug), show=_asked_show(), Show=Show)


@blueprint.get("/<slug>/live.json")
@reader
def board_live(slug: str) -> ResponseReturnValue:
    """How every statement stands now, for the board's script."""
    countries = _load(slug).countries
    return jsonify(
        statements=[live_line(line) for country in countries for line in country.speakers],
        countries=[live_country(country) for country in countries],
    )


def _load(slug: str) -> Board:
    return boards.load_board(current_db(), slug, now=datetime.now(UTC)) or abort(404)


def _asked_show() -> Show:
    try:
        return Show(request.args.get("show", Show.ALL))
    except ValueError:
        return Show.ALL
