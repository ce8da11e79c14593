"""Retention: what belongs to a session is removed by class so many days after its end, unless a legal hold keeps it.

The days count from the session's last day, or from the last thing that was handed in or decided in it when that is
later: a session that was loaded or worked on afterwards loses nothing all at once. What is published stays whole.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed
from pipeline.domain.jobs import OPEN_STATES, JobKind
from pipeline.domain.retention import DEFAULT_DAYS, RetentionClass
from pipeline.domain.statements import StatementState
from pipeline.records.database import Database
from pipeline.records.tables import (
    Country,
    Event,
    Job,
    PreSession,
    Recording,
    ReleaseItem,
    Speaker,
    Statement,
    Voice,
    WebhookDelivery,
)
from pipeline.services.audit import events_of_session
from pipeline.services.erasing import destroy_keys, erase_withdrawn, remove_originals
from pipeline.services.erasures import erase_person
from pipeline.services.events import SYSTEM, record_event
from pipeline.services.holds import held_statements, is_anything_held
from pipeline.services.jobs import JobProducer, transaction
from pipeline.storage.store import ObjectStore


@dataclass(frozen=True)
class RetentionLine:
    """One class of one session: from when it is not kept, and what of it is there.

    `ids` are what goes once it is due: recordings, statements or events. `held` counts what a legal hold keeps,
    `published` what stays because it is out.
    """

    slug: str
    kind: RetentionClass
    due_on: date
    ids: tuple[int, ...]
    held: int
    published: int

    def is_due(self, today: date) -> bool:
        """Whether its time is over."""
        return today >= self.due_on


def read_retention(db: Session) -> list[RetentionLine]:
    """How every class of every session stands; changes nothing."""
    held = held_statements(db)
    sessions = db.scalars(select(PreSession).order_by(PreSession.starts_on, PreSession.id))
    return [_line(db, pre_session, kind, held) for pre_session in sessions for kind in RetentionClass]


def apply_retention(
    database: Database, store: ObjectStore, producer: JobProducer, *, now: datetime
) -> list[RetentionLine]:
    """Remove what is due, class by class; the lines of what was removed.

    Raises `StoreUnavailable`; what is left then goes with the next round. Keys are destroyed first in any case.
    """
    with database.read() as db:
        due = [line for line in read_retention(db) if line.is_due(now.date()) and line.ids]
    return [line for seen in due if (line := _remove_line(database, store, producer, seen, now=now))]


def _remove_line(
    database: Database, store: ObjectStore, producer: JobProducer, seen: RetentionLine, *, now: datetime
) -> RetentionLine | None:
    """Remove one line as it stands by now: a hold may have begun while others were removed. None where nothing went."""
    with database.read() as db:
        pre_session = db.scalars(select(PreSession).where(PreSession.slug == seen.slug)).one()
        line = _line(db, pre_session, seen.kind, held_statements(db))
    if not line.is_due(now.date()) or not line.ids:
        return None
    _REMOVE[line.kind](database, store, producer, line, now)
    with database.begin() as db:
        _report(db, line, now)
    return line


def keeps_until(db: Session, pre_session: PreSession, kind: RetentionClass) -> date:
    """The day from which a class of a session is not kept any more."""
    days = int(pre_session.retention_days.get(kind.value, DEFAULT_DAYS[kind]))
    return max(pre_session.ends_on, _last_moved(db, pre_session) or date.min) + timedelta(days=days)


def _last_moved(db: Session, pre_session: PreSession) -> date | None:
    """The last day on which something came in or was decided; withdrawing is no reason to keep the rest longer."""
    placed = _statements(pre_session)
    decided = select(func.max(Statement.state_since)).where(
        Statement.id.in_(placed), Statement.state != StatementState.WITHDRAWN
    )
    received = select(func.max(Recording.received_at)).where(Recording.statement_id.in_(placed))
    moments = [moment for moment in (db.scalar(decided), db.scalar(received)) if moment is not None]
    return max(moments).date() if moments else None


def _line(db: Session, pre_session: PreSession, kind: RetentionClass, held: Collection[int]) -> RetentionLine:
    found = _FIND[kind](db, pre_session)
    published = _published(db, pre_session) if kind in _SPARES_PUBLISHED else frozenset()
    if kind is RetentionClass.EVENTS:
        is_held = is_anything_held(db, pre_session.id)
        ids, kept = (() if is_held else tuple(found)), (len(found) if is_held else 0)
        return RetentionLine(pre_session.slug, kind, keeps_until(db, pre_session, kind), ids, kept, 0)
    ids = tuple(one for one, statement_id in found.items() if statement_id not in {*held, *published})
    return RetentionLine(
        slug=pre_session.slug,
        kind=kind,
        due_on=keeps_until(db, pre_session, kind),
        ids=ids,
        held=sum(statement_id in held for statement_id in found.values()),
        published=sum(statement_id in published and statement_id not in held for statement_id in found.values()),
    )


def _statements(pre_session: PreSession) -> Select[int]:
    placed = select(Statement.id).join(Speaker, Speaker.id == Statement.speaker_id).join(Country)
    return placed.where(Country.pre_session_id == pre_session.id)


def _published(db: Session, pre_session: PreSession) -> frozenset[int]:
    live = _is_live(), Country.pre_session_id == pre_session.id
    return frozenset(db.scalars(select(ReleaseItem.statement_id).join(Country, and_(*live))))


def _is_live() -> ColumnElement[bool]:
    """Whether an item of a release is out, for the public or for missions."""
    return or_(Country.live_release_id == ReleaseItem.release_id, Country.missions_release_id == ReleaseItem.release_id)


_OF_RECORDINGS = (JobKind.INTAKE, JobKind.ENCODE, JobKind.PROXY)

Found = Mapping[int, int]
"""What is kept, by id, and the statement that it belongs to."""


def _worked_on() -> Select[int]:
    """Recordings that a job still needs as they were sent: they go when it is over."""
    return select(Job.subject_id).where(Job.kind.in_(_OF_RECORDINGS), Job.state.in_(OPEN_STATES))


def _find_originals(db: Session, pre_session: PreSession) -> Found:
    voiced = select(Voice.recording_id).where(Voice.original_key != "")
    has_some = or_(Recording.original_key != "", Recording.id.in_(voiced))
    kept = has_some, Recording.erased_at.is_(None), Recording.id.not_in(_worked_on())
    wanted = select(Recording.id, Recording.statement_id).where(
        *kept, Recording.statement_id.in_(_statements(pre_session))
    )
    return {recording_id: statement_id for recording_id, statement_id in db.execute(wanted)}


def _find_unused(db: Session, pre_session: PreSession) -> Found:
    """Recordings that neither count, nor were approved, nor are out."""
    live = select(ReleaseItem.recording_id).join(Country, _is_live())
    used = or_(Recording.id == Statement.current_recording_id, Recording.id == Statement.approved_recording_id)
    wanted = (
        select(Recording.id, Recording.statement_id)
        .join(Statement, Statement.id == Recording.statement_id)
        .where(Recording.statement_id.in_(_statements(pre_session)), Recording.withdrawn_at.is_(None))
        .where(func.coalesce(used, False).is_(False), Recording.id.not_in(live), Recording.id.not_in(_worked_on()))
    )
    return {recording_id: statement_id for recording_id, statement_id in db.execute(wanted)}


def _find_people(db: Session, pre_session: PreSession) -> Found:
    placed = select(Statement.id).join(Speaker, Speaker.id == Statement.speaker_id)
    wanted = placed.where(Statement.id.in_(_statements(pre_session)), Speaker.erased_at.is_(None))
    return {statement_id: statement_id for statement_id in db.scalars(wanted)}


def _find_events(db: Session, pre_session: PreSession) -> Found:
    wanted = select(Event.id).where(events_of_session(pre_session.slug), Event.name != "retention.applied")
    return dict.fromkeys(db.scalars(wanted), 0)


def _remove_originals(
    database: Database, store: ObjectStore, producer: JobProducer, line: RetentionLine, now: datetime
) -> None:
    remove_originals(database, store, line.ids, now=now)


def _remove_unused(
    database: Database, store: ObjectStore, producer: JobProducer, line: RetentionLine, now: datetime
) -> None:
    with database.begin() as db:
        for recording in db.scalars(select(Recording).where(Recording.id.in_(line.ids))):
            recording.withdrawn_at = now
            _record(db, "recording.expired", "recording", recording.id, now)
        destroy_keys(db, line.ids)
    erase_withdrawn(database, store, now=now)


def _remove_people(
    database: Database, store: ObjectStore, producer: JobProducer, line: RetentionLine, now: datetime
) -> None:
    for statement_id in line.ids:
        try:
            with transaction(database, producer) as db:
                erase_person(db, db.get_one(Statement, statement_id), actor=SYSTEM, now=now)
        except ChangeNotAllowed:  # a mail is just being sent, or somebody held it meanwhile: the next round asks again
            continue
    erase_withdrawn(database, store, now=now)


def _remove_events(
    database: Database, store: ObjectStore, producer: JobProducer, line: RetentionLine, now: datetime
) -> None:
    with database.begin() as db:
        for ids in _batches(line.ids):
            db.execute(delete(WebhookDelivery).where(WebhookDelivery.event_id.in_(ids)))
            db.execute(delete(Event).where(Event.id.in_(ids)))


def _batches(ids: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _report(db: Session, line: RetentionLine, now: datetime) -> None:
    session_id = db.scalars(select(PreSession.id).where(PreSession.slug == line.slug)).one()
    counts = {"count": len(line.ids), "held": line.held, "published": line.published}
    _record(db, "retention.applied", "session", session_id, now, kind=line.kind.value, **counts)


def _record(db: Session, name: str, kind_of_subject: str, subject_id: int, now: datetime, **facts: Any) -> None:
    record_event(db, name, subject_kind=kind_of_subject, subject_id=subject_id, actor=SYSTEM, now=now, **facts)


_SPARES_PUBLISHED = frozenset({RetentionClass.PERSONAL_DATA})

_FIND: Mapping[RetentionClass, Callable[[Session, PreSession], Found]] = {
    RetentionClass.ORIGINALS: _find_originals,
    RetentionClass.UNUSED_ATTEMPTS: _find_unused,
    RetentionClass.PERSONAL_DATA: _find_people,
    RetentionClass.EVENTS: _find_events,
}

_REMOVE: Mapping[RetentionClass, Callable[[Database, ObjectStore, JobProducer, RetentionLine, datetime], None]] = {
    RetentionClass.ORIGINALS: _remove_originals,
    RetentionClass.UNUSED_ATTEMPTS: _remove_unused,
    RetentionClass.PERSONAL_DATA: _remove_people,
    RetentionClass.EVENTS: _remove_events,
}
