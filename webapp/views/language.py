"""The language menu: keeps the choice in a cookie and goes back to the page it was chosen on."""

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from webapp.access import public
from webapp.addresses import local_path
from webapp.i18n import choose_language

blueprint = Blueprint("language", __name__)


@blueprint.post("/language")
@public
def choose() -> ResponseReturnValue:
    """Keep the language and go back."""
    if not choose_language(request.form.get("language", "")):
        abort(400)
    return redirect(local_path(request.form.get("next", ""), otherwise="/"), 303)
