"""`presession audit`: the record of who did what, searched and exported."""

import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from config.settings import load_settings
from pipeline.domain.errors import WrongUsage
from pipeline.records.tables import Statement
from pipeline.services.accounts import find_account
from pipeline.services.audit import ACTOR_KINDS, AuditFilter, AuditLine, walk_events
from pipeline.services.events import EVENT_NAMES
from presession.options import data_option
from presession.panel_places import country_named, session_named
from presession.parts import open_records

_FORMATS = ("text", "csv", "jsonl", "json")
_SUBJECTS = frozenset(name.partition(".")[0] for name in EVENT_NAMES)


@click.command(
    epilog="""\b
Examples:
  presession audit
  presession audit --session 36 --country MW --about statement
  presession audit --account anna@example.org --since 2026-10-01
  presession audit --statement 7 --format jsonl
  presession audit --about account.sign_in_failed --limit 0 --format csv > tries.csv

It holds ids and codes, and staff's addresses where an account acted; never a speaker's name."""
)
@click.option("--account", help="Only what the account with this address did.")
@click.option("--actor", type=click.Choice(ACTOR_KINDS), help="Only what such an actor did.")
@click.option("--about", default="", help="The first part of an event's name, as `statement`, or all of it.")
@click.option("--statement", "statement_id", type=int, help="Only what is about this statement.")
@click.option("--session", "slug", default="", help="Only what is about this session.")
@click.option("--country", default="", help="With --session: only what is about this country of it.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day (UTC).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Day before which (UTC).")
@click.option("--limit", type=click.IntRange(min=0), default=200, show_default=True, help="0: everything.")
@click.option("--format", "shape", type=click.Choice(_FORMATS), default="text", show_default=True)
@click.option("--json", "shape", flag_value="json", help="The same as --format json.")
@data_option("Installation to look at.")
def audit(
    *,
    account: str | None,
    actor: str | None,
    about: str,
    statement_id: int | None,
    slug: str,
    country: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    shape: str,
    data_dir: Path | None,
) -> None:
    """Print what happened, newest first."""
    if country and not slug:
        raise WrongUsage("A country is one of a session: name that with --session.")
    if about and about not in _SUBJECTS | EVENT_NAMES:
        raise WrongUsage(f"No event is called “{about}”. They begin with: {', '.join(sorted(_SUBJECTS))}.")
    wanted = AuditFilter(
        actor_kind=actor,
        about=about,
        statement_id=statement_id,
        slug=slug,
        country_code=country.upper(),
        since=_midnight(since.date()) if since else None,
        until=_midnight(until.date()) if until else None,
    )
    settings = load_settings(data_dir=data_dir, makes_secret=False)
    with open_records(settings) as database, database.read() as db:
        _check_places(db, slug, country, statement_id)
        if account:
            wanted = replace(wanted, account_id=_account_id(db, account))
        _print(islice(walk_events(db, wanted), limit or None), shape)


def _check_places(db: Session, slug: str, country: str, statement_id: int | None) -> None:
    """Who mistypes is told so, and does not read that nothing happened."""
    if country:
        country_named(db, slug, country)
    elif slug:
        session_named(db, slug)
    if statement_id is not None and db.get(Statement, statement_id) is None:
        raise WrongUsage(f"There is no statement {statement_id}.")


def _account_id(db: Session, email: str) -> int:
    found = find_account(db, email)
    if found is None:
        raise WrongUsage(f"There is no account {email}.")
    return found.id


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _print(lines: Iterable[AuditLine], shape: str) -> None:
    if shape == "json":
        click.echo(json.dumps([line.to_json() for line in lines], ensure_ascii=False))
        return
    writer = csv.writer(sys.stdout)
    for number, line in enumerate(lines):
        values = line.to_json()
        if shape == "jsonl":
            click.echo(json.dumps(values, ensure_ascii=False))
        elif shape == "csv":
            if number == 0:
                writer.writerow(values)
            writer.writerow([*list(values.values())[:-1], json.dumps(values["facts"])])
        else:
            click.echo(_sentence(values))


def _sentence(values: dict[str, Any]) -> str:
    who = values["account"] or values["actor"]
    place = "/".join(str(values[part]) for part in ("session", "country", "position") if values[part] is not None)
    facts = " ".join(f"{name}={value}" for name, value in values["facts"].items())
    subject = f"{values['subject']}:{values['subject_id']}"
    return "  ".join(part for part in (values["at"][:19], who, values["event"], subject, place, facts) if part)
