"""Administrators: legal holds, how long things are kept, and erasing a person."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.languages import country_name
from pipeline.records.tables import LegalHold
from pipeline.services.audit import list_places
from pipeline.services.erasable import find_erasable, find_subject, list_hold_lines
from pipeline.services.erasures import erase_person
from pipeline.services.holds import begin_hold, end_hold
from pipeline.services.retention import read_retention
from pipeline.services.statements import hold_statement
from webapp.access import administrator, current_staff
from webapp.database import current_db, roll_back_request
from webapp.i18n import reader_language
from webapp.retention_forms import EndHoldForm, ErasureForm, HoldForm
from webapp.views.staff import blueprint
from webapp.wording.retention import class_words


@blueprint.get("/retention/")
@administrator
def retention() -> ResponseReturnValue:
    """The holds that last, what is kept until when, and the way to erase a person."""
    return _show()


@blueprint.post("/retention/holds")
@administrator
def begin_legal_hold() -> ResponseReturnValue:
    """Keep a session, a country or a statement from being removed."""
    form = _hold_form()
    if not form.validate_on_submit():
        return _show(form), 422
    slug, _slash, code = form.where.data.partition("/")
    subject = find_subject(current_db(), slug, code, form.statement.data)
    if subject is None:
        form.statement.errors = [_("There is no statement of this number.")]
        return _show(form), 422
    actor, now = current_staff().actor, datetime.now(UTC)
    begin_hold(current_db(), *subject, reason=form.reason.data.strip(), actor=actor, now=now)
    flash(_("The hold has begun. Nothing of this is removed until it is ended."), "good")
    return redirect(url_for("staff.retention"), 303)


@blueprint.post("/retention/holds/<int:hold_id>/end")
@administrator
def end_legal_hold(hold_id: int) -> ResponseReturnValue:
    """Let what is due be removed."""
    hold = current_db().get(LegalHold, hold_id) or abort(404)
    if not EndHoldForm().validate_on_submit():
        flash(_("Nothing was done: tick the box if you are sure."), "bad")
        return _show(), 422
    end_hold(current_db(), hold, actor=current_staff().actor, now=datetime.now(UTC))
    flash(_("The hold is ended."), "good")
    return redirect(url_for("staff.retention"), 303)


@blueprint.get("/retention/erase/")
@administrator
def find_person() -> ResponseReturnValue:
    """From a statement's number to the page that asks for a deliberate yes."""
    statement_id = request.args.get("statement", type=int)
    if statement_id is None or find_erasable(current_db(), statement_id) is None:
        flash(_("There is no statement of this number, or the person was erased before."), "bad")
        return _show(), 404
    return redirect(url_for("staff.ask_erasure", statement_id=statement_id), 303)


@blueprint.get("/retention/erase/<int:statement_id>/")
@administrator
def ask_erasure(statement_id: int) -> ResponseReturnValue:
    """Who it is, and what goes."""
    return _ask(statement_id)


@blueprint.post("/retention/erase/<int:statement_id>/")
@administrator
def erase(statement_id: int) -> ResponseReturnValue:
    """Erase a person with everything that they handed in."""
    form, version = ErasureForm(statement_id), request.form.get("version", type=int) or abort(400)
    if find_erasable(current_db(), statement_id) is None:
        abort(404)
    if not form.validate_on_submit():
        return _ask(statement_id, form), 422
    try:
        statement = hold_statement(current_db(), statement_id, version)
        erase_person(current_db(), statement, actor=current_staff().actor, now=datetime.now(UTC))
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("Nothing was erased: something changed meanwhile, or a hold keeps it. Look again."), "bad")
        return _ask(statement_id), 409
    flash(_("Erased. The files go within moments; numbers alone are left."), "good")
    return redirect(url_for("staff.retention"), 303)


def _ask(statement_id: int, form: ErasureForm | None = None) -> str:
    person = find_erasable(current_db(), statement_id) or abort(404)
    shown = form or ErasureForm(statement_id, formdata=None)
    return render_template("staff/erasure.html", person=person, form=shown)


def _hold_form(*, is_empty: bool = False) -> HoldForm:
    form = HoldForm(formdata=None) if is_empty else HoldForm()
    form.where.choices = [
        (place, words)
        for slug, codes in list_places(current_db()).items()
        for place, words in (
            (slug, _("Session %(slug)s", slug=slug)),
            *((f"{slug}/{code}", f"{slug} · {country_name(code, reader_language())}") for code in codes),
        )
    ]
    return form


def _show(form: HoldForm | None = None) -> str:
    return render_template(
        "staff/retention.html",
        holds=list_hold_lines(current_db()),
        hold_form=form or _hold_form(is_empty=True),
        end_form=EndHoldForm(formdata=None),
        lines=read_retention(current_db()),
        today=datetime.now(UTC).date(),
        class_words=class_words,
    )
