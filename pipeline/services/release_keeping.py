"""What of an earlier release may still be out, and a new release filled with just that.

Nothing is ever added: of each statement stays what nobody has taken away or no longer agrees to.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import Audience
from pipeline.domain.tokens import new_name
from pipeline.records.tables import Recording, Release, ReleaseItem, Statement, Track
from pipeline.services.panel_contents import has_place, may_stay, subtitles_tell_name
from pipeline.services.release_voices import VOICES, keep_voices
from pipeline.services.release_words import WORDS
from pipeline.services.shown_parts import ShownParts, parts_in, parts_now
from pipeline.services.tracks import marks_of

_COPIED = ("position", "statement_id", "recording_id")


@dataclass(frozen=True)
class KeptItem:
    """A statement of a release as it may be shown today; `voices` are facts of a release, by language.

    Where its media were encoded anew, `package_prefix` is another and `media_name` a fresh one.
    """

    item: ReleaseItem
    tracks: tuple[Track, ...]
    voices: Mapping[str, Any]
    parts: ShownParts
    package_prefix: str
    media_name: str


def keep_items(db: Session, base: Release, audience: Audience | None = None) -> list[KeptItem]:
    """What of a release may be shown today to an audience, its own where none is named, in its order."""
    reader = audience or base.audience
    return [kept for item in base.items if (kept := _keep(db, base, item, reader)) is not None]


def copy_what_may_stay(db: Session, base: Release | None, release: Release) -> None:
    """Fill a release with what another holds and may still be out; its title cards are made anew."""
    facts: Mapping[str, Any] = base.facts if base else {}
    kept = keep_items(db, base, release.audience) if base else []
    for one in kept:
        copied = {name: getattr(one.item, name) for name in _COPIED}
        ids, media = [track.id for track in one.tracks], {"package_prefix": one.package_prefix}
        item = ReleaseItem(card_name=new_name(), track_ids=ids, media_name=one.media_name, **copied, **media)
        release.items.append(item)
    missing = _empty_places(db, base, {one.item.statement_id for one in kept}, release.audience)
    places = _close_gaps(release, sorted(missing))
    absent = [missing[place] for place in sorted(missing)]
    release.facts = {"missing": places, "absent": absent, **_facts(kept, facts)}
    if base is not None and base.published_at is None:
        release.facts["approvals"] = facts.get("approvals", {})


def _keep(db: Session, base: Release, item: ReleaseItem, reader: Audience) -> KeptItem | None:
    statement = db.get_one(Statement, item.statement_id)
    if not may_stay(statement, item, reader):
        return None
    recording = db.get_one(Recording, item.recording_id)
    prefix = recording.package_prefix or item.package_prefix
    # What was mixed for a release that is gone lies there no more.
    mixed = {"was_at": item.package_prefix if base.removed_at is None else "", "is_at": prefix}
    return KeptItem(
        item=item,
        tracks=tuple(_tracks(db, statement, item, reader)),
        voices=keep_voices(db, base.facts, recording, reader, **mixed),
        parts=parts_in(base.facts, item.statement_id).kept_within(parts_now(statement, reader)),
        package_prefix=prefix,
        media_name=item.media_name if prefix == item.package_prefix else new_name(),
    )


def _facts(kept: Sequence[KeptItem], base: Mapping[str, Any]) -> dict[str, Any]:
    """What a release notes down of what it shows, by statement."""
    by_statement = {str(one.item.statement_id): one for one in kept}
    words: Mapping[str, Any] = base.get(WORDS, {})
    marks = {statement_id: marks_of(one.tracks) for statement_id, one in by_statement.items()}
    return {
        "shown": {statement_id: one.parts.to_json() for statement_id, one in by_statement.items()},
        "marks": {statement_id: found for statement_id, found in marks.items() if found},
        VOICES: {statement_id: dict(one.voices) for statement_id, one in by_statement.items() if one.voices},
        WORDS: {one: noted for one, noted in words.items() if one in by_statement},
    }


def _empty_places(
    db: Session, base: Release | None, kept: Collection[int], audience: Audience
) -> dict[int, int | None]:
    """Places that stay or become empty, as far as the audience is told of them, with whose they are."""
    missing = _still_missing(db, base.facts if base else {}, audience)
    for item in base.items if base else ():
        is_gone = item.statement_id not in kept
        if is_gone and has_place(db.get_one(Statement, item.statement_id), audience):
            missing[item.position] = item.statement_id
    return missing


def _still_missing(db: Session, facts: Mapping[str, Any], audience: Audience) -> dict[int, int | None]:
    """Places of a release that stay empty, with whose they are; None where that was not noted down."""
    places: Sequence[int] = facts.get("missing", ())
    absent: Sequence[int | None] = facts.get("absent") or [None] * len(places)
    told = {
        place: statement_id
        for place, statement_id in zip(places, absent, strict=True)
        if statement_id is None or has_place(db.get_one(Statement, statement_id), audience)
    }
    return told


def _close_gaps(release: Release, missing: Collection[int]) -> list[int]:
    """Move up what stands behind places that nobody is told of any more; the missing places, moved with the rest."""
    places = sorted([*missing, *(item.position for item in release.items)])
    moved = {place: number for number, place in enumerate(places, start=1)}
    for item in release.items:
        item.position = moved[item.position]
    return [moved[place] for place in missing]


def _tracks(db: Session, statement: Statement, item: ReleaseItem, audience: Audience) -> list[Track]:
    """Its subtitles, but for those that staff took away, or that say a name which is no longer to be told."""
    tracks = db.scalars(select(Track).where(Track.id.in_(item.track_ids)).order_by(Track.language))
    return [track for track in tracks if not track.is_removed and not subtitles_tell_name(statement, [track], audience)]
