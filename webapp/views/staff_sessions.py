"""Staff: the list of sessions, and a session's board."""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pipeline.domain.consents import Audience
from pipeline.services import boards
from pipeline.services.board_lines import Board, Show
from webapp.access import reader
from webapp.database import current_db
from webapp.views.staff import blueprint
from webapp.views.staff_live import board_mark, live_country, live_line


@blueprint.get("/")
@reader
def sessions() -> ResponseReturnValue:
    """Every session, the newest first."""
    return render_template("staff/sessions.html", sessions=boards.list_sessions(current_db()))


@blueprint.get("/<slug>/")
@reader
def board(slug: str) -> ResponseReturnValue:
    """A session's countries by speakers; `show` filters."""
    found = find_board(slug)
    return render_template(
        "staff/board.html",
        board=found,
        show=asked_show(request.args),
        mark=board_mark(found),
        Show=Show,
        Audience=Audience,
    )


@blueprint.get("/<slug>/live.json")
@reader
def board_live(slug: str) -> ResponseReturnValue:
    """How every statement stands now, for the board's script; another `mark` says that more than that changed."""
    found = find_board(slug)
    return jsonify(
        statements=[live_line(line) for country in found.countries for line in country.speakers],
        countries=[live_country(country) for country in found.countries],
        mark=board_mark(found),
    )


def find_board(slug: str) -> Board:
    """The board of a session, or 404."""
    return boards.load_board(current_db(), slug, now=datetime.now(UTC)) or abort(404)


def asked_show(values: Mapping[str, str]) -> Show:
    """The filter that an address or a form names; all where it names none."""
    try:
        return Show(values.get("show", Show.ALL))
    except ValueError:
        return Show.ALL


def board_address(slug: str, show: Show, *, anchor: str) -> str:
    """Where a board is, with a filter and at a place."""
    return url_for("staff.board", slug=slug, show=show.value if show is not Show.ALL else None, _anchor=anchor)
