"""What a speaker writes beside the recording: typed or pasted, or taken from a document that is not kept."""

from datetime import UTC, datetime

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.documents.refusals import DocumentRefused
from pipeline.domain.contents import MAX_RECOMMENDATIONS, MAX_TEXT_LENGTH
from pipeline.records.tables import Statement
from pipeline.services.statement_contents import Written, newest_content, spoken_language, written
from pipeline.services.withdrawals import change_content
from webapp.access import current_visit, speaker
from webapp.database import commit_request, current_db
from webapp.document_texts import read_document
from webapp.errors import wants_json
from webapp.messages import tell_at
from webapp.wording.papers import document_fault_words, text_too_long_words

blueprint = Blueprint("speaker_contents", __name__, url_prefix="/speaker")


@blueprint.post("/contents")
@speaker
def save() -> ResponseReturnValue:
    """Keep the fields as they are now."""
    form = request.form
    fields = (form.get(f"recommendation-{number}", "") for number in range(1, MAX_RECOMMENDATIONS + 1))
    wanted = Written(form.get("text", ""), tuple(fields), form.get("theme", ""), form.get("language", ""))
    _change(wanted)
    if wants_json():
        return jsonify(saved=_("Your text is saved."))
    return _back(_("Your text is saved."), "good")


@blueprint.post("/text-file")
@speaker
def take_text() -> ResponseReturnValue:
    """Put the text of a document in the place of the text; the document itself is not kept."""
    file = request.files.get("document")
    before = written(newest_content(_statement()))
    language = before.language or spoken_language(_statement())
    commit_request()  # no connection is held while a document is read
    try:
        text = read_document(file, language)
    except DocumentRefused as refused:
        return _back(document_fault_words(refused.fault.value), "bad")
    if not text:
        return _back(_("Please choose a file first."), "bad")
    if len(text) > MAX_TEXT_LENGTH:
        return _back(text_too_long_words(len(text)), "bad")
    _change(Written(text, before.recommendations, before.theme, before.language))
    return _back(_("The text of your file is in the field below. Please read it, and correct what is wrong."), "good")


def _change(wanted: Written) -> None:
    actor, now = current_visit().actor, datetime.now(UTC)
    change_content(current_db(), statement=_statement(), wanted=wanted, actor=actor, now=now)


def _statement() -> Statement:
    return current_db().get_one(Statement, current_visit().statement_id)


def _back(words: str, tone: str) -> ResponseReturnValue:
    tell_at("contents", words, tone)
    return redirect(url_for("speaker.page", _anchor="contents"), 303)
