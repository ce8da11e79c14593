"""A release on its way out, as its job sees it: what to write, making it live, and what must be removed after that."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.domain.errors import ChangeNotAllowed, FinalError
from pipeline.domain.mails import MailKind
from pipeline.domain.packages import Package
from pipeline.domain.papers import PaperKind
from pipeline.domain.sheets import TrackMark
from pipeline.domain.statements import StatementAction, StatementState
from pipeline.records.tables import Country, Recording, Release, ReleaseItem, Statement, StatementContent, Track
from pipeline.services.approvals import are_standing
from pipeline.services.events import SYSTEM, record_event
from pipeline.services.mails import queue_mail
from pipeline.services.panel_contents import may_stay
from pipeline.services.papers import clean_papers
from pipeline.services.recordings import lock_statement, move_statement
from pipeline.services.release_films import film_names_in
from pipeline.services.release_voices import ReleasedVoice, ids_in, may_all_stay, names_in, voices_in
from pipeline.services.release_words import words_in
from pipeline.services.releases import approvals_in, is_under_way
from pipeline.services.results import find_package
from pipeline.services.shown_parts import ShownParts, parts_in, parts_now
from pipeline.services.statement_contents import Written, written
from pipeline.services.tracks import has_removed_tracks, marks_in, shown_webvtt
from pipeline.storage.keys import release_uri


@dataclass(frozen=True)
class PaperInputs:
    """A paper that is shown: where it lies without its metadata, and what is said of it."""

    title: str
    kind: PaperKind
    size_bytes: int
    key: str


@dataclass(frozen=True)
class ItemInputs:
    """One statement of a release in plain values; `speaker` is the name shown, None where none is.

    `track_ids`, `subtitles` (WebVTT texts) and `marks` beside them are by language; `parts` says what beside the
    recording is shown.
    """

    position: int
    statement_id: int
    recording_id: int
    track_ids: Mapping[str, int]
    package: Package
    package_prefix: str
    media_name: str
    card_name: str
    speaker: str | None
    organisation: str
    theme: str
    language: str
    subtitles: Mapping[str, str]
    marks: Mapping[str, TrackMark]
    parts: ShownParts
    text: str
    recommendations: tuple[str, ...]
    papers: tuple[PaperInputs, ...]
    voices: tuple[ReleasedVoice, ...] = ()


@dataclass(frozen=True)
class ReleaseInputs:
    """All that writing a release needs, in plain values."""

    audience: Audience
    country_id: int
    slug: str
    country_code: str
    session_title: str
    name: str
    missing: tuple[int, ...]
    items: tuple[ItemInputs, ...]
    is_published: bool


@dataclass(frozen=True)
class KeptNames:
    """Folders of a country that are still wanted in its published place; whatever else lies there goes."""

    releases: frozenset[str]
    media: frozenset[str]


def load_release(db: Session, release_id: int) -> ReleaseInputs:
    """What to write for a release."""
    release = db.get_one(Release, release_id)
    country = db.get_one(Country, release.country_id)
    return ReleaseInputs(
        audience=release.audience,
        country_id=country.id,
        slug=country.pre_session.slug,
        country_code=country.code,
        session_title=country.pre_session.title,
        name=release.name,
        missing=tuple(release.facts.get("missing", ())),
        items=tuple(_load_item(db, item, release) for item in release.items),
        is_published=release.published_at is not None,
    )


def live_folder(db: Session, release_id: int) -> str:
    """The folder of what is out where a release is to be, below its country's prefix; empty where nothing is."""
    release = db.get_one(Release, release_id)
    live_id = db.get_one(Country, release.country_id).live_id(release.audience)
    live = db.get(Release, live_id) if live_id else None
    return release_uri(live.name) if live is not None and live.removed_at is None else ""


def check_still_allowed(db: Session, release: Release) -> None:
    """Refuse a release that must not go out any more; raises `ChangeNotAllowed`.

    Asked last, under the country's lock: people may have changed their minds while it was written.
    """
    newer = select(Release.id).where(
        Release.country_id == release.country_id,
        Release.audience == release.audience,
        Release.number > release.number,
        Release.published_at.is_not(None),
    )
    if db.scalars(newer).first() is not None:
        raise ChangeNotAllowed("A newer release of this country is out already.")
    for item in sorted(release.items, key=lambda item: item.statement_id):
        statement = lock_statement(db, item.statement_id)
        parts = parts_in(release.facts, item.statement_id)
        allowed = parts_now(statement, release.audience)
        if not may_stay(statement, item, release.audience) or not parts.is_within(allowed):
            raise ChangeNotAllowed("A statement changed while its country was being published. Publish again.")
    if "contents" in release.facts and has_removed_tracks(db, _tracks_of(release)):
        raise ChangeNotAllowed("Subtitles were removed while the country was being published. Publish again.")
    if not may_all_stay(db, release):
        raise ChangeNotAllowed("A spoken interpretation was removed meanwhile. Publish again.")
    if not are_standing(db, approvals_in(release)):
        raise ChangeNotAllowed("An approval was taken back while the country was being published. Publish again.")


def record_published(
    db: Session,
    release: Release,
    manifest_uri: str,
    *,
    now: datetime,
    inputs: Mapping[int, Mapping[str, str]] | None = None,
) -> None:
    """The pointer has moved: the release is out, its statements are published, the country points at it.

    `inputs` has digests of what each statement was made from, by the statement's id.
    """
    country = db.get_one(Country, release.country_id)
    release.published_at = now
    release.manifest_uri = manifest_uri
    release.facts = {**release.facts, "inputs": {str(key): dict(digests) for key, digests in (inputs or {}).items()}}
    country.point_at(release.audience, release.id if release.items else None)
    for item in release.items:
        statement = db.get_one(Statement, item.statement_id)
        is_new = statement.state is not StatementState.PUBLISHED
        move_statement(statement, StatementAction.PUBLISH, now=now)
        _record(db, "statement.published", statement, now, release_id=release.id)
        if is_new:
            queue_mail(db, statement, MailKind.PUBLISHED, now=now, facts={"release_id": release.id})
    audience = release.audience.value
    _record(db, "release.published", release, now, country_id=country.id, number=release.number, audience=audience)


