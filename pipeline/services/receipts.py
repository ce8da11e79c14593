"""Receipts: what a speaker took back, when, and when it was gone from where it lay. Read from the record of events."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.consents import ConsentItem
from pipeline.records.tables import CachePurge, Event, Paper, Recording, Release, ReleaseItem, Statement
from pipeline.services.purges import NO_CACHES
from pipeline.services.shown_parts import parts_in

_BEGINS = frozenset({"statement.withdrawn", "item.withdrawn", "paper.removed"})
"""Events of which a speaker gets a receipt; what was recorded at the same moment belongs to it."""

_ON_IT = (*sorted(_BEGINS), "consent.withdrawn", "content.removed", "recording.withdrawn", "upload.removed")


@dataclass(frozen=True)
class Taken:
    """Things that were taken back: their ids, and when the last of them was gone; None while one is still there."""

    ids: tuple[int, ...]
    gone_at: datetime | None


@dataclass(frozen=True)
class ToldCaches:
    """Caches of others in front of the public page: when they took what they were told, None while they have not.

    `answer` is what came back last.
    """

    told_at: datetime | None
    answer: str


@dataclass(frozen=True)
class Receipt:
    """What came of one decision. `number` is for people who ask about it; `published` is what lay on the public page.

    `revisions` counts the versions of the text that were removed.
    """

    number: int
    at: datetime
    is_everything: bool
    consents: tuple[ConsentItem, ...]
    recordings: Taken | None
    papers: Taken | None
    published: Taken | None
    revisions: int
    unfinished_uploads: int
    caches: "ToldCaches | None" = None


def load_receipts(db: Session, statement: Statement) -> list[Receipt]:
    """The receipts of a statement, the newest first."""
    wanted = select(Event).where(
        Event.subject_kind == "statement", Event.subject_id == statement.id, Event.name.in_(_ON_IT)
    )
    together: dict[datetime, list[Event]] = defaultdict(list)
    for event in db.scalars(wanted.order_by(Event.id)):
        together[event.at].append(event)
    decisions = [events for events in together.values() if any(event.name in _BEGINS for event in events)]
    return [_receipt(db, statement, events) for events in reversed(decisions)]


def _receipt(db: Session, statement: Statement, events: Sequence[Event]) -> Receipt:
    removed = [event.facts.get("revisions", 1) for event in _named(events, "content.removed")]
    recordings = [event.facts["recording_id"] for event in _named(events, "recording.withdrawn")]
    papers = [event.facts["paper_id"] for event in _named(events, "paper.removed")]
    consents = tuple(ConsentItem(event.facts["item"]) for event in _named(events, "consent.withdrawn"))
    shown = [one for one in _out_at(db, statement, events[0].at) if _showed(one, statement, consents, papers)]
    return Receipt(
        number=events[0].id,
        at=events[0].at,
        is_everything=bool(_named(events, "statement.withdrawn")),
        consents=consents,
        recordings=_gone(recordings, _erased_recordings(db, recordings)),
        papers=_gone(papers, _erased_papers(db, papers)),
        published=_gone([one.number for one in shown], [one.removed_at for one in shown]),
        revisions=sum(removed),
        unfinished_uploads=len(_named(events, "upload.removed")),
        caches=_told_caches(db, statement, events[0].at) if shown else None,
    )


def _told_caches(db: Session, statement: Statement, at: datetime) -> ToldCaches | None:
    """What caches answered after a decision; None where the installation has none in front of it."""
    of_country = (CachePurge.country_id == statement.speaker.country_id, CachePurge.asked_at >= at)
    first = db.scalars(select(CachePurge).where(*of_country).order_by(CachePurge.id).limit(1)).first()
    return (
        ToldCaches(first.told_at, first.answer) if first is not None and first.answer not in {"", NO_CACHES} else None
    )


def _named(events: Sequence[Event], name: str) -> list[Event]:
    return [event for event in events if event.name == name]


def _erased_recordings(db: Session, ids: Sequence[int]) -> list[datetime | None]:
    return list(db.scalars(select(Recording.erased_at).where(Recording.id.in_(ids))))


def _erased_papers(db: Session, ids: Sequence[int]) -> list[datetime | None]:
    return list(db.scalars(select(Paper.erased_at).where(Paper.id.in_(ids))))


def _out_at(db: Session, statement: Statement, at: datetime) -> list[Release]:
    """The versions of the public page that showed the statement at that moment."""
    held = (
        select(Release)
        .join(ReleaseItem, ReleaseItem.release_id == Release.id)
        .where(ReleaseItem.statement_id == statement.id, Release.published_at.is_not(None))
        .order_by(Release.id)
    )
    return [one for one in db.scalars(held) if _was_out(one, at)]


def _showed(release: Release, statement: Statement, items: Collection[ConsentItem], papers: Collection[int]) -> bool:
    """Whether a release showed any of what was taken back."""
    parts = parts_in(release.facts, statement.id)
    if ConsentItem.RECORDING in items or not set(papers).isdisjoint(parts.paper_ids):
        return True
    return (ConsentItem.TEXT in items and parts.text_id is not None) or (ConsentItem.NAME in items and bool(parts.name))


def _was_out(release: Release, at: datetime) -> bool:
    was_published = release.published_at is not None and release.published_at <= at
    return was_published and (release.removed_at is None or release.removed_at >= at)


def _gone(ids: Sequence[int], moments: Sequence[datetime | None]) -> Taken | None:
    if not ids:
        return None
    ended = [moment for moment in moments if moment is not None]
    return Taken(tuple(ids), max(ended) if ended and len(ended) == len(moments) else None)
