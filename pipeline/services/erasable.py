"""Who can be erased, and what legal holds keep: what administrators look at before they decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.statements import StatementState
from pipeline.records.tables import Country, LegalHold, PreSession, Speaker, StaffAccount, Statement
from pipeline.services.holds import held_statements, list_holds


@dataclass(frozen=True)
class HoldLine:
    """A hold that lasts, where it is, and who began it; `country_code` is empty for a whole session."""

    hold: LegalHold
    slug: str
    country_code: str
    statement_id: int | None
    by: str


@dataclass(frozen=True)
class ErasablePerson:
    """What would go with a person. `seen` stands for what was looked at."""

    statement: Statement
    recordings: int
    papers: int
    is_published: bool
    is_held: bool


def list_hold_lines(db: Session) -> list[HoldLine]:
    """The holds that last, oldest first."""
    holds = list_holds(db)
    names = {one.id: one.name or one.email for one in db.scalars(select(StaffAccount))} if holds else {}
    return [_line(db, hold, names) for hold in holds]


def find_subject(db: Session, slug: str, code: str = "", statement_id: int | None = None) -> tuple[str, int] | None:
    """Kind and id of what is to be held: a statement, or else a country of a session, or else all of it."""
    if statement_id is not None:
        return ("statement", statement_id) if find_erasable(db, statement_id) else None
    sessions, kind = select(PreSession.id).where(PreSession.slug == slug), "session"
    if code:
        sessions, kind = (
            select(Country.id).join(PreSession).where(PreSession.slug == slug, Country.code == code),
            "country",
        )
    found = db.scalar(sessions)
    return (kind, found) if found is not None else None


def find_erasable(db: Session, statement_id: int) -> ErasablePerson | None:
    """The person of a statement with what would go; None where nobody is there, or not any more."""
    statement = db.get(Statement, statement_id)
    if statement is None or statement.speaker.erased_at is not None:
        return None
    return ErasablePerson(
        statement=statement,
        recordings=sum(recording.erased_at is None for recording in statement.recordings),
        papers=sum(paper.erased_at is None for paper in statement.papers),
        is_published=statement.state is StatementState.PUBLISHED,
        is_held=statement.id in held_statements(db),
    )


def _line(db: Session, hold: LegalHold, names: Mapping[int, str]) -> HoldLine:
    by = names.get(hold.account_id or 0, "")
    if hold.subject_kind == "session":
        return HoldLine(hold, db.get_one(PreSession, hold.subject_id).slug, "", None, by)
    place: Sequence[str] | None = None
    placed = select(PreSession.slug, Country.code).join(Country, Country.pre_session_id == PreSession.id)
    if hold.subject_kind == "country":
        place = db.execute(placed.where(Country.id == hold.subject_id)).one()
        return HoldLine(hold, place[0], place[1], None, by)
    speakers = placed.join(Speaker, Speaker.country_id == Country.id).join(Statement)
    place = db.execute(speakers.where(Statement.id == hold.subject_id)).one()
    return HoldLine(hold, place[0], place[1], hold.subject_id, by)
