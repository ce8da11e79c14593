"""Staff: everybody of a session; speakers from a table, looked at before they are imported; and all as a table."""

from datetime import UTC, datetime

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from pipeline.domain.conference_exports import LARGEST_EXPORT_BYTES, read_speakers
from pipeline.domain.delimited_text import LARGEST_TABLE_BYTES, NoTable, decode_text
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.speaker_tables import (
    REQUIRED,
    Column,
    SpeakerTable,
    read_speaker_table,
    write_speaker_table,
)
from pipeline.records.tables import PreSession
from pipeline.services.import_undoing import find_undoable_import
from pipeline.services.import_undoing import undo_import as undo_speaker_import
from pipeline.services.plan_rows import plan_of
from pipeline.services.speaker_imports import (
    ImportPlan,
    LineFate,
    TableWrong,
    import_speakers,
    list_speakers,
    plan_import,
)
from webapp.access import current_staff, reader, staff
from webapp.database import current_db, roll_back_request
from webapp.i18n import reader_language
from webapp.views.staff import blueprint
from webapp.views.staff_session_edit import find_session
from webapp.wording import staff_panels

_SEPARATORS = {"en": ","}
"""What spreadsheets of a language take for the separator; a semicolon everywhere else."""


class TableForm(FlaskForm):  # type: ignore[misc]
    """A table as a file, or pasted; `table` and `seen` carry what was looked at to the second step."""

    file = FileField()
    pasted = TextAreaField(validators=[Length(max=LARGEST_TABLE_BYTES)])
    table = HiddenField(validators=[Length(max=2 * LARGEST_TABLE_BYTES)])
    seen = HiddenField(validators=[Length(max=64)])


@blueprint.get("/<slug>/speakers/")
@reader
def speakers(slug: str) -> ResponseReturnValue:
    """Everybody of a session, and the ways in and out of it."""
    return _show_list(find_session(slug))


@blueprint.get("/<slug>/speakers.csv")
@reader
def export_speakers(slug: str) -> ResponseReturnValue:
    """Everybody of a session as a table that can be imported again."""
    pre_session = find_session(slug)
    rows = [(code, plan_of(speaker)) for code, speaker in list_speakers(current_db(), pre_session.id)]
    return _as_file(write_speaker_table(rows, _SEPARATORS.get(reader_language(), ";")), f"speakers-{slug}.csv")


@blueprint.post("/<slug>/speakers/table")
@staff
def look_at_table(slug: str) -> ResponseReturnValue:
    """Say what importing a table would do. Nothing is changed."""
    pre_session, form = find_session(slug), TableForm()
    data = _sent(form) if form.validate_on_submit() else None
    if data is None:
        flash(_("Please choose a file, or paste a table."), "bad")
        return _show_list(pre_session), 422
    table, data = read_speakers(data)
    plan = plan_import(current_db(), pre_session, table)
    return _show_plan(pre_session, table, plan, data), 422 if plan.problems else 200


@blueprint.post("/<slug>/speakers/import")
@staff
def import_table(slug: str) -> ResponseReturnValue:
    """Import the table that was looked at, all of it or nothing."""
    pre_session, form = find_session(slug), TableForm()
    if not form.validate_on_submit():
        return _show_list(pre_session), 422
    data = (form.table.data or "").encode()
    table = read_speaker_table(data)
    actor, now = current_staff().actor, datetime.now(UTC)
    try:
        done = import_speakers(current_db(), pre_session.id, table, seen=form.seen.data or "", actor=actor, now=now)
    except (ChangeNotAllowed, TableWrong):
        return _say_changed(slug, table, data)
    flash(_done_words(done), "good")
    return redirect(url_for("staff.speakers", slug=slug), 303)


@blueprint.post("/<slug>/speakers/undo-import")
@staff
def undo_import(slug: str) -> ResponseReturnValue:
    """Everybody as they were before the last import."""
    import_id = request.form.get("import_id", type=int) or abort(400)
    actor, now = current_staff().actor, datetime.now(UTC)
    try:
        undo_speaker_import(current_db(), find_session(slug).id, import_id, actor=actor, now=now)
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("This changed while you looked. Nothing was done; look again and decide anew."), "bad")
        return _show_list(find_session(slug)), 409
    flash(_("The import is undone. Everybody is as they were before."), "good")
    return redirect(url_for("staff.speakers", slug=slug), 303)


def _sent(form: TableForm) -> bytes | None:
    """What was sent: the file, even an empty one, or else what was pasted; None where there is neither."""
    file = request.files.get("file")
    pasted = form.pasted.data or ""
    if file is not None and file.filename:
        return file.read(LARGEST_EXPORT_BYTES + 1)
    return pasted.encode() if pasted.strip() else None


def _say_changed(slug: str, table: SpeakerTable, data: bytes) -> ResponseReturnValue:
    """The same table looked at again, as things stand now."""
    roll_back_request()
    pre_session = find_session(slug)
    flash(_("The session changed while you looked. Nothing was imported; look again at what would be done now."), "bad")
    return _show_plan(pre_session, table, plan_import(current_db(), pre_session, table), data), 409


def _show_list(pre_session: PreSession) -> str:
    return render_template(
        "staff/speakers.html",
        session=pre_session,
        speakers=list_speakers(current_db(), pre_session.id),
        undoable=find_undoable_import(current_db(), pre_session.id),
        form=TableForm(formdata=None),
        gender_words=staff_panels.gender_words,
        column_words=staff_panels.column_words,
        Column=Column,
        REQUIRED=REQUIRED,
    )


def _show_plan(pre_session: PreSession, table: SpeakerTable, plan: ImportPlan, data: bytes) -> str:
    form = TableForm(formdata=None)
    form.table.data = form.pasted.data = _text_of(data)
    form.seen.data = plan.seen
    return render_template(
        "staff/speakers_import.html",
        session=pre_session,
        table=table,
        plan=plan,
        form=form,
        LineFate=LineFate,
        column_words=staff_panels.column_words,
        cell_words=staff_panels.cell_words,
        fate_words=staff_panels.fate_words,
        problems=staff_panels.problems_told(plan.problems),
    )


def _text_of(data: bytes) -> str:
    """The table as text, for the second step or to be corrected; nothing where it is none."""
    try:
        return decode_text(data)[0]
    except NoTable:
        return ""


def _done_words(done: ImportPlan) -> str:
    new, changed = done.count(LineFate.NEW), done.count(LineFate.CHANGED)
    added = ngettext("%(num)d speaker added", "%(num)d speakers added", new)
    updated = ngettext("%(num)d changed", "%(num)d changed", changed)
    return _("Imported: %(added)s, %(updated)s. Nothing was mailed.", added=added, updated=updated)


def _as_file(data: bytes, name: str) -> Response:
    answer = make_response(data)
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
