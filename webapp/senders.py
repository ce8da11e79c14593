"""Who sends a recording: a speaker for their own statement, or staff for a speaker who gave them the file."""

from dataclasses import dataclass

from flask import request, url_for

from pipeline.services.events import Actor
from webapp.access import current_staff, current_visit


@dataclass(frozen=True)
class Sender:
    """For which statement an upload is, who acts, and which account where it is not the speaker."""

    statement_id: int
    actor: Actor
    account_id: int | None = None

    def address_of(self, name: str) -> str:
        """The path of an upload by its name, for whoever sends it."""
        if self.account_id is None:
            return url_for("uploads.answer", name=name)
        return url_for(f"{request.blueprint}.answer", statement_id=self.statement_id, name=name)


def current_sender() -> Sender:
    """Who asks: staff where the address names the statement, else the speaker of the visit."""
    statement_id = (request.view_args or {}).get("statement_id")
    if statement_id is None:
        visit = current_visit()
        return Sender(visit.statement_id, visit.actor)
    member = current_staff()
    return Sender(statement_id, member.actor, member.account_id)
