"""Publishing a country and taking statements out again: each makes a new release and has it written by a job.

A country has one release under way for the public and one for missions: a newer one takes its place. Whoever plans a
release, or makes one live, first locks the country's row, so that two of them never mix.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from pipeline.domain.consents import RELEASE_AUDIENCES, Audience
from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import OF_RECORDINGS, OPEN_STATES, JobKind
from pipeline.domain.statements import StatementAction
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Country, Job, Release, ReleaseItem, Statement
from pipeline.services.approvals import approval_of, are_standing
from pipeline.services.draft_jobs import stop_drafts
from pipeline.services.events import Actor, record_event
from pipeline.services.jobs import cancel_open_jobs, deadline_of, queue_job
from pipeline.services.panel_contents import (
    PanelContents,
    PanelEntry,
    publish_problems,
    read_panels,
)
from pipeline.services.recordings import move_statement
from pipeline.services.release_keeping import copy_what_may_stay
from pipeline.services.release_voices import VOICES, ids_in, note_voices
from pipeline.services.release_words import WORDS, note_words
from pipeline.services.voice_jobs import stop_mixing

__all__ = ["after_withdrawal", "publish_country", "publish_problems", "take_down_statement", "take_out"]


def publish_country(
    db: Session, country: Country, *, actor: Actor, now: datetime, confirmed: Mapping[str, Any] | None = None
) -> Release:
    """Have releases made of all that is approved, ready and consented to: for the public, for missions, or both.

    The public's is returned, or the missions' where nothing is public; the newest one when it holds just that.
    `confirmed` is kept in the event: what a person was asked and said yes to, as ids and codes; people publish by
    `publish_checks.confirm_publication`. Raises `ChangeNotAllowed` with the sentences of `publish_problems`.
    """
    lock_country(db, country.id)
    panels = read_panels(db, country)
    problems = dict.fromkeys(problem for contents in panels.values() for problem in contents.problems)
    if problems:
        raise ChangeNotAllowed(" ".join(problem.sentence for problem in problems))
    planned = [
        find_same_release(db, country, contents, audience)
        or _plan(db, country, contents, audience, actor=actor, now=now, confirmed=confirmed or {})
        for audience, contents in panels.items()
    ]
    return planned[0]


def _plan(
    db: Session,
    country: Country,
    contents: PanelContents,
    audience: Audience,
    *,
    actor: Actor,
    now: datetime,
    confirmed: Mapping[str, Any],
) -> Release:
    release = begin_release(db, country, audience, actor=actor, now=now)
    live = live_release(db, country, audience)
    release.facts = _facts(db, contents, live.facts if live else {})
    live_media = _live_media(live)
    for entry in contents.entries:
        _add_item(db, release, entry, live_media.get((entry.recording_id, entry.package_prefix)) or new_name())
    return send_release(db, release, deadline_of(country), actor=actor, now=now, **confirmed)


def find_same_release(db: Session, country: Country, contents: PanelContents, audience: Audience) -> Release | None:
    """The newest release for an audience where it holds just this and is out or on its way."""
    newest = newest_release(db, country.id, audience)
    if newest is None or newest.facts.get("contents") != contents.fingerprint or not _counts(db, newest):
        return None
    return newest


def take_down_statement(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> None:
    """Take a published statement off its country's pages; raises `ChangeNotAllowed` when it is not published."""
    lock_country(db, statement.speaker.country_id)
    move_statement(statement, StatementAction.TAKE_DOWN, now=now)
    record_event(db, "statement.taken_down", subject_kind="statement", subject_id=statement.id, actor=actor, now=now)
    take_out(db, statement, actor=actor, now=now)


