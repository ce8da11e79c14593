"""Staff: the list of sessions, and a session's board."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp.access import staff

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


@blueprint.get("/")
@staff
def sessions() -> ResponseReturnValue:
    """Every session, the newest first."""
    return render_template("staff/sessions.html")
