"""`presession missions`: links by which missions watch what is for them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from config.settings import load_settings
from pipeline.domain.errors import WrongUsage
from pipeline.domain.mission_tables import MadeLink, MissionRow, read_missions, write_missions
from pipeline.records.tables import PreSession
from pipeline.services.events import SYSTEM
from pipeline.services.mission_links import (
    LinkLine,
    find_session_link,
    issue_mission_links,
    last_day_for,
    list_mission_links,
    mission_address,
    revoke_mission_link,
    revoke_mission_links,
    session_links,
)
from presession.options import data_option
from presession.panel_places import country_named, json_option, open_transaction, say, session_named


@click.group(
    epilog="""\b
Examples:
  presession missions add 36 --mission Norway --country MW
  presession missions add 36 --table missions.csv > links.csv
  presession missions list 36
  presession missions revoke 36 3
  presession missions revoke 36 --all
"""
)
def missions() -> None:
    """Make, list and revoke links by which missions watch."""


@missions.command("add")
@click.argument("slug")
@click.option("--mission", "labels", multiple=True, help="Whom the link is for; can be given several times.")
@click.option("--country", help="Code of the only country that it opens; else the whole session.")
@click.option(
    "--table",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Table of missions: mission, country, until. The same table with links is printed.",
)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day; default: a month after the session.")
@json_option()
@data_option()
def add_links(
    *,
    slug: str,
    labels: tuple[str, ...],
    country: str | None,
    table: Path | None,
    until: datetime | None,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Make links and print them; they are not shown again."""
    public_url, now = load_settings(data_dir=data_dir, makes_secret=False).public_url, datetime.now(UTC)
    with open_transaction(data_dir) as db:
        session = session_named(db, slug)
        code = country_named(db, slug, country).code if country else None
        codes = [one.code for one in session.countries]
        rows = [MissionRow(label, code) for label in labels]
        rows += read_missions(table.read_bytes(), codes) if table else []
        if not rows:
            raise WrongUsage("Say whom the link is for: --mission NAME, or --table FILE.")
        last_day = until.date() if until else last_day_for(session, now)
        made = issue_mission_links(db, session, rows, until=last_day, actor=SYSTEM, now=now)
        links = [_made(row, last_day, mission_address(public_url, token)) for row, token in made]
    say([vars(link) for link in links], write_missions(links).decode("utf-8-sig").rstrip(), as_json=as_json)


@missions.command("list")
@click.argument("slug")
@json_option()
@data_option()
def list_links(*, slug: str, as_json: bool, data_dir: Path | None) -> None:
    """Show a session's links, how often each was opened, and until when they work."""
    now = datetime.now(UTC)
    with open_transaction(data_dir) as db:
        rows = [_facts(line, now) for line in list_mission_links(db, session_named(db, slug))]
    words = [
        f"{row['id']}  {row['mission']}  {row['country'] or 'session'}  {row['state']}  "
        f"until {row['expires_at']:%Y-%m-%d}  opened {row['opened']}  played {row['played']}"
        for row in rows
    ]
    say(rows, "\n".join(words) or "There is none.", as_json=as_json)


@missions.command("revoke")
@click.argument("slug")
@click.argument("link_id", type=int, required=False)
@click.option("--all", "is_all", is_flag=True, help="Revoke every link of the session.")
@json_option()
@data_option()
def revoke_link(*, slug: str, link_id: int | None, is_all: bool, as_json: bool, data_dir: Path | None) -> None:
    """Have a link, or all of a session, open nothing from now on."""
    if (link_id is None) != is_all:
        raise WrongUsage("Name one link by its number, or say --all.")
    now = datetime.now(UTC)
    with open_transaction(data_dir) as db:
        session = session_named(db, slug)
        if link_id is None:
            revoked = revoke_mission_links(db, session_links(db, session), actor=SYSTEM, now=now)
        else:
            revoked = [_revoke(db, session, link_id, now)]
    say({"revoked": revoked}, f"Revoked: {', '.join(map(str, revoked)) or 'none'}", as_json=as_json)


def _revoke(db: Session, session: PreSession, link_id: int, now: datetime) -> int:
    link = find_session_link(db, session, link_id)
    if link is None:
        raise WrongUsage(f"There is no such link. `presession missions list {session.slug}` shows them all.")
    revoke_mission_link(db, link, actor=SYSTEM, now=now)
    return link.id


def _made(row: MissionRow, until: date, address: str) -> MadeLink:
    return MadeLink(row.label, row.country_code, row.until or until, address)


def _facts(line: LinkLine, now: datetime) -> dict[str, Any]:
    state = "good" if line.is_good(now) else "revoked" if line.link.revoked_at else "ended"
    return {
        "id": line.link.id,
        "mission": line.link.label,
        "country": line.country_code,
        "state": state,
        "expires_at": line.link.expires_at,
        "opened": line.opened,
        "played": line.played,
        "countries": {code: {"opened": use.opened, "played": use.played} for code, use in line.uses.items()},
    }
