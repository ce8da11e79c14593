"""What of a session is written to take away: what is out for an audience, and nothing that may not be out any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from pipeline.domain.burning import BurnSize
from pipeline.domain.consents import Audience
from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.records.tables import Country, PreSession, Release, Track
from pipeline.services.burned_films import find_film
from pipeline.services.events import Actor, record_event
from pipeline.services.publication import ReleaseInputs, load_release
from pipeline.services.recordings import lock_statement
from pipeline.services.release_films import NotedFilm, film_in
from pipeline.services.releases import live_release, lock_country
from pipeline.services.takedowns import may_show
from pipeline.storage.keys import site_prefix

_NEWER_FIRST = {Audience.PUBLIC: (Audience.PUBLIC,), Audience.MISSIONS: (Audience.MISSIONS, Audience.PUBLIC)}
"""Where an audience watches: missions what is public where they have no release of their own."""


@dataclass(frozen=True)
class ExportedRelease:
    """A release that is out; `prefix` is the country's published folder that it lies in.

    `programme` is the film of all statements, where there is one. `burned` are keys of films with subtitles in the
    picture, by statement id.
    """

    release_id: int
    inputs: ReleaseInputs
    prefix: str
    programme: NotedFilm | None = None
    burned: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ExportedCountry:
    """A country, and what of it is out."""

    country_id: int
    country_code: str
    release: ExportedRelease | None = None


@dataclass(frozen=True)
class ExportInputs:
    """All that an export needs, in plain values."""

    slug: str
    title: str
    starts_on: date
    ends_on: date
    audience: Audience
    countries: tuple[ExportedCountry, ...]

    @property
    def releases(self) -> tuple[ExportedRelease, ...]:
        """What is out of them."""
        return tuple(one.release for one in self.countries if one.release is not None)

    @property
    def not_published(self) -> tuple[str, ...]:
        """Codes of the countries of which nothing is out."""
        return tuple(one.country_code for one in self.countries if one.release is None)


def read_export(
    db: Session, pre_session: PreSession, countries: Sequence[Country], audience: Audience, *, burned: str = ""
) -> ExportInputs:
    """What is out of these countries for an audience; with `burned`, in films with this language in the picture.

    Raises `WrongUsage` where nothing is out, or films are missing.
    """
    found = tuple(_read_country(db, country, audience, burned) for country in countries)
    inputs = ExportInputs(
        pre_session.slug, pre_session.title, pre_session.starts_on, pre_session.ends_on, audience, found
    )
    if not any(release.inputs.items for release in inputs.releases):
        raise WrongUsage("Nothing of this is published for them. Publish first, or name another session or country.")
    return inputs


def finish_export(db: Session, inputs: ExportInputs, *, actor: Actor, now: datetime) -> None:
    """Record an export that is written, as long as everything in it may still be out.

    Asked under the countries' locks. Raises `ChangeNotAllowed`: then what was written is to be thrown away.
    """
    for one in sorted(inputs.releases, key=lambda one: one.inputs.country_id):
        country = lock_country(db, one.inputs.country_id)
        live = _live(db, country, inputs.audience)
        if live is None or live.id != one.release_id or not _may_be_shown(db, live):
            raise ChangeNotAllowed(
                f"What is published of {country.code} changed meanwhile. Nothing was kept: export again."
            )
    for one in inputs.releases:
        facts = {"country_id": one.inputs.country_id, "audience": inputs.audience.value}
        record_event(
            db, "release.exported", subject_kind="release", subject_id=one.release_id, actor=actor, now=now, **facts
        )


def _read_country(db: Session, country: Country, audience: Audience, burned: str) -> ExportedCountry:
    release = _live(db, country, audience)
    if release is None or not _may_be_shown(db, release):
        return ExportedCountry(country.id, country.code)
    inputs = load_release(db, release.id)
    prefix = site_prefix(inputs.slug, country.code, release.audience)
    films = _burned_films(db, inputs, burned) if burned else {}
    return ExportedCountry(
        country.id, country.code, ExportedRelease(release.id, inputs, prefix, film_in(release.facts), films)
    )


def _live(db: Session, country: Country, audience: Audience) -> Release | None:
    found = (live_release(db, country, one) for one in _NEWER_FIRST[audience])
    live = next((release for release in found if release is not None), None)
    return live if live is not None and live.removed_at is None else None


def _may_be_shown(db: Session, release: Release) -> bool:
    """Whether nothing was taken back of what is out: its next release is on its way where something was."""
    for item in sorted(release.items, key=lambda item: item.statement_id):
        lock_statement(db, item.statement_id)
    return all(may_show(db, release, item) for item in release.items)


def _burned_films(db: Session, release: ReleaseInputs, language: str) -> dict[int, str]:
    films: dict[int, str] = {}
    missing: list[str] = []
    for item in release.items:
        if language not in item.track_ids:
            continue
        track = db.get_one(Track, item.track_ids[language])
        found = (find_film(db, track, size) for size in (BurnSize.MEDIUM, BurnSize.LARGE, BurnSize.SMALL))
        key = next((one for one in found if one and one.startswith(item.package_prefix)), None)
        if key is None:
            missing.append(f"{release.country_code} {item.position}")
        else:
            films[item.statement_id] = key
    if missing:
        raise WrongUsage(
            f"There is no film with “{language}” in the picture of: {', '.join(missing)}. Have them made first by "
            "`presession captions burn`."
        )
    return films
