"""Staff: missions' links: made one by one or from a table, shown once, counted by mission, revoked."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from pipeline.domain.delimited_text import LARGEST_TABLE_BYTES
from pipeline.domain.errors import ChangeNotAllowed, InputRefused
from pipeline.domain.languages import SITE_LANGUAGES, own_language_name
from pipeline.domain.mission_tables import MadeLink, MissionRow, MissionTableWrong, read_missions, write_missions
from pipeline.records.tables import PreSession
from pipeline.services.mission_links import (
    find_session_link,
    issue_mission_links,
    last_day_for,
    list_mission_links,
    mission_address,
    revoke_mission_link,
    revoke_mission_links,
    session_links,
)
from webapp.access import current_staff, reader, staff
from webapp.database import current_db, roll_back_request
from webapp.i18n import country_name_for_reader
from webapp.portal import portal
from webapp.views.staff import blueprint
from webapp.views.staff_session_edit import find_session
from webapp.wording.mission_letters import write_letter


class MissionForm(FlaskForm):  # type: ignore[misc]
    """Missions, one a line or as a table; what they are to see, and until when."""

    missions = TextAreaField(_l("Missions, one a line"), [Length(max=LARGEST_TABLE_BYTES)])
    file = FileField(_l("Or a table: mission, country, last day"))
    country = SelectField(_l("What they see"))
    until = DateField(_l("Last day of the link"), [DataRequired(_l("Please fill this in."))])
    language = SelectField(_l("Language of the mail"))


@blueprint.get("/<slug>/missions/")
@reader
def mission_links(slug: str) -> ResponseReturnValue:
    """A session's links, how often each was opened, and the form for new ones."""
    pre_session = find_session(slug)
    return _list(pre_session, _form(pre_session))


@blueprint.post("/<slug>/missions/")
@staff
def issue_links(slug: str) -> ResponseReturnValue:
    """Make links; they are shown in this answer and never again."""
    pre_session = find_session(slug)
    form = _form(pre_session)
    if not form.validate_on_submit():
        return _list(pre_session, form), 422
    actor, now = current_staff().actor, datetime.now(UTC)
    try:
        rows = _rows(form, [country.code for country in pre_session.countries])
        made = issue_mission_links(current_db(), pre_session, rows, until=form.until.data, actor=actor, now=now)
    except InputRefused as error:
        roll_back_request()
        form.missions.errors = [_refusal(error)]
        return _list(find_session(slug), form), 422
    links = [_made(row, token, form.until.data) for row, token in made]
    return _show_once(pre_session, links, form.language.data)


@blueprint.post("/<slug>/missions/<int:link_id>/revoke")
@staff
def revoke_mission(slug: str, link_id: int) -> ResponseReturnValue:
    """Have a link open nothing from now on."""
    link = find_session_link(current_db(), find_session(slug), link_id) or abort(404)
    if not FlaskForm().validate_on_submit():
        abort(400)
    try:
        revoke_mission_link(current_db(), link, actor=current_staff().actor, now=datetime.now(UTC))
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("This link was revoked already."), "warn")
    else:
        flash(_("The link opens nothing any more. Who is watching is stopped within seconds."), "good")
    return redirect(url_for("staff.mission_links", slug=slug), 303)


@blueprint.post("/<slug>/missions/revoke")
@staff
def revoke_missions(slug: str) -> ResponseReturnValue:
    """Have every link that the page listed open nothing from now on; `links` are their numbers."""
    if not FlaskForm().validate_on_submit():
        abort(400)
    seen = set(request.form.get("links", "").split())
    links = [link for link in session_links(current_db(), find_session(slug)) if str(link.id) in seen]
    revoked = revoke_mission_links(current_db(), links, actor=current_staff().actor, now=datetime.now(UTC))
    flash(ngettext("One link opens nothing any more.", "%(num)d links open nothing any more.", len(revoked)), "good")
    return redirect(url_for("staff.mission_links", slug=slug), 303)


def _form(pre_session: PreSession) -> MissionForm:
    form = MissionForm()
    codes = sorted((country.code for country in pre_session.countries), key=country_name_for_reader)
    form.country.choices = [("", _("The whole session")), *((code, country_name_for_reader(code)) for code in codes)]
    form.language.choices = [(code, own_language_name(code)) for code in SITE_LANGUAGES]
    if not form.is_submitted():
        form.until.data = last_day_for(pre_session, datetime.now(UTC))
    return form


def _rows(form: MissionForm, codes: Sequence[str]) -> list[MissionRow]:
    """What was sent: the file, or else what was typed, where a line without a country means the one that was chosen."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return read_missions(file.read(LARGEST_TABLE_BYTES + 1), codes)
    typed = read_missions((form.missions.data or "").encode(), codes)
    chosen = form.country.data or None
    return [MissionRow(row.label, row.country_code or chosen, row.until) for row in typed]


def _made(row: MissionRow, token: str, until: date) -> MadeLink:
    return MadeLink(
        row.label, row.country_code, row.until or until, mission_address(portal().settings.public_url, token)
    )


def _refusal(error: InputRefused) -> str:
    if isinstance(error, MissionTableWrong) and error.line:
        return _("Line %(line)d cannot be read. Write a mission, and if you like the code of a country and a last day "
                 "like 2026-12-31, with commas between them.", line=error.line)  # fmt: skip
    return _("Write the name of each mission, at most 120 signs, and a last day that is still to come.")


def _show_once(pre_session: PreSession, links: list[MadeLink], language: str) -> ResponseReturnValue:
    table = write_missions(links).decode("utf-8-sig")
    letters = [write_letter(link, pre_session.title, language) for link in links]
    made = list(zip(links, letters, strict=True))
    return render_template("staff/mission_links_made.html", session=pre_session, made=made, table=table)


def _list(pre_session: PreSession, form: MissionForm) -> str:
    lines, now = list_mission_links(current_db(), pre_session), datetime.now(UTC)
    return render_template(
        "staff/mission_links.html",
        session=pre_session,
        lines=lines,
        good=[line.link.id for line in lines if line.is_good(now)],
        missions=len({line.link.label for line in lines}),
        watched=len({line.link.label for line in lines if line.played}),
        form=form,
        now=now,
    )
