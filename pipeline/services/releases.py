"""Publishing a country and taking statements out again: each makes a new release and has it written by a job.

A country has one release under way: a newer one takes its place. Whoever plans a release, or makes one live, first
locks the country's row, so that two of them never mix.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import OF_RECORDINGS, OPEN_STATES, JobKind
from pipeline.domain.statements import StatementAction
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Country, Job, Recording, Release, ReleaseItem, Statement, Track
from pipeline.services.approvals import approval_of, are_standing
from pipeline.services.draft_jobs import stop_drafts
from pipeline.services.events import Actor, record_event
from pipeline.services.jobs import cancel_open_jobs, deadline_of, queue_job
from pipeline.services.panel_contents import (
    PanelContents,
    PanelEntry,
    may_stay,
    publish_problems,
    read_panel,
    subtitles_tell_name,
)
from pipeline.services.recordings import move_statement
from pipeline.services.release_voices import VOICES, ids_in, keep_voices, note_voices
from pipeline.services.release_words import WORDS, note_words
from pipeline.services.shown_parts import parts_in, parts_now
from pipeline.services.tracks import marks_of
from pipeline.services.voice_jobs import stop_mixing

__all__ = ["after_withdrawal", "publish_country", "publish_problems", "take_down_statement", "take_out"]


def publish_country(
    db: Session, country: Country, *, actor: Actor, now: datetime, confirmed: Mapping[str, Any] | None = None
) -> Release:
    """Have a release made of all that is approved, ready and consented to.

    The newest release is returned when it holds just that. `confirmed` is kept in the event: what a person was asked
    and said yes to, as ids and codes; people publish by `publish_checks.confirm_publication`. Raises
    `ChangeNotAllowed` with the sentences of `publish_problems`.
    """
    lock_country(db, country.id)
    contents = read_panel(db, country)
    if contents.problems:
        raise ChangeNotAllowed(" ".join(problem.sentence for problem in contents.problems))
    same = find_same_release(db, country, contents)
    if same is not None:
        return same
    release = _begin(db, country, actor=actor, now=now)
    release.facts = _facts(db, country, contents)
    live_media = _live_media(db, country)
    for entry in contents.entries:
        _add_item(db, release, entry, live_media.get((entry.recording_id, entry.package_prefix)) or new_name())
    return _send(db, release, deadline_of(country), actor=actor, now=now, **(confirmed or {}))


def find_same_release(db: Session, country: Country, contents: PanelContents) -> Release | None:
    """The newest release where it holds just this and is out or on its way."""
    newest = newest_release(db, country.id)
    if newest is None or newest.facts.get("contents") != contents.fingerprint or not _counts(db, newest):
        return None
    return newest


def take_down_statement(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> None:
    """Take a published statement off its country's page; raises `ChangeNotAllowed` when it is not published."""
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


def take_out(db: Session, statement: Statement, *, actor: Actor, now: datetime) -> Release | None:
    """Have a release made that is the newest one without this statement; None when none ever held it.

    The statement has already lost approval or consent, and so goes whatever else has. Nothing is added: what was
    approved since is not published by taking something down.
    """
    country = statement.speaker.country
    lock_country(db, country.id)
    return remake_release(db, country, actor=actor, now=now) if _was_ever_begun(db, statement) else None


def remake_release(db: Session, country: Country, *, actor: Actor, now: datetime) -> Release:
    """A new release with what of the newest one may still be out; the country's row is locked by the caller."""
    # What has to go is more urgent than whatever else is to be published.
    return _remake(db, country, min(now, deadline_of(country)), actor=actor, now=now)


def renew_release(db: Session, country: Country, *, actor: Actor, now: datetime) -> Release:
    """Have just what is out written anew, from the packages and title cards that its steps give now.

    What people have decided since waits until they publish.
    """
    lock_country(db, country.id)
    return _remake(db, country, deadline_of(country), actor=actor, now=now)


def _remake(db: Session, country: Country, deadline: datetime, *, actor: Actor, now: datetime) -> Release:
    base = _newest_that_counts(db, country.id)
    release = _begin(db, country, actor=actor, now=now)
    _copy_what_may_stay(db, base, release)
    return _send(db, release, deadline, actor=actor, now=now)


def lock_country(db: Session, country_id: int) -> Country:
    """Hold a country's row until the end of the transaction; take this lock before any other row's."""
    return db.scalars(select(Country).where(Country.id == country_id).with_for_update()).one()


def newest_release(db: Session, country_id: int) -> Release | None:
    """The release that was planned last, whatever became of it."""
    newest = select(Release).where(Release.country_id == country_id).order_by(Release.number.desc())
    return db.scalars(newest.limit(1)).first()


def shows_voice(db: Session, country_id: int, voice_id: int) -> bool:
    """Whether the release that is under way or out offers a voice."""
    newest = _newest_that_counts(db, country_id)
    return newest is not None and voice_id in ids_in(newest.facts)


def _newest_that_counts(db: Session, country_id: int) -> Release | None:
    """The release that is under way, or else the one that is out."""
    newest = select(Release).where(Release.country_id == country_id).order_by(Release.number.desc())
    return next((release for release in db.scalars(newest) if _counts(db, release)), None)


def _counts(db: Session, release: Release) -> bool:
    """Whether a release is out, or on its way by approvals that nobody has taken back."""
    return release.published_at is not None or (is_under_way(db, release) and are_standing(db, approvals_in(release)))


