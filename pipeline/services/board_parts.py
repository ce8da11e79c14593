"""What may be shown beside recordings, as staff see it before they publish."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from pipeline.records.tables import Statement
from pipeline.services.shown_parts import ShownParts, name_shown, parts_now


@dataclass(frozen=True)
class Beside:
    """What the public may see beside a recording; `name` is the one shown, None where none is."""

    parts: ShownParts
    name: str | None


NOTHING_BESIDE = Beside(ShownParts(), None)


def find_beside(db: Session, statement_ids: Iterable[int]) -> dict[int, Beside]:
    """What may be shown beside the recordings of these statements now, by statement."""
    loads = (Statement.consents, Statement.contents, Statement.papers)
    wanted = select(Statement).where(Statement.id.in_(list(statement_ids)))
    wanted = wanted.options(joinedload(Statement.speaker), *(selectinload(load) for load in loads))
    return {one.id: Beside(parts_now(one), name_shown(one)) for one in db.scalars(wanted)}
