"""Publishing a country by script: what it would mean, the deliberate yes, stopping it, and what is out."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from pipeline.domain.scopes import Scope
from pipeline.records.tables import Release as ReleaseRow
from pipeline.services.publish_checks import confirm_publication, read_publish_check
from pipeline.services.takedowns import stop_publication
from webapp.access import current_staff
from webapp.api.door import Answer, blueprint, endpoint
from webapp.api.panels import find_country
from webapp.api.shapes_publishing import Publication, PublicationSent, Release, Releases, StopSent
from webapp.database import current_db

_TAG = "publishing"
_ONE = "/sessions/<slug>/countries/<code>"


@blueprint.get(f"{_ONE}/publication")
@endpoint(Scope.READ, Publication, tag=_TAG)
def check_publication(slug: str, code: str) -> Answer:
    """What publishing this country now would mean: what is in the way, what is asked, who will see what."""
    return Publication.of(read_publish_check(current_db(), find_country(slug, code)))


@blueprint.post(f"{_ONE}/publication")
@endpoint(Scope.PUBLISH, Release, tag=_TAG, status=202)
def publish(slug: str, code: str, json: PublicationSent) -> Answer:
    """Publish what was seen and confirmed. The release is written by a worker; `published_at` says when it is out."""
    country = find_country(slug, code)
    actor, now = current_staff().actor, datetime.now(UTC)
    release = confirm_publication(current_db(), country, seen=json.seen, confirmed=json.confirmed, actor=actor, now=now)
    return Release.of(release), 202


@blueprint.post(f"{_ONE}/publication/stop")
@endpoint(Scope.PUBLISH, Releases, tag=_TAG)
def stop_publishing(slug: str, code: str, json: StopSent) -> Answer:
    """Stop a publication that is not out yet; what was out before stays as it is."""
    country = find_country(slug, code)
    stop_publication(current_db(), country, json.release_id, actor=current_staff().actor, now=datetime.now(UTC))
    return _releases(country.id)


@blueprint.get(f"{_ONE}/releases")
@endpoint(Scope.READ, Releases, tag=_TAG)
def list_releases(slug: str, code: str) -> Answer:
    """Every release of a country, the newest first."""
    return _releases(find_country(slug, code).id)


def _releases(country_id: int) -> Releases:
    wanted = select(ReleaseRow).where(ReleaseRow.country_id == country_id).options(selectinload(ReleaseRow.items))
    rows = current_db().scalars(wanted.order_by(ReleaseRow.number.desc()))
    return Releases(items=[Release.of(row) for row in rows])