def find_kept_names(db: Session, country_id: int, audience: Audience = Audience.PUBLIC) -> KeptNames:
    """What of a country stays in the place that an audience sees.

    Releases stay that are under way, the newest published one, and older ones that show nothing that it does not.
    """
    kept = _kept_releases(db, country_id, audience)
    items = [item for release in kept for item in release.items]
    media = {name for item in items for name in (item.media_name, item.card_name)}
    media |= {name for release in kept for name in (*names_in(release.facts), *film_names_in(release.facts))}
    return KeptNames(frozenset(release.name for release in kept), frozenset(media))


def record_removed(
    db: Session, country_id: int, kept: KeptNames, *, now: datetime, audience: Audience = Audience.PUBLIC
) -> None:
    """Say of releases that are no longer kept that their files are gone, had they been out or not."""
    for release in db.scalars(_present(country_id, audience)):
        if release.name not in kept.releases:
            release.removed_at = now
            _record(db, "release.removed", release, now, country_id=country_id, number=release.number)


def _present(country_id: int, audience: Audience) -> Select[Release]:
    of_these = Release.country_id == country_id, Release.audience == audience
    return select(Release).where(*of_these, Release.removed_at.is_(None)).order_by(Release.number.desc())


def _kept_releases(db: Session, country_id: int, audience: Audience) -> list[Release]:
    releases = db.scalars(_present(country_id, audience)).all()
    newest = next((release for release in releases if release.published_at is not None), None)
    published = [
        release for release in releases if release.published_at and newest and _shows_no_more(db, release, newest)
    ]
    return [*published, *(release for release in releases if not release.published_at and is_under_way(db, release))]


def _shows_no_more(db: Session, release: Release, newest: Release) -> bool:
    # By package: what a speaker cut off, or had hidden since, is in the one before.
    shown, allowed = ({(i.statement_id, i.package_prefix) for i in one.items} for one in (release, newest))
    ids = [item.statement_id for item in release.items]
    says_no_more = all(parts_in(release.facts, one).is_within(parts_in(newest.facts, one)) for one in ids)
    has_removed = _has_removed_subtitles(db, release, newest) or _has_removed_voices(db, release)
    return shown <= allowed and says_no_more and not has_removed


def _has_removed_voices(db: Session, release: Release) -> bool:
    """Whether a release offers a voice that may not be heard any more; replaced ones may stay."""
    return bool(ids_in(release.facts)) and not may_all_stay(db, release)


def _has_removed_subtitles(db: Session, release: Release, newest: Release) -> bool:
    """Whether a release has subtitles that staff took away and that the newest is without; corrected ones may stay."""
    return has_removed_tracks(db, _tracks_of(release) - _tracks_of(newest))


def _tracks_of(release: Release) -> set[int]:
    return {track_id for item in release.items for track_id in item.track_ids}


def _load_item(db: Session, item: ReleaseItem, release: Release) -> ItemInputs:
    facts: Mapping[str, Any] = release.facts
    statement, parts = db.get_one(Statement, item.statement_id), parts_in(facts, item.statement_id)
    words = words_in(facts, statement, parts, _content(db, parts.details_id), release.audience)
    own = _content(db, parts.text_id)
    tracks = db.scalars(select(Track).where(Track.id.in_(item.track_ids))).all()
    return ItemInputs(
        position=item.position,
        statement_id=item.statement_id,
        recording_id=item.recording_id,
        track_ids={track.language: track.id for track in tracks},
        package=_package_of(db, item),
        package_prefix=item.package_prefix,
        media_name=item.media_name,
        card_name=item.card_name,
        speaker=words.speaker,
        organisation=words.organisation,
        theme=words.theme,
        language=words.language,
        subtitles={track.language: shown_webvtt(track) for track in tracks},
        marks=marks_in(facts, item.statement_id),
        parts=parts,
        text=own.text,
        recommendations=own.recommendations,
        papers=tuple(_papers(statement, parts.paper_ids)),
        voices=voices_in(facts, item.statement_id),
    )


def _content(db: Session, content_id: int | None) -> Written:
    return written(db.get(StatementContent, content_id) if content_id else None)


def _papers(statement: Statement, ids: Collection[int]) -> Iterator[PaperInputs]:
    for paper in clean_papers(statement):
        if paper.id in ids:
            yield PaperInputs(paper.title, paper.kind, paper.size_bytes, paper.clean_key)


def _package_of(db: Session, item: ReleaseItem) -> Package:
    """The package that lies where the release says: the recording may have been encoded anew since that was planned."""
    recording = db.get_one(Recording, item.recording_id)
    is_newest = recording.package_prefix == item.package_prefix
    package = recording.package if is_newest else find_package(db, item.package_prefix)
    if package is None:
        raise FinalError("A recording in this release has no package any more. Have it encoded again, then publish.")
    return Package.from_json(package)


def _record(db: Session, name: str, subject: Release | Statement, now: datetime, **facts: object) -> None:
    kind = subject.__tablename__
    record_event(db, name, subject_kind=kind, subject_id=subject.id, actor=SYSTEM, now=now, **facts)
