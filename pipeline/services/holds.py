"""Legal holds: as long as one lasts, retention and erasure remove nothing of its session, country or statement."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.errors import ChangeNotAllowed, WrongUsage
from pipeline.records.tables import Country, LegalHold, PreSession, Speaker, Statement
from pipeline.services.events import Actor, record_event

HELD_KINDS = ("session", "country", "statement")


class HeldBack(ChangeNotAllowed):
    """A legal hold keeps what was to be removed."""

    def __init__(self) -> None:
        super().__init__("A legal hold keeps this. End it first: presession hold list.")


def begin_hold(
    db: Session, subject_kind: str, subject_id: int, *, reason: str, actor: Actor, now: datetime
) -> LegalHold:
    """Hold everything of a session, country or statement; raises `WrongUsage` without a reason."""
    if subject_kind not in HELD_KINDS:
        raise ValueError(f"{subject_kind} cannot be held.")
    if not reason.strip():
        raise WrongUsage("Say why, so that somebody can decide later when the hold ends.")
    account_id = actor.id if actor.kind == "staff" else None
    hold = LegalHold(
        subject_kind=subject_kind, subject_id=subject_id, reason=reason, account_id=account_id, begun_at=now
    )
    db.add(hold)
    db.flush()
    _record(db, "hold.begun", hold, actor, now)
    return hold


def end_hold(db: Session, hold: LegalHold, *, actor: Actor, now: datetime) -> None:
    """Let retention go on; nothing happens when it is over already."""
    if hold.ended_at is not None:
        return
    hold.ended_at = now
    _record(db, "hold.ended", hold, actor, now)
    db.flush()


def list_holds(db: Session) -> Sequence[LegalHold]:
    """The holds that last, oldest first."""
    return db.scalars(select(LegalHold).where(LegalHold.ended_at.is_(None)).order_by(LegalHold.id)).all()


def held_statements(db: Session) -> frozenset[int]:
    """The statements of which nothing may be removed."""
    held = {kind: {hold.subject_id for hold in list_holds(db) if hold.subject_kind == kind} for kind in HELD_KINDS}
    placed = select(Statement.id, Country.id, PreSession.id).join(Speaker, Speaker.id == Statement.speaker_id)
    placed = placed.join(Country, Country.id == Speaker.country_id).join(PreSession)
    return frozenset(
        statement
        for statement, country, session in db.execute(placed)
        if statement in held["statement"] or country in held["country"] or session in held["session"]
    )


def is_anything_held(db: Session, pre_session_id: int) -> bool:
    """Whether a hold keeps a session, or anything in it."""
    countries = select(Country.id).where(Country.pre_session_id == pre_session_id)
    speakers = select(Speaker.id).where(Speaker.country_id.in_(countries))
    ids = {
        "session": {pre_session_id},
        "country": set(db.scalars(countries)),
        "statement": set(db.scalars(select(Statement.id).where(Statement.speaker_id.in_(speakers)))),
    }
    return any(hold.subject_id in ids[hold.subject_kind] for hold in list_holds(db))


def _record(db: Session, name: str, hold: LegalHold, actor: Actor, now: datetime) -> None:
    record_event(
        db,
        name,
        subject_kind=hold.subject_kind,
        subject_id=hold.subject_id,
        actor=actor,
        now=now,
        hold_id=hold.id,
    )