def after_withdrawal(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> None:
    """What follows when a speaker withdrew a statement, or the consent to show it: nothing of it stays out.

    Work on its recordings ends, and a release without it is made where one with it was ever begun.
    """
    for recording in statement.recordings:
        for kind in OF_RECORDINGS:
            cancel_open_jobs(db, kind, recording.id, actor=actor, now=now)
        stop_drafts(db, recording.id, actor=actor, now=now)
        stop_mixing(db, recording.id, actor=actor, now=now)
    take_out(db, statement, actor=actor, now=now)


def take_out(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> None:
    """Have releases made that are the newest ones without this statement, for each audience that ever had it.

    The statement has already lost approval or consent, and so goes whatever else has. Nothing is added: what was
    approved since is not published by taking something down. Where only the public may see it no more, missions' next
    release has it still.
    """
    country = statement.speaker.country
    lock_country(db, country.id)
    for audience in RELEASE_AUDIENCES:
        if _was_ever_begun(db, statement, audience):
            remake_release(db, country, audience, actor=actor, now=now)


def remake_release(db: Session, country: Country, audience: Audience, *, actor: Actor, now: datetime) -> Release:
    """A new release with what of the newest one may still be out; the country's row is locked by the caller."""
    # What has to go is more urgent than whatever else is to be published.
    release = _remake(db, country, audience, min(now, deadline_of(country)), actor=actor, now=now)
    queue_job(db, JobKind.TAKEDOWN, release.id, now=now, deadline=now)
    return release


def renew_release(db: Session, country: Country, audience: Audience, *, actor: Actor, now: datetime) -> Release:
    """Have just what is out written anew, from the packages and title cards that its steps give now.

    What people have decided since waits until they publish.
    """
    lock_country(db, country.id)
    return _remake(db, country, audience, deadline_of(country), actor=actor, now=now)


def plan_from(db: Session, country: Country, base: Release, *, actor: Actor, now: datetime) -> Release:
    """A new release with what of an earlier one may be out today; the country's row is locked by the caller."""
    release = begin_release(db, country, base.audience, actor=actor, now=now)
    copy_what_may_stay(db, base, release)
    return send_release(db, release, deadline_of(country), actor=actor, now=now)


def _remake(
    db: Session, country: Country, audience: Audience, deadline: datetime, *, actor: Actor, now: datetime
) -> Release:
    base = newest_that_counts(db, country.id, audience)
    release = begin_release(db, country, audience, actor=actor, now=now)
    copy_what_may_stay(db, base, release)
    return send_release(db, release, deadline, actor=actor, now=now)


def lock_country(db: Session, country_id: int) -> Country:
    """Hold a country's row until the end of the transaction; take this lock before any other row's."""
    return db.scalars(select(Country).where(Country.id == country_id).with_for_update()).one()


def newest_release(db: Session, country_id: int, audience: Audience = Audience.PUBLIC) -> Release | None:
    """The release for an audience that was planned last, whatever became of it."""
    return db.scalars(_newest_first(country_id, audience).limit(1)).first()


def shows_voice(db: Session, country_id: int, voice_id: int, audience: Audience) -> bool:
    """Whether a release for an audience that is under way or out, or still lies there, offers a voice."""
    return any(voice_id in ids_in(release.facts) for release in _present(db, country_id, audience))


def shows_track(db: Session, country_id: int, track_ids: Collection[int], audience: Audience) -> bool:
    """The same of any of these subtitles."""
    items = (item for release in _present(db, country_id, audience) for item in release.items)
    return any(not set(track_ids).isdisjoint(item.track_ids) for item in items)


def _present(db: Session, country_id: int, audience: Audience) -> list[Release]:
    """Releases whose files may lie in the published place, or come to."""
    of_these = Release.country_id == country_id, Release.audience == audience, Release.removed_at.is_(None)
    return [one for one in db.scalars(select(Release).where(*of_these)) if one.published_at or is_under_way(db, one)]


def _newest_first(country_id: int, audience: Audience) -> Select[Release]:
    of_these = Release.country_id == country_id, Release.audience == audience
    return select(Release).where(*of_these).order_by(Release.number.desc())


def newest_that_counts(db: Session, country_id: int, audience: Audience) -> Release | None:
    """The release that is under way, or else the one that is out."""
    newest = _newest_first(country_id, audience)
    return next((release for release in db.scalars(newest) if _counts(db, release)), None)


def _counts(db: Session, release: Release) -> bool:
    """Whether a release is out, or on its way by approvals that nobody has taken back."""
    return release.published_at is not None or (is_under_way(db, release) and are_standing(db, approvals_in(release)))


def approvals_in(release: Release) -> list[int]:
    """The approvals that a release was planned by."""
    by_statement: Mapping[str, list[int]] = release.facts.get("approvals", {})
    return [approval_id for ids in by_statement.values() for approval_id in ids]


def under_way(db: Session, country_id: int, audience: Audience) -> Release | None:
    """The release for an audience that is being written or waits to be."""
    newest = newest_release(db, country_id, audience)
    return newest if newest is not None and is_under_way(db, newest) else None


def is_under_way(db: Session, release: Release) -> bool:
    """Whether a job still waits to write a release, or writes it."""
    open_jobs = select(Job.id).where(
        Job.kind == JobKind.RELEASE, Job.subject_id == release.id, Job.state.in_(OPEN_STATES)
    )
    return db.scalars(open_jobs).first() is not None


def begin_release(db: Session, country: Country, audience: Audience, *, actor: Actor, now: datetime) -> Release:
    """A new release; the one for the same audience that is under way, if any, is stopped."""
    of_these = Release.country_id == country.id, Release.audience == audience
    unpublished = select(Release.id).where(*of_these, Release.published_at.is_(None))
    for release_id in db.scalars(unpublished).all():
        cancel_open_jobs(db, JobKind.RELEASE, release_id, actor=actor, now=now)
    last = db.scalar(select(func.max(Release.number)).where(Release.country_id == country.id)) or 0
    release = Release(country_id=country.id, number=last + 1, audience=audience, name=new_name(), created_at=now)
    db.add(release)
    db.flush()
    return release


def send_release(
    db: Session, release: Release, deadline: datetime, *, actor: Actor, now: datetime, **confirmed: Any
) -> Release:
    """Have a worker write a release whose items are there; `confirmed` goes into its event."""
    db.flush()
    db.expire(release, ["items"])
    queue_job(db, JobKind.RELEASE, release.id, now=now, deadline=deadline)
    statements = [item.statement_id for item in release.items]
    facts = {
        "country_id": release.country_id,
        "number": release.number,
        "audience": release.audience.value,
        "statements": statements,
        **confirmed,
    }
    record_event(db, "release.planned", subject_kind="release", subject_id=release.id, actor=actor, now=now, **facts)
    return release


def _facts(db: Session, contents: PanelContents, live: Mapping[str, Any]) -> dict[str, object]:
    approvals = {
        one: approval_of(db.get_one(Statement, one)).looks for one in (e.statement_id for e in contents.entries)
    }
    return {
        "approvals": {str(one): [look.approval_id for look in looks] for one, looks in approvals.items()},
        "contents": contents.fingerprint,
        "marks": {str(entry.statement_id): dict(entry.marks) for entry in contents.entries if entry.marks},
        "missing": list(contents.missing),
        "absent": list(contents.absent),
        VOICES: {
            str(entry.statement_id): note_voices(db, entry.voices, live) for entry in contents.entries if entry.voices
        },
        WORDS: note_words(contents.entries),
        "shown": {str(entry.statement_id): entry.parts.to_json() for entry in contents.entries},
    }


def _add_item(db: Session, release: Release, entry: PanelEntry, media_name: str) -> None:
    item = ReleaseItem(
        release_id=release.id,
        position=entry.position,
        statement_id=entry.statement_id,
        recording_id=entry.recording_id,
        track_ids=list(entry.track_ids),
        package_prefix=entry.package_prefix,
        media_name=media_name,
        card_name=new_name(),
    )
    db.add(item)


def _live_media(live: Release | None) -> dict[tuple[int, str], str]:
    """Names under which packages are out for an audience: unchanged media are not copied again."""
    items: Iterable[ReleaseItem] = live.items if live else ()
    return {(item.recording_id, item.package_prefix): item.media_name for item in items}


def live_release(db: Session, country: Country, audience: Audience) -> Release | None:
    """The release that is out for an audience."""
    live_id = country.live_id(audience)
    return db.get(Release, live_id) if live_id else None


def _was_ever_begun(db: Session, statement: Statement, audience: Audience) -> bool:
    begun = (
        select(ReleaseItem.id)
        .join(Release, Release.id == ReleaseItem.release_id)
        .where(ReleaseItem.statement_id == statement.id, Release.audience == audience, Release.removed_at.is_(None))
    )
    return db.scalars(begun).first() is not None
