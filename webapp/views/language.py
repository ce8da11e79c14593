"""The language menu: keeps the choice in a cookie, for a speaker's mails too, and goes back to where it was made."""

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from pipeline.services.mails import keep_page_language
from webapp.access import public
from webapp.addresses import local_path
from webapp.database import current_db
from webapp.i18n import choose_language, reader_language
from webapp.visits import visit_if_any

blueprint = Blueprint("language", __name__)


@blueprint.post("/language")
@public
def choose() -> ResponseReturnValue:
    """Keep the language and go back."""
    if not choose_language(request.form.get("language", "")):
        abort(400)
    visit = visit_if_any()
    if visit is not None:
        keep_page_language(current_db(), visit.statement_id, reader_language())
    return redirect(local_path(request.form.get("next", ""), otherwise="/"), 303)
