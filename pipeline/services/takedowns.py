"""Publications that are stopped, and takedowns that came to nothing: nothing stays out that may not be."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import RELEASE_AUDIENCES, Audience
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import JobKind, JobState
from pipeline.domain.statements import StatementState
from pipeline.records.tables import Country, Job, Release, ReleaseItem, Statement
from pipeline.services.events import SYSTEM, Actor, record_event
from pipeline.services.jobs import cancel_open_jobs
from pipeline.services.missions_releases import keep_for_missions
from pipeline.services.panel_contents import is_agreed
from pipeline.services.release_voices import removed_voices
from pipeline.services.releases import is_under_way, live_release, lock_country, newest_release, remake_release
from pipeline.services.shown_parts import parts_in, parts_now
from pipeline.services.tracks import has_removed_tracks

_PAUSE = timedelta(minutes=2)
"""Between a takedown that failed and the next; each tries three times by itself."""


_STOPPED = (JobState.FAILED, JobState.CANCELLED)
_GONE = frozenset({StatementState.WITHDRAWN, StatementState.TAKEN_DOWN})


def renew_failed_takedowns(db: Session, *, now: datetime) -> tuple[int, ...]:
    """Plan a new release for each country whose last came to nothing while what may not be is out, or all is hidden.

    Their ids.

    For each audience by itself, so that a country can be named twice.
    """
    waiting = (
        select(Release.country_id, Release.audience)
        .join(Job, Job.subject_id == Release.id)
        .where(Job.kind == JobKind.RELEASE, Job.state.in_(_STOPPED), Job.finished_at < now - _PAUSE)
        .distinct()
    )
    found = db.execute(waiting).all()
    return tuple(country_id for country_id, audience in found if _renew(db, country_id, audience, now))


def stop_publication(db: Session, country: Country, release_id: int, *, actor: Actor, now: datetime) -> None:
    """Stop a publication that people asked for and that is not out yet; what was out before stays as it is.

    Of what was asked for together both releases are stopped, the public's and the missions'. What a stopped one was to
    take out comes out all the same. Raises `ChangeNotAllowed` when it is out already, or is no
    publication but removes something.
    """
    lock_country(db, country.id)
    newest = (newest_release(db, country.id, audience) for audience in RELEASE_AUDIENCES)
    stopped = [release for release in newest if release is not None and _can_be_stopped(db, release)]
    if release_id not in {release.id for release in stopped}:
        raise ChangeNotAllowed("This publication cannot be stopped any more. Reload the page to see what is out.")
    for release in stopped:
        cancel_open_jobs(db, JobKind.RELEASE, release.id, actor=actor, now=now)
        facts = {"country_id": country.id, "number": release.number, "audience": release.audience.value}
        record_event(
            db, "release.stopped", subject_kind="release", subject_id=release.id, actor=actor, now=now, **facts
        )
    db.flush()
    for release in stopped:
        if _shows_what_may_not_be(db, country.id, release.audience):
            remake_release(db, country, release.audience, actor=SYSTEM, now=now)


def take_down_untold(db: Session, countries: Iterable[Country], *, actor: Actor, now: datetime) -> None:
    """Take out at once whatever of these countries may not be out any more, for each audience.

    Missions go on watching what they may.
    """
    for country, audience in product(countries, RELEASE_AUDIENCES):
        lock_country(db, country.id)
        keep_for_missions(db, country, actor=actor, now=now)
        if _shows_what_may_not_be(db, country.id, audience):
            remake_release(db, country, audience, actor=actor, now=now)


def _can_be_stopped(db: Session, release: Release) -> bool:
    """Whether people wait for a release that adds something."""
    return release.published_at is None and "contents" in release.facts and is_under_way(db, release)


def _renew(db: Session, country_id: int, audience: Audience, now: datetime) -> bool:
    newest, country = newest_release(db, country_id, audience), db.get_one(Country, country_id)
    if newest is None or not _has_stopped(db, newest, now):
        return False
    if not _shows_what_may_not_be(db, country_id, audience) and not _is_hidden(db, country, audience):
        return False
    lock_country(db, country_id)
    remake_release(db, country, audience, actor=SYSTEM, now=now)
    return True


def _is_hidden(db: Session, country: Country, audience: Audience) -> bool:
    """Whether what was out was taken away, and what is to come in its place never came."""
    live = live_release(db, country, audience)
    return live is not None and live.removed_at is not None


def _has_stopped(db: Session, release: Release, now: datetime) -> bool:
    jobs = select(Job).where(Job.kind == JobKind.RELEASE, Job.subject_id == release.id).order_by(Job.id.desc())
    job = db.scalars(jobs).first()
    return job is not None and job.state in _STOPPED and job.finished_at is not None and job.finished_at < now - _PAUSE


def _shows_what_may_not_be(db: Session, country_id: int, audience: Audience) -> bool:
    """Whether files that may still lie in the published place show anything of a statement without permission."""
    of_these = Release.country_id == country_id, Release.audience == audience
    out = select(Release).where(*of_these, Release.removed_at.is_(None))
    return any(not may_show(db, release, item) for release in db.scalars(out) for item in release.items)


def may_show(db: Session, release: Release, item: ReleaseItem) -> bool:
    """Whether what a release shows of a statement may be out now: recording, words, subtitles, voices."""
    statement = db.get_one(Statement, item.statement_id)
    # Without any approval it was taken back: the speaker wants another version shown, or staff looks again.
    is_undecided = statement.state in _GONE or statement.approved_recording_id is None
    allowed = parts_now(statement, release.audience)
    is_gone = is_undecided or not is_agreed(statement, release.audience)
    if is_gone or not parts_in(release.facts, statement.id).is_within(allowed):
        return False
    return not has_removed_tracks(db, item.track_ids) and not removed_voices(db, release, statement.id)
