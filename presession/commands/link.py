"""`presession link`: personal links of speakers, to pass on by hand."""

from datetime import UTC, datetime
from pathlib import Path

import click

from config.settings import load_settings
from pipeline.services.deadlines import LinkTimes, link_end
from pipeline.services.events import SYSTEM
from pipeline.services.links import issue_link, link_address, revoke_links
from pipeline.services.mails import reader_language_of
from presession.options import data_option
from presession.panel_places import json_option, open_transaction, say, statement_at


@click.group(
    epilog="""\b
Examples:
  presession link issue 36 MW 2
  presession link revoke 36 MW 2
"""
)
def link() -> None:
    """Issue and revoke the personal link of the speaker at a place of a panel."""


@link.command("issue")
@click.argument("slug")
@click.argument("country")
@click.argument("position", type=int)
@json_option()
@data_option()
def issue(*, slug: str, country: str, position: int, as_json: bool, data_dir: Path | None) -> None:
    """Print a new link; the ones before it stop to work."""
    settings, now = load_settings(data_dir=data_dir, makes_secret=False), datetime.now(UTC)
    times = LinkTimes(settings.links.expire_days, settings.links.grace_days)
    with open_transaction(data_dir) as db:
        statement = statement_at(db, slug, country, position)
        until = link_end(statement, times, now=now)
        token = issue_link(db, statement=statement, expires_at=until, actor=SYSTEM, now=now)
        address = link_address(settings.public_url, token, reader_language_of(statement))
    facts = {"address": address, "until": until.isoformat()}
    say(facts, f"{address}\nIt works until {until:%Y-%m-%d} and is not shown again.", as_json=as_json)


@link.command("revoke")
@click.argument("slug")
@click.argument("country")
@click.argument("position", type=int)
@json_option()
@data_option()
def revoke(*, slug: str, country: str, position: int, as_json: bool, data_dir: Path | None) -> None:
    """Close every link of a speaker, and every visit that came by one."""
    with open_transaction(data_dir) as db:
        statement = statement_at(db, slug, country, position)
        revoke_links(db, statement=statement, actor=SYSTEM, now=datetime.now(UTC))
        facts = {"statement_id": statement.id, "is_revoked": True}
    say(facts, "Revoked.", as_json=as_json)
