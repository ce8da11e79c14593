"""`presession hold`: legal holds, which keep a session, a country or a statement from retention and erasure."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import load_settings
from pipeline.domain.errors import WrongUsage
from pipeline.records.tables import Country, LegalHold, PreSession, Statement
from pipeline.services.events import SYSTEM
from pipeline.services.holds import begin_hold, end_hold, list_holds
from presession.options import data_option
from presession.panel_places import json_option, say
from presession.parts import open_records


@click.group(
    epilog="""\b
Examples:
  presession hold begin 36 --reason "request of the board, 3 May"
  presession hold begin 36/MW --reason "…"
  presession hold begin statement:7 --reason "…"
  presession hold list
  presession hold end 2
"""
)
def hold() -> None:
    """Keep things from being removed, until the hold is ended. What speakers withdraw goes all the same."""


@hold.command("begin")
@click.argument("what", metavar="SESSION|SESSION/COUNTRY|statement:NUMBER")
@click.option("--reason", required=True, help="Why; for colleagues.")
@json_option()
@data_option("Installation to change.")
def begin(what: str, reason: str, *, as_json: bool, data_dir: Path | None) -> None:
    """Begin a hold."""
    with open_records(load_settings(data_dir=data_dir, makes_secret=False)) as database, database.begin() as db:
        kind, subject_id = _subject(db, what)
        facts = _facts(begin_hold(db, kind, subject_id, reason=reason, actor=SYSTEM, now=datetime.now(UTC)))
    say(facts, f"Hold {facts['id']}: nothing of {what} is removed until it is ended.", as_json=as_json)


@hold.command("list")
@json_option()
@data_option("Installation to look at.")
def list_all(as_json: bool, data_dir: Path | None) -> None:
    """Show the holds that last."""
    with open_records(load_settings(data_dir=data_dir, makes_secret=False)) as database, database.read() as db:
        rows = [_facts(one) for one in list_holds(db)]
    lines = [
        f"{row['id']}  {row['subject']}:{row['subject_id']}  since {row['since'][:10]}  {row['reason']}" for row in rows
    ]
    say(rows, "\n".join(lines) or "There is none.", as_json=as_json)


@hold.command("end")
@click.argument("hold_id", metavar="HOLD", type=int)
@json_option()
@data_option("Installation to change.")
def end(hold_id: int, *, as_json: bool, data_dir: Path | None) -> None:
    """End a hold; what is due goes with the next sweep."""
    with open_records(load_settings(data_dir=data_dir, makes_secret=False)) as database, database.begin() as db:
        found = db.get(LegalHold, hold_id)
        if found is None:
            raise WrongUsage(f"There is no hold {hold_id}. See presession hold list.")
        end_hold(db, found, actor=SYSTEM, now=datetime.now(UTC))
    say({"id": hold_id, "is_ended": True}, f"Hold {hold_id} is ended.", as_json=as_json)


def _subject(db: Session, what: str) -> tuple[str, int]:
    """Kind and id of what a person named."""
    head, _mark, number = what.partition(":")
    if head == "statement":
        found = db.get(Statement, int(number)) if number.isdigit() else None
        kind = "statement"
        subject_id = found.id if found else None
    else:
        slug, _slash, code = what.partition("/")
        session = select(PreSession.id).where(PreSession.slug == slug)
        country = select(Country.id).join(PreSession).where(PreSession.slug == slug, Country.code == code.upper())
        kind, subject_id = ("country", db.scalar(country)) if code else ("session", db.scalar(session))
    if subject_id is None:
        raise WrongUsage(f"There is no {what} here. Name a session as 36, a country as 36/MW, or statement:7.")
    return kind, subject_id


def _facts(one: LegalHold) -> dict[str, Any]:
    since = one.begun_at.isoformat()
    return {
        "id": one.id,
        "subject": one.subject_kind,
        "subject_id": one.subject_id,
        "since": since,
        "reason": one.reason,
    }