def approvals_in(release: Release) -> list[int]:
    """The approvals that a release was planned by."""
    by_statement: Mapping[str, list[int]] = release.facts.get("approvals", {})
    return [approval_id for ids in by_statement.values() for approval_id in ids]


def is_under_way(db: Session, release: Release) -> bool:
    """Whether a job still waits to write a release, or writes it."""
    open_jobs = select(Job.id).where(
        Job.kind == JobKind.RELEASE, Job.subject_id == release.id, Job.state.in_(OPEN_STATES)
    )
    return db.scalars(open_jobs).first() is not None


def _begin(db: Session, country: Country, *, actor: Actor, now: datetime) -> Release:
    """A new release; the one under way, if any, is stopped."""
    unpublished = select(Release.id).where(Release.country_id == country.id, Release.published_at.is_(None))
    for release_id in db.scalars(unpublished).all():
        cancel_open_jobs(db, JobKind.RELEASE, release_id, actor=actor, now=now)
    last = db.scalar(select(func.max(Release.number)).where(Release.country_id == country.id)) or 0
    release = Release(country_id=country.id, number=last + 1, name=new_name(), created_at=now)
    db.add(release)
    db.flush()
    return release


def _send(
    db: Session, release: Release, deadline: datetime, *, actor: Actor, now: datetime, **confirmed: Any
) -> Release:
    db.flush()
    db.expire(release, ["items"])
    queue_job(db, JobKind.RELEASE, release.id, now=now, deadline=deadline)
    statements = [item.statement_id for item in release.items]
    facts = {"country_id": release.country_id, "number": release.number, "statements": statements, **confirmed}
    record_event(db, "release.planned", subject_kind="release", subject_id=release.id, actor=actor, now=now, **facts)
    return release


def _facts(db: Session, country: Country, contents: PanelContents) -> dict[str, object]:
    is_out = db.get(Release, country.live_release_id) if country.live_release_id else None
    live: Mapping[str, Any] = is_out.facts if is_out else {}
    approvals = {
        one: approval_of(db.get_one(Statement, one)).looks for one in (e.statement_id for e in contents.entries)
    }
    return {
        "approvals": {str(one): [look.approval_id for look in looks] for one, looks in approvals.items()},
        "contents": contents.fingerprint,
        "marks": {str(entry.statement_id): dict(entry.marks) for entry in contents.entries if entry.marks},
        "missing": list(contents.missing),
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


def _live_media(db: Session, country: Country) -> dict[tuple[int, str], str]:
    """Names under which packages are out: unchanged media are not copied again."""
    live = db.get(Release, country.live_release_id) if country.live_release_id else None
    items: Iterable[ReleaseItem] = live.items if live else ()
    return {(item.recording_id, item.package_prefix): item.media_name for item in items}


def _was_ever_begun(db: Session, statement: Statement) -> bool:
    begun = (
        select(ReleaseItem.id)
        .join(Release, Release.id == ReleaseItem.release_id)
        .where(ReleaseItem.statement_id == statement.id, Release.removed_at.is_(None))
    )
    return db.scalars(begun).first() is not None


def _copy_what_may_stay(db: Session, base: Release | None, release: Release) -> None:
    """Fill a release with what another holds and may still be out; its title cards are made anew."""
    facts = base.facts if base else {}
    missing = list(facts.get("missing", ()))
    shown, marks, voices = {}, {}, {}
    for item in base.items if base else ():
        statement = db.get_one(Statement, item.statement_id)
        if not may_stay(statement, item):
            missing.append(item.position)
            continue
        copied = {name: getattr(item, name) for name in _COPIED}
        tracks = _tracks(db, statement, item)
        ids = [track.id for track in tracks]
        media = _media_now(db, item)
        db.add(ReleaseItem(release_id=release.id, card_name=new_name(), track_ids=ids, **copied, **media))
        marks[str(item.statement_id)] = marks_of(tracks)
        recording = db.get_one(Recording, item.recording_id)
        places = {"was_at": item.package_prefix, "is_at": media["package_prefix"]}
        voices[str(item.statement_id)] = keep_voices(db, facts, recording, **places)
        parts = parts_in(facts, item.statement_id).kept_within(parts_now(statement))
        shown[str(item.statement_id)] = parts.to_json()
    marks = {statement_id: found for statement_id, found in marks.items() if found}
    voices = {statement_id: found for statement_id, found in voices.items() if found}
    words = {one: noted for one, noted in facts.get(WORDS, {}).items() if one in shown}
    release.facts = {"missing": sorted(missing), "shown": shown, "marks": marks, VOICES: voices, WORDS: words}
    if base is not None and base.published_at is None:
        release.facts["approvals"] = facts.get("approvals", {})


def _media_now(db: Session, item: ReleaseItem) -> dict[str, str]:
    """Where a statement's media lie, and their name when published: a new one where they were encoded anew."""
    prefix = db.get_one(Recording, item.recording_id).package_prefix or item.package_prefix
    name = item.media_name if prefix == item.package_prefix else new_name()
    return {"package_prefix": prefix, "media_name": name}


def _tracks(db: Session, statement: Statement, item: ReleaseItem) -> list[Track]:
    """Its subtitles, but for those that staff took away, or that say a name which is no longer to be told."""
    tracks = db.scalars(select(Track).where(Track.id.in_(item.track_ids)).order_by(Track.language))
    return [track for track in tracks if not track.is_removed and not subtitles_tell_name(statement, [track])]


_COPIED = ("position", "statement_id", "recording_id")
