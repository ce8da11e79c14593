"""A country's release: cards made, objects written and verified, the pointer moved, what must not be out removed."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from config.settings import Settings
from pipeline.captions.reading import read_subtitles
from pipeline.domain.consents import Audience
from pipeline.records.tables import Release
from pipeline.services.claims import check_claim
from pipeline.services.publication import (
    ItemInputs,
    KeptNames,
    ReleaseInputs,
    check_still_allowed,
    find_kept_names,
    live_folder,
    load_release,
    record_published,
    record_removed,
)
from pipeline.services.purges import ask_after_removal
from pipeline.services.release_inputs import inputs_by_statement, shown_in_release
from pipeline.services.releases import lock_country
from pipeline.site.page_values import MissingStatement
from pipeline.site.player_assets import read_player_assets
from pipeline.site.publishing import (
    forget_old_pointers,
    look_at_pointer,
    move_pointer,
    remove_media,
    remove_release,
    write_objects,
)
from pipeline.site.release import ReleasePlan, build_release
from pipeline.site.release_values import (
    CountryRelease,
    PublishedMedia,
    PublishedPaper,
    PublishedVoice,
    StatementInRelease,
)
from pipeline.site.store_walk import demand_playable
from pipeline.storage.keys import site_prefix
from workers.clock import utc_now
from workers.steps.cards import card_of
from workers.steps.films import films_of_programme, films_of_statement
from workers.steps.run import JobRun, Record
from workers.steps.session_page import write_session_pages

_CARDS, _FILMS, _WRITTEN, _WALKED = 0.4, 0.6, 0.9, 0.97
"""Shares of the work after which cards and films are made, everything is written, and all of it was walked."""


def run_release(run: JobRun) -> Record:
    """Write a release and make it live. An attempt after the pointer moved only removes what is left to remove."""
    with run.context.database.read() as db:
        release = load_release(db, run.claim.subject_id)
        before = live_folder(db, run.claim.subject_id)
    if not release.is_published:
        plan = _plan(run, release)
        write_objects(run.context.store, plan, run.progress("writing", _FILMS, _WRITTEN), before=before)
        run.report(_WRITTEN, "walking")
        demand_playable(run.context.store, plan)
        _make_live(run, release, plan)
    kept = _remove_unwanted(run, release)
    write_session_pages(run, release.country_id, release.audience)

    def record(db: Session, now: datetime) -> None:
        ask_after_removal(db, run.claim.subject_id, kept, now=now)
        record_removed(db, release.country_id, kept, now=now, audience=release.audience)

    return record


def _plan(run: JobRun, release: ReleaseInputs) -> ReleasePlan:
    places: list[StatementInRelease | MissingStatement] = [MissingStatement(position) for position in release.missing]
    for index, item in enumerate(release.items):
        share = _CARDS / len(release.items)
        on_progress = run.progress("cards", share * index, share * (index + 1))
        card = card_of(run, release, item, on_progress)
        places.append(replace(_statement(item, card), files=films_of_statement(run, item)))
    places.sort(key=lambda place: place.position)
    statements = [place for place in places if isinstance(place, StatementInRelease)]
    films = films_of_programme(run, release, statements, run.progress("films", _CARDS, _FILMS))
    country = CountryRelease(
        audience=release.audience,
        slug=release.slug,
        country_code=release.country_code,
        session_title=release.session_title,
        name=release.name,
        places=places,
        films=films,
        made_on=utc_now().date().isoformat(),
        **_addresses(run.context.settings, release),
    )
    return build_release(country, read_player_assets())


def _addresses(settings: Settings, release: ReleaseInputs) -> dict[str, str]:
    """Under which addresses the public will find it, where they are known."""
    if release.audience is not Audience.PUBLIC or not settings.watch_url:
        return {}
    folder = f"{settings.watch_url}{release.slug}/{release.country_code.lower()}/"
    return {"address": folder, "oembed_url": settings.oembed_url}


def _statement(item: ItemInputs, card: PublishedMedia) -> StatementInRelease:
    return StatementInRelease(
        position=item.position,
        media=PublishedMedia(item.package, item.package_prefix, item.media_name),
        card=card,
        organisation=item.organisation,
        speaker=item.speaker,
        theme=item.theme,
        language=item.language,
        subtitles={language: read_subtitles(text.encode()) for language, text in item.subtitles.items()},
        marks=item.marks,
        text=item.text,
        recommendations=item.recommendations,
        voices={one.language: PublishedVoice(one.rendition, one.prefix, one.name, one.mark) for one in item.voices},
        papers=tuple(PublishedPaper(one.title, one.kind, one.size_bytes, one.key) for one in item.papers),
    )


def _make_live(run: JobRun, release: ReleaseInputs, plan: ReleasePlan) -> None:
    """Move both pointers, the store's and the records', under the country's lock.

    The one place that talks to the store inside a transaction: a single small object, and no other release of the
    country, no withdrawal and no second worker can come between the question and the answer.
    """
    run.report(_WALKED, "publishing")
    with run.context.database.begin() as db:
        lock_country(db, release.country_id)
        seen = look_at_pointer(run.context.store, plan.site_prefix)
        check_claim(db, run.claim)
        row = db.get_one(Release, run.claim.subject_id)
        check_still_allowed(db, row)
        move_pointer(run.context.store, plan, seen)
        inputs = inputs_by_statement(shown_in_release(release, run.context.card_making), read_player_assets())
        record_published(db, row, plan.manifest_uri, now=utc_now(), inputs=inputs)


def _remove_unwanted(run: JobRun, release: ReleaseInputs) -> KeptNames:
    """Remove whatever lies in the country's published place and is not to be out; what that leaves."""
    store, prefix = run.context.store, site_prefix(release.slug, release.country_code, release.audience)
    # Looked at before asking what is kept: whatever appears after that belongs to a release that is begun meanwhile.
    keys = [key.removeprefix(prefix).split("/") for key in store.list_keys(prefix)]
    with run.context.database.read() as db:
        kept = find_kept_names(db, release.country_id, release.audience)
    releases = {parts[1] for parts in keys if parts[0] == "r"} - kept.releases
    media = {parts[1] for parts in keys if parts[0] == "media"} - kept.media
    for name in sorted(releases):
        remove_release(store, prefix, name)
    for name in sorted(media):
        remove_media(store, prefix, name)
    if releases or media:
        forget_old_pointers(store, prefix)
    return kept
