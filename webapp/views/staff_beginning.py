"""Staff and interpreters: how subtitles in one language begin. Each way names what the person saw."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.captions.drafts.paragraphs import ParagraphsDiffer
from pipeline.documents.refusals import DocumentRefused
from pipeline.domain.contents import MAX_TEXT_LENGTH
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.sheets import SheetKind
from pipeline.records.tables import Recording, Sheet
from pipeline.services.alignments import ask_for_alignment, ask_for_times
from pipeline.services.beginnings import (
    TextDoesNotFit,
    begin_with_text,
    hold_beginning,
    read_beginning,
)
from pipeline.services.document_sheets import take_up_document
from pipeline.services.drafts import draft_sheet, recognise_sheet
from pipeline.services.sheet_bounds import kind_in, statement_text
from webapp.access import current_staff, interpreter
from webapp.beginning_page import Filled, drafting_parts, file_form, show_beginning
from webapp.database import commit_request, current_db, roll_back_request
from webapp.document_texts import read_document
from webapp.editor_deeds import Told
from webapp.subtitle_files import take_subtitles
from webapp.views.staff import blueprint
from webapp.views.staff_editor import ADDRESS, may_edit, recording_to_write
from webapp.wording.beginnings import paragraphs_differ_words
from webapp.wording.papers import document_fault_words, text_too_long_words


@blueprint.get(f"{ADDRESS}beginning")
@interpreter
def subtitles_beginning(statement_id: int, language: str) -> ResponseReturnValue:
    """What these subtitles can begin with, and how that stands."""
    recording = recording_to_write(statement_id, language)
    return show_beginning(recording, language, may_edit=may_edit(statement_id, language))


@blueprint.post(f"{ADDRESS}beginning/text")
@interpreter
def begin_subtitles_with_text(statement_id: int, language: str) -> ResponseReturnValue:
    """Take a text, pasted or in a document: the words spoken, or a translation of them."""
    _recording(statement_id, language)  # no document is read for who may not bring one
    text, fault = _text_sent(language)
    if fault:
        return _again(statement_id, language, text, fault)
    recording = _recording(statement_id, language)
    said = statement_text(recording)
    try:
        sheet = _take_text(recording, language, text)
    except ParagraphsDiffer as differ:
        return _again(statement_id, language, text, paragraphs_differ_words(differ, said, text))
    except TextDoesNotFit:
        fault = _("This text has no words, or far more than can be said in the recording.")
        return _again(statement_id, language, text, fault)
    except ChangeNotAllowed:
        return _say_changed(statement_id, language)
    flash(_words_of(sheet), "good")
    return _to_editor(statement_id, language)


@blueprint.post(f"{ADDRESS}beginning/file")
@interpreter
def begin_subtitles_with_file(statement_id: int, language: str) -> ResponseReturnValue:
    """Take a subtitle file; what is wrong in it is said beside the field."""
    recording, form = _recording(statement_id, language), file_form(language)
    try:
        is_taken = form.validate_on_submit() and take_subtitles(recording, form)
    except ChangeNotAllowed:
        return _say_changed(statement_id, language)
    if not is_taken:
        filled = Filled(file_form=form)
        return show_beginning(_recording(statement_id, language), language, may_edit=True, filled=filled), 422
    return _to_editor(statement_id, language)


@blueprint.post(f"{ADDRESS}beginning/machine")
@interpreter
def begin_subtitles_by_machine(statement_id: int, language: str) -> ResponseReturnValue:
    """Have them drafted: a translation of the words spoken, or those words where nobody has the text."""
    db, recording, parts = current_db(), _recording(statement_id, language), drafting_parts()
    try:
        hold_beginning(db, recording, language, request.form.get("seen", ""))
        if kind_in(recording, language) is SheetKind.TRANSCRIPT:
            recognise_sheet(db, recording, recognises=parts.recognises, **_told())
        else:
            source = read_beginning(db, recording, language).source or abort(409)
            draft_sheet(db, source, language, translates=parts.translates, **_told())
    except ChangeNotAllowed:
        return _say_changed(statement_id, language)
    flash(_("A draft is being made. It appears here as it is ready; go through every line of it."), "good")
    return _to_editor(statement_id, language)


@blueprint.post(f"{ADDRESS}beginning/timing")
@interpreter
def time_subtitles(statement_id: int, language: str) -> ResponseReturnValue:
    """Have the words timed by the recording (again): those that are there, or else the speaker's text."""
    db, recording = current_db(), _recording(statement_id, language)
    try:
        sheet = hold_beginning(db, recording, language, request.form.get("seen", ""))
        if sheet is not None and read_beginning(db, recording, language).words:
            ask_for_times(db, sheet, **_told())
        else:
            ask_for_alignment(db, recording, now=datetime.now(UTC))
    except ChangeNotAllowed:
        return _say_changed(statement_id, language)
    return redirect(url_for("staff.subtitles_beginning", statement_id=statement_id, language=language), 303)


def _recording(statement_id: int, language: str) -> Recording:
    recording = recording_to_write(statement_id, language)
    if not may_edit(statement_id, language):
        abort(403)
    return recording


def _text_sent(language: str) -> tuple[str, str]:
    """The text of the form or of its document, and what is wrong with it."""
    text, file = request.form.get("text", ""), request.files.get("document")
    commit_request()  # no connection is held while a document is read
    try:
        text = read_document(file, language) or text
    except DocumentRefused as refused:
        return text, document_fault_words(refused.fault.value)
    if not text.strip():
        return text, _("Paste a text, or choose a file.")
    return text, text_too_long_words(len(text)) if len(text) > MAX_TEXT_LENGTH else ""


def _take_text(recording: Recording, language: str, text: str) -> Sheet:
    db, replaces = current_db(), request.form.get("replaces") == "yes"
    hold_beginning(db, recording, language, request.form.get("seen", ""))
    source = read_beginning(db, recording, language).source
    if source is not None:
        return take_up_document(db, source, language, text, replaces=replaces, **_told())
    return begin_with_text(db, recording, language, text, replaces=replaces, **_told())


def _words_of(sheet: Sheet) -> str:
    if sheet.kind is SheetKind.TRANSCRIPT:
        return _("The text is in place, with times that are a first guess. The recording now gives it better ones.")
    if sheet.source_id is not None:
        return _("The translation was given to the lines of the words spoken. Go through every line of it.")
    return _("The text is in place, with times that are a guess. Correct them as you go.")


def _again(statement_id: int, language: str, text: str, fault: str) -> ResponseReturnValue:
    roll_back_request()
    filled = Filled(text=text, text_fault=fault, replaces=request.form.get("replaces") == "yes")
    return show_beginning(_recording(statement_id, language), language, may_edit=True, filled=filled), 422


def _say_changed(statement_id: int, language: str) -> ResponseReturnValue:
    roll_back_request()
    flash(_("This changed while you looked. Nothing was done; look again and decide anew."), "bad")
    return show_beginning(_recording(statement_id, language), language, may_edit=True), 409


def _to_editor(statement_id: int, language: str) -> ResponseReturnValue:
    return redirect(url_for("staff.edit_subtitles", statement_id=statement_id, language=language), 303)


def _told() -> Told:
    return {"actor": current_staff().actor, "now": datetime.now(UTC)}
