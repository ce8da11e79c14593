"""The record of events for scripts."""

from sqlalchemy import select

from pipeline.domain.scopes import Scope
from pipeline.records.tables import Event as EventRow
from webapp.api.door import Answer, blueprint, endpoint
from webapp.api.shapes_record import Event, EventPage, Events
from webapp.database import current_db


@blueprint.get("/events")
@endpoint(Scope.AUDIT, Events, tag="record")
def list_events(query: EventPage) -> Answer:
    """Who did what to what, when: ids and codes, the oldest first; `after` goes on behind the last of a page."""
    wanted = select(EventRow).where(EventRow.id > query.after).order_by(EventRow.id).limit(query.limit)
    if query.subject_kind:
        wanted = wanted.where(EventRow.subject_kind == query.subject_kind)
    if query.subject_id:
        wanted = wanted.where(EventRow.subject_id == query.subject_id)
    if query.name:
        wanted = wanted.where(EventRow.name == query.name)
    rows = current_db().scalars(wanted).all()
    return Events(items=[Event.of(row) for row in rows], next_after=rows[-1].id if rows else None)
