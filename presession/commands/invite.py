"""`presession invite`: mail personal links to everybody who was not let in yet."""

from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.services.events import SYSTEM
from pipeline.services.mail_requests import invite_speakers
from presession.options import data_option
from presession.panel_places import countries_named, json_option, open_transaction, say


@click.command(
    epilog="""\b
Examples:
  presession invite 36
  presession invite 36 MW --json
"""
)
@click.argument("slug")
@click.argument("country", required=False)
@json_option()
@data_option()
def invite(*, slug: str, country: str | None, as_json: bool, data_dir: Path | None) -> None:
    """Invite the speakers of a session, or of one country of it, who have an address and hold no link."""
    with open_transaction(data_dir) as db:
        now = datetime.now(UTC)
        countries = countries_named(db, slug, country)
        count = sum(invite_speakers(db, one, actor=SYSTEM, now=now) for one in countries)
    say({"count": count}, f"Invitations on their way: {count}", as_json=as_json)
