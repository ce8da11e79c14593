"""A speaker's personal link: a page with one button, because programs that check mails fetch links too.

What does not work gets one and the same answer, whatever the reason.
"""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pipeline.records.tables import SpeakerLink, Statement
from pipeline.services.links import find_link, open_link
from pipeline.services.mails import keep_page_language
from webapp.access import public
from webapp.database import current_db
from webapp.i18n import reader_language, suggest_language
from webapp.visits import begin_visit

blueprint = Blueprint("personal_links", __name__, url_prefix="/s")

_ADDED_BY_MAIL_PROGRAMS = " .,;:!?<>()[]\"'«»"
"""What stands around a link in a text and is sometimes taken for a part of it; no token ends with any of these."""


@blueprint.get("/")
@public
def empty() -> ResponseReturnValue:
    """A link whose secret part got lost."""
    return _closed()


@blueprint.get("/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """The button; looking changes nothing."""
    link = find_link(current_db(), _cleaned(token), now=datetime.now(UTC))
    if link is None:
        return _closed()
    _suggest_speakers_language(link)
    return render_template("speaker/link.html")


@blueprint.post("/<token>")
@public
def enter(token: str) -> ResponseReturnValue:
    """Begin the visit; from here on the address holds no secret, and mails come in the language chosen here."""
    db = current_db()
    link = open_link(db, _cleaned(token), now=datetime.now(UTC))
    if link is None:
        return _closed()
    begin_visit(link)
    keep_page_language(db, link.statement_id, reader_language())
    return redirect(url_for("speaker.page"), 303)


def _closed() -> ResponseReturnValue:
    return render_template("speaker/link_closed.html"), 404


def _cleaned(token: str) -> str:
    return token.strip(_ADDED_BY_MAIL_PROGRAMS)


def _suggest_speakers_language(link: SpeakerLink) -> None:
    statement = current_db().get_one(Statement, link.statement_id)
    suggest_language(statement.page_language or statement.speaker.language)
