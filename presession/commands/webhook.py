"""`presession webhook`: other systems that are told of events."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from config.settings import load_settings
from pipeline.domain.errors import WrongUsage
from pipeline.records.tables import Webhook
from pipeline.services import webhooks
from pipeline.services.events import SYSTEM
from presession.options import data_option
from presession.panel_places import json_option, open_transaction, say

_CHANGES: Mapping[str, Callable[..., None]] = {
    "pause": webhooks.pause_webhook,
    "resume": webhooks.resume_webhook,
    "remove": webhooks.remove_webhook,
}


@click.group(
    epilog="""\b
Examples:
  presession webhook add https://example.org/events --event "statement.*" --event release.published
  presession webhook list --json
  presession webhook messages 1
  presession webhook change 1 pause
"""
)
def webhook() -> None:
    """Say which other systems are told of which events."""


@webhook.command("add")
@click.argument("url")
@click.option("--event", "events", multiple=True, required=True, help="A name, or `subject.*`; several are possible.")
@json_option()
@data_option()
def add_webhook(*, url: str, events: tuple[str, ...], as_json: bool, data_dir: Path | None) -> None:
    """Have an address told of events from now on, and print the secret that signs the messages."""
    allows_private = load_settings(data_dir=data_dir, makes_secret=False).webhooks.allow_private
    with open_transaction(data_dir) as db:
        now = datetime.now(UTC)
        added = webhooks.add_webhook(db, url, events, allows_private=allows_private, actor=SYSTEM, now=now)
        facts = {"id": added.id, "secret": added.secret}
    say(facts, f"{facts['id']}\n{facts['secret']}\nThe secret is not shown again.", as_json=as_json)


@webhook.command("list")
@json_option()
@data_option()
def list_webhooks(*, as_json: bool, data_dir: Path | None) -> None:
    """Show who is told of what."""
    with open_transaction(data_dir) as db:
        failed = webhooks.count_failed(db)
        rows = [
            {
                "id": one.id,
                "url": one.url,
                "events": one.event_names,
                "is_active": one.is_active,
                "given_up": failed.get(one.id, 0),
            }
            for one in webhooks.list_webhooks(db)
        ]
    lines = [f"{row['id']}  {row['url']}  {'told' if row['is_active'] else 'paused'}" for row in rows]
    say(rows, "\n".join(lines) or "There is none.", as_json=as_json)


@webhook.command("messages")
@click.argument("webhook_id", type=int)
@json_option()
@data_option()
def list_messages(*, webhook_id: int, as_json: bool, data_dir: Path | None) -> None:
    """Show the newest messages to an address, and what came of each."""
    with open_transaction(data_dir) as db:
        _named(db, webhook_id)
        rows = [
            {
                "id": one.id,
                "event": one.event.name,
                "event_id": one.event_id,
                "state": one.state.value,
                "attempts": one.attempts,
                "answer": one.answer,
                "due_at": one.due_at,
            }
            for one in webhooks.list_deliveries(db, webhook_id)
        ]
    lines = [f"{row['id']}  {row['event']}  {row['state']}  {row['answer']}" for row in rows]
    say(rows, "\n".join(lines) or "There is none.", as_json=as_json)


@webhook.command("change")
@click.argument("webhook_id", type=int)
@click.argument("action", type=click.Choice(list(_CHANGES)))
@json_option()
@data_option()
def change_webhook(*, webhook_id: int, action: str, as_json: bool, data_dir: Path | None) -> None:
    """Pause an address, tell it again, or remove it."""
    with open_transaction(data_dir) as db:
        found = _named(db, webhook_id)
        _CHANGES[action](db, found, actor=SYSTEM, now=datetime.now(UTC))
    say({"id": webhook_id, "done": action}, f"Done: {action} {webhook_id}", as_json=as_json)


def _named(db: Session, webhook_id: int) -> Webhook:
    found = webhooks.find_webhook(db, webhook_id)
    if found is None:
        raise WrongUsage("There is no such address. `presession webhook list` shows them all.")
    return found
