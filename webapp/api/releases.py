"""Releases by script: what changed with each, going back to an earlier one, moments for publishing and ending."""

from datetime import UTC, datetime

from flask import abort

from pipeline.domain.scopes import Scope
from pipeline.records.tables import Country
from pipeline.services.release_history import (
    check_return,
    compare_releases,
    find_release,
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
from webapp.access import current_staff
from webapp.api.door import ID, Answer, blueprint, endpoint
from webapp.api.panels import find_country
from webapp.api.shapes_publishing import Release
from webapp.api.shapes_releases import (
    ChangeForViewers,
    ComparedRelease,
    Moment,
    Moments,
    MomentSent,
    ReturnSent,
    ReturnToRelease,
)
from webapp.database import current_db

_TAG = "publishing"
_COUNTRY = "/sessions/<slug>/countries/<code>"
_ONE = f"{_COUNTRY}/releases/<{ID}:number>"


@blueprint.get(_ONE)
@endpoint(Scope.READ, ComparedRelease, tag=_TAG)
def compare_release(slug: str, code: str, number: int) -> Answer:
    """What changed for viewers with a release, and what going back to it would mean today."""
    db, country = current_db(), find_country(slug, code)
    release = find_release(db, country, number) or abort(404)
    is_earlier = release.published_at is not None and country.live_id(release.audience) != release.id
    return ComparedRelease(
        number=number,
        changes=[ChangeForViewers.of(one) for one in compare_releases(db, live_before(db, release), release)],
        going_back=ReturnToRelease.of(check_return(db, country, release)) if is_earlier else None,
    )


@blueprint.post(f"{_ONE}/return")
@endpoint(Scope.PUBLISH, Release, tag=_TAG, status=202)
def go_back_to_release(slug: str, code: str, number: int, json: ReturnSent) -> Answer:
    """Have a release written anew as it was, as far as that may be shown today."""
    db, country = current_db(), find_country(slug, code)
    old = find_release(db, country, number) or abort(404)
    if old.published_at is None:
        abort(409, "This release was never out. Go back to one that was.")
    actor = current_staff().actor
    return Release.of(return_to_release(db, country, old, seen=json.seen, actor=actor, now=datetime.now(UTC))), 202


@blueprint.get(f"{_COUNTRY}/schedule")
@endpoint(Scope.READ, Moments, tag=_TAG)
def list_moments(slug: str, code: str) -> Answer:
    """When the country is to be published or its page to end, and what came of moments that are over."""
    return _moments(find_country(slug, code))


@blueprint.post(f"{_COUNTRY}/schedule")
@endpoint(Scope.PUBLISH, Moment, tag=_TAG, status=201)
def set_moment(slug: str, code: str, json: MomentSent) -> Answer:
    """Set a moment; an earlier one for the same is over then."""
    country, zone = find_country(slug, code), json.time_zone
    row = schedule_release(
        current_db(),
        country,
        json.deed,
        at=moment_in(zone, json.at),
        time_zone=zone,
        actor=current_staff().actor,
        now=datetime.now(UTC),
        confirmed=json.confirmed,
    )
    return Moment.of(row), 201


@blueprint.post(f"{_COUNTRY}/schedule/<{ID}:moment_id>/cancel")
@endpoint(Scope.PUBLISH, Moments, tag=_TAG)
def cancel_moment(slug: str, code: str, moment_id: int) -> Answer:
    """Let a moment pass without anything happening."""
    country = find_country(slug, code)
    cancel_schedule(current_db(), country, moment_id, actor=current_staff().actor, now=datetime.now(UTC))
    return _moments(country)


def _moments(country: Country) -> Moments:
    db = current_db()
    return Moments(items=[Moment.of(row) for row in (*open_schedule(db, country.id), *past_schedule(db, country.id))])
