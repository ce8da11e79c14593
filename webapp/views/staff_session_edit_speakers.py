"""Staff: speakers by a form: add, edit, remove."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.records.tables import Country, PreSession, Speaker
from pipeline.services import speaker_edits
from pipeline.services.plan_rows import is_touched
from pipeline.services.plan_versions import version_of_speaker
from pipeline.services.speaker_edits import SpeakerHolds, SpeakerThere
from webapp.access import current_staff, staff
from webapp.database import current_db, roll_back_request
from webapp.session_forms import saved_meanwhile
from webapp.speaker_form import SpeakerForm, speaker_form, speaker_plan_from
from webapp.views.staff import blueprint
from webapp.views.staff_country import country_address, find_country


class RemovalForm(FlaskForm):  # type: ignore[misc]
    """The button that takes a speaker off the panel."""


@blueprint.get("/<slug>/<code>/speakers/new")
@staff
def new_speaker(slug: str, code: str) -> ResponseReturnValue:
    """An empty form."""
    return _show(find_country(slug, code), None, speaker_form())


@blueprint.post("/<slug>/<code>/speakers/new")
@staff
def add_speaker(slug: str, code: str) -> ResponseReturnValue:
    """Put a speaker at the end of the panel."""
    country, form = find_country(slug, code), speaker_form(asked=True)
    if not form.validate_on_submit():
        return _show(country, None, form), 422
    actor, now = current_staff().actor, datetime.now(UTC)
    try:
        added = speaker_edits.add_speaker(current_db(), country.id, speaker_plan_from(form), actor=actor, now=now)
    except SpeakerThere:
        return _show(country, None, _is_there(form)), 422
    flash(_("Added at the end of the panel. Nothing was mailed; invite them when you are ready."), "good")
    return redirect(country_address(slug, code, anchor=f"speaker-{added.id}"), 303)


@blueprint.get("/speakers/<int:speaker_id>/")
@staff
def edit_speaker(speaker_id: int) -> ResponseReturnValue:
    """A speaker's form."""
    speaker = _find(speaker_id)
    return _show(speaker.country, speaker, speaker_form(speaker))


@blueprint.post("/speakers/<int:speaker_id>/")
@staff
def save_speaker(speaker_id: int) -> ResponseReturnValue:
    """Keep what is said of a speaker."""
    speaker, form = _find(speaker_id), speaker_form(asked=True)
    if not form.validate_on_submit():
        return _show(speaker.country, speaker, form), 422
    actor, now = current_staff().actor, datetime.now(UTC)
    try:
        speaker_edits.edit_speaker(
            current_db(), speaker_id, speaker_plan_from(form), seen=form.seen.data, actor=actor, now=now
        )
    except SpeakerThere:
        return _show(speaker.country, speaker, _is_there(form)), 422
    except ChangeNotAllowed:
        return _say_changed(speaker_id, form)
    flash(_("Saved."), "good")
    return redirect(_back_to(speaker), 303)


@blueprint.post("/speakers/<int:speaker_id>/remove")
@staff
def remove_speaker(speaker_id: int) -> ResponseReturnValue:
    """Take a speaker off the panel who was not let in yet."""
    speaker, form = _find(speaker_id), SpeakerForm()
    panel = country_address(speaker.country.pre_session.slug, speaker.country.code)
    actor, now = current_staff().actor, datetime.now(UTC)
    try:
        speaker_edits.remove_speaker(current_db(), speaker_id, seen=form.seen.data or "", actor=actor, now=now)
    except SpeakerHolds:
        roll_back_request()
        flash(_("This speaker was invited or handed something in, and stays on the panel."), "bad")
        return redirect(_back_to(_find(speaker_id)), 303)
    flash(_("Taken off the panel. Add them again by the form or a table if that was a mistake."), "good")
    return redirect(panel, 303)


def _find(speaker_id: int) -> Speaker:
    """A speaker who was not erased, or 404."""
    speaker = current_db().get(Speaker, speaker_id)
    return speaker if speaker is not None and speaker.erased_at is None else abort(404)


def _back_to(speaker: Speaker) -> str:
    return country_address(speaker.country.pre_session.slug, speaker.country.code, anchor=f"speaker-{speaker.id}")


def _is_there(form: SpeakerForm) -> SpeakerForm:
    form.name.errors = [_("Somebody with this name and organisation, or this address, is on the panel already.")]
    return form


def _say_changed(speaker_id: int, form: SpeakerForm) -> ResponseReturnValue:
    """The form with what was typed, and beside it what was saved meanwhile."""
    roll_back_request()
    speaker = _find(speaker_id)
    stored = speaker_form(speaker)
    meanwhile = saved_meanwhile(form, stored)
    form.seen.data = stored.seen.data
    flash(_("This changed while you looked. Nothing was saved; what you typed is still here."), "bad")
    return _show(speaker.country, speaker, form, meanwhile=meanwhile), 409


def _show(country: Country, speaker: Speaker | None, form: SpeakerForm, *, meanwhile: object = None) -> str:
    return render_template(
        "staff/speaker_form.html",
        country=country,
        speaker=speaker,
        form=form,
        genders=_genders_used(country),
        seen=version_of_speaker(speaker) if speaker is not None else "",
        can_be_removed=speaker is not None and not is_touched(current_db(), speaker.statement),
        meanwhile=meanwhile or {},
    )


def _genders_used(country: Country) -> list[str]:
    """Words that this session's people use, to choose from."""
    used = select(Speaker.gender).join(Country).join(PreSession).where(PreSession.id == country.pre_session_id)
    return sorted({word for word in current_db().scalars(used.distinct()) if word})
