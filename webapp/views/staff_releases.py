"""Staff: a country's releases: what changed for viewers with each, going back to one, and moments that are set."""

from datetime import UTC, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.domain.publishing import Question, ScheduledDeed
from pipeline.records.tables import Country, Release
from pipeline.services.publish_checks import read_publish_check
from pipeline.services.release_history import (
    check_return,
    compare_releases,
    find_release,
    list_country_releases,
    live_before,
    return_to_release,
)
from pipeline.services.release_schedule import (
    cancel_schedule,
    moment_in,
    open_schedule,
    past_schedule,
    schedule_release,
)
from webapp.access import current_staff, reader, staff
from webapp.database import current_db, roll_back_request
from webapp.portal import portal
from webapp.views.staff import blueprint
from webapp.views.staff_country import country_address, find_country
from webapp.wording import publishing, staff_releases

_WORDS = {
    "audience_words": staff_releases.audience_words,
    "standing_words": staff_releases.standing_words,
    "standing_tone": staff_releases.standing_tone,
    "difference_words": staff_releases.difference_words,
    "loss_words": staff_releases.loss_words,
    "deed_words": staff_releases.deed_words,
    "outcome_words": staff_releases.outcome_words,
    "scheduled_words": staff_releases.scheduled_words,
    "question_words": publishing.question_words,
}
_PAST_SHOWN = 10


@blueprint.get("/<slug>/<code>/releases/")
@reader
def releases(slug: str, code: str) -> ResponseReturnValue:
    """Every release of a country, and the moments that are set."""
    return _show_releases(find_country(slug, code))


@blueprint.get("/<slug>/<code>/releases/<int:number>/")
@reader
def release(slug: str, code: str, number: int) -> ResponseReturnValue:
    """What changed for viewers with one release, and what going back to it would mean."""
    return _show_release(find_country(slug, code), number)


@blueprint.post("/<slug>/<code>/releases/<int:number>/return")
@staff
def return_to(slug: str, code: str, number: int) -> ResponseReturnValue:
    """Have an earlier release written anew, as it was seen."""
    country, now = find_country(slug, code), datetime.now(UTC)
    old, seen = find_release(current_db(), country, number) or abort(404), request.form.get("seen", "")
    try:
        return_to_release(current_db(), country, old, seen=seen, actor=current_staff().actor, now=now)
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("This changed while you looked, so nothing was published. Look again below."), "bad")
        return _show_release(find_country(slug, code), number), 409
    flash(_("Publishing has begun. The page below follows it."), "good")
    return redirect(country_address(slug, code), 303)


@blueprint.post("/<slug>/<code>/schedule")
@staff
def schedule(slug: str, code: str) -> ResponseReturnValue:
    """Set a moment at which the country is published, or its page ends."""
    country = find_country(slug, code)
    try:
        _schedule(country)
    except (WrongUsage, ValueError):
        roll_back_request()
        flash(_("Choose a date and time that is still to come, and a time zone like Europe/Zurich."), "bad")
        return _show_releases(find_country(slug, code)), 422
    flash(_("The date is set."), "good")
    return redirect(_address(country), 303)


@blueprint.post("/<slug>/<code>/schedule/<int:schedule_id>/cancel")
@staff
def unschedule(slug: str, code: str, schedule_id: int) -> ResponseReturnValue:
    """Let a moment pass without anything happening."""
    country = find_country(slug, code)
    try:
        cancel_schedule(current_db(), country, schedule_id, actor=current_staff().actor, now=datetime.now(UTC))
    except ChangeNotAllowed:
        roll_back_request()
        flash(_("This date is over already. Look below what came of it."), "bad")
    else:
        flash(_("Cancelled. Nothing will happen at that moment."), "good")
    return redirect(_address(find_country(slug, code)), 303)


def _schedule(country: Country) -> None:
    """Raises `WrongUsage` or `ValueError` for what is no moment to come, or no deed."""
    form = request.form
    zone = form.get("zone", "").strip()
    schedule_release(
        current_db(),
        country,
        ScheduledDeed(form.get("deed", "")),
        at=moment_in(zone, datetime.fromisoformat(form.get("at", "")).replace(tzinfo=None)),
        time_zone=zone,
        actor=current_staff().actor,
        now=datetime.now(UTC),
        confirmed=[Question(code) for code in form.getlist("confirmed")],
    )


def _show_releases(country: Country) -> str:
    db, check = current_db(), read_publish_check(current_db(), country)
    zone = portal().settings.web.time_zone
    return render_template(
        "staff/releases.html",
        country=country,
        releases=list_country_releases(db, country),
        scheduled=open_schedule(db, country.id),
        past=past_schedule(db, country.id)[:_PAST_SHOWN],
        asked=[asked.question for asked in check.asked],
        zone=zone,
        deeds=list(ScheduledDeed),
        earliest=staff_releases.local_value(datetime.now(UTC), zone),
        **_WORDS,
    )


def _show_release(country: Country, number: int) -> str:
    db = current_db()
    found: Release = find_release(db, country, number) or abort(404)
    line = next(one for one in list_country_releases(db, country) if one.release_id == found.id)
    return render_template(
        "staff/release.html",
        country=country,
        line=line,
        changes=compare_releases(db, live_before(db, found), found),
        check=None if line.is_live or found.published_at is None else check_return(db, country, found),
        **_WORDS,
    )


def _address(country: Country) -> str:
    return url_for("staff.releases", slug=country.pre_session.slug, code=country.code)
