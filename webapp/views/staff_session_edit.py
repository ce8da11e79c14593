"""Staff: make a session and edit it: what it says of itself, and its countries."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.languages import country_name
from pipeline.domain.named_codes import country_code
from pipeline.domain.retention import DEFAULT_DAYS
from pipeline.records.queries import find_pre_session
from pipeline.records.tables import PreSession
from pipeline.services import session_edits
from pipeline.services.plan_versions import version_of_countries
from pipeline.services.session_edits import CountryDays, SlugTaken
from webapp.access import current_staff, staff
from webapp.database import current_db, roll_back_request
from webapp.i18n import reader_language
from webapp.session_forms import (
    CountriesForm,
    NewSessionForm,
    SessionForm,
    codes_in,
    offer_languages,
    plan_from,
    saved_meanwhile,
    session_form,
)
from webapp.views.staff import blueprint


@blueprint.get("/sessions/new")
@staff
def new_session() -> ResponseReturnValue:
    """An empty form."""
    form = NewSessionForm(formdata=None, shortest="5:00", longest="7:00", tolerance=5, languages=["en", "fr", "es"])
    return _show_new(form)


@blueprint.post("/sessions/new")
@staff
def create_session() -> ResponseReturnValue:
    """Make the session."""
    form = NewSessionForm()
    offer_languages(form)
    if not form.validate_on_submit():
        return _show_new(form), 422
    plan = plan_from(form, form.slug.data, codes_in(form.countries.data, country_code))
    try:
        session_edits.create_session(current_db(), plan, actor=current_staff().actor, now=datetime.now(UTC))
    except SlugTaken:
        form.slug.errors = [_("There is a session of this name already.")]
        return _show_new(form), 422
    flash(_("The session is made. Now its speakers."), "good")
    return redirect(url_for("staff.speakers", slug=plan.slug), 303)


@blueprint.get("/<slug>/edit")
@staff
def edit_session(slug: str) -> ResponseReturnValue:
    """A session's form and its countries."""
    return _show(find_session(slug))


@blueprint.post("/<slug>/edit")
@staff
def save_session(slug: str) -> ResponseReturnValue:
    """Keep what a session says of itself."""
    pre_session = find_session(slug)
    form = SessionForm()
    offer_languages(form, pre_session.subtitle_languages)
    if not form.validate_on_submit():
        return _show(pre_session, form), 422
    try:
        session_edits.edit_session(
            current_db(),
            pre_session.id,
            plan_from(form, slug),
            seen=form.seen.data,
            actor=current_staff().actor,
            now=datetime.now(UTC),
        )
    except ChangeNotAllowed:
        return _say_changed(slug, form)
    flash(_("Saved."), "good")
    return redirect(url_for("staff.edit_session", slug=slug), 303)


@blueprint.post("/<slug>/countries")
@staff
def add_countries(slug: str) -> ResponseReturnValue:
    """Add countries, written by name or code."""
    pre_session = find_session(slug)
    form = CountriesForm()
    if not form.validate_on_submit():
        return _show(pre_session, countries_form=form), 422
    codes, seen = codes_in(form.countries.data, country_code), request.form.get("seen", "")
    actor, now = current_staff().actor, datetime.now(UTC)
    try:
        session_edits.add_countries(current_db(), pre_session.id, codes, seen=seen, actor=actor, now=now)
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("This changed while you looked. Nothing was saved; what you typed is still here."), "bad")
        return _show(find_session(slug), countries_form=form), 409
    flash(_("Saved."), "good")
    return redirect(url_for("staff.edit_session", slug=slug, _anchor="countries"), 303)


@blueprint.post("/<slug>/countries/days")
@staff
def save_country_days(slug: str) -> ResponseReturnValue:
    """Keep countries' own deadlines."""
    pre_session = find_session(slug)
    try:
        days = {country.code: _typed_days(country.code) for country in pre_session.countries}
    except ValueError:
        abort(400)
    try:
        session_edits.set_country_days(
            current_db(),
            pre_session.id,
            days,
            seen=request.form.get("seen", ""),
            actor=current_staff().actor,
            now=datetime.now(UTC),
        )
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("This changed while you looked. Nothing was saved; what you typed is still here."), "bad")
        return _show(find_session(slug), days=days), 409
    flash(_("Saved."), "good")
    return redirect(url_for("staff.edit_session", slug=slug, _anchor="countries"), 303)


@blueprint.post("/<slug>/<code>/remove")
@staff
def remove_country(slug: str, code: str) -> ResponseReturnValue:
    """Take a country without speakers out of the session."""
    actor, now, seen = current_staff().actor, datetime.now(UTC), request.form.get("seen", "")
    session_edits.remove_country(current_db(), find_session(slug).id, code, seen=seen, actor=actor, now=now)
    flash(_("%(country)s is no longer in this session.", country=country_name(code, reader_language())), "good")
    return redirect(url_for("staff.edit_session", slug=slug, _anchor="countries"), 303)


def find_session(slug: str) -> PreSession:
    """The session of an address, or 404."""
    return find_pre_session(current_db(), slug) or abort(404)


def _typed_days(code: str) -> CountryDays:
    typed = [request.form.get(f"{name}-{code}", "") for name in ("applications", "hand-in")]
    read = [datetime.strptime(text, "%Y-%m-%d").date() if text else None for text in typed]  # noqa: DTZ007 - a day
    return CountryDays(*read)


def _say_changed(slug: str, form: SessionForm) -> ResponseReturnValue:
    """The form with what was typed, and beside it what was saved meanwhile."""
    roll_back_request()
    pre_session = find_session(slug)
    stored = session_form(pre_session)
    meanwhile = saved_meanwhile(form, stored)
    form.seen.data = stored.seen.data
    flash(_("This changed while you looked. Nothing was saved; what you typed is still here."), "bad")
    return _show(pre_session, form, meanwhile=meanwhile), 409


def _show_new(form: NewSessionForm) -> str:
    offer_languages(form)
    return render_template("staff/session_new.html", form=form, default_days=DEFAULT_DAYS, meanwhile={})


def _show(
    pre_session: PreSession,
    form: SessionForm | None = None,
    *,
    countries_form: FlaskForm | None = None,
    days: dict[str, CountryDays] | None = None,
    meanwhile: object = None,
) -> str:
    stored = {
        country.code: CountryDays(country.applications_until, country.hand_in_until)
        for country in pre_session.countries
    }
    return render_template(
        "staff/session_edit.html",
        session=pre_session,
        form=form or session_form(pre_session),
        countries_form=countries_form or CountriesForm(formdata=None),
        countries_seen=version_of_countries(pre_session),
        days=stored | (days or {}),
        default_days=DEFAULT_DAYS,
        meanwhile=meanwhile or {},
    )
